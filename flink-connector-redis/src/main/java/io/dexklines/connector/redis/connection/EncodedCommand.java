package io.dexklines.connector.redis.connection;

import org.apache.flink.annotation.Internal;

/**
 * A command as bytes, ready to be sent.
 *
 * @param name the command, such as {@code ZADD}
 * @param routingKey the key whose slot selects the node of a cluster
 * @param args all arguments after the name, including the keys
 */
@Internal
public record EncodedCommand(byte[] name, byte[] routingKey, byte[][] args) {}

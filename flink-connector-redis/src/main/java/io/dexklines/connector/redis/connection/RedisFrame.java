package io.dexklines.connector.redis.connection;

import org.apache.flink.annotation.Internal;

/**
 * One command as it goes over the wire.
 *
 * @param name the command, such as {@code ZADD}
 * @param routingKey the key whose slot decides the node in a cluster
 * @param args everything behind the name, keys included
 */
@Internal
public record RedisFrame(byte[] name, byte[] routingKey, byte[][] args) {}

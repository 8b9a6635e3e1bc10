package io.dexklines.connector.redis.connection;

import org.apache.flink.annotation.Internal;

/**
 * The reply to a command.
 *
 * @param value the value, of the types of Jedis' protocol: {@code Long}, {@code byte[]}, {@code
 *     List} or null
 * @param failure the failure; null if Redis carried out the command
 */
@Internal
public record RedisReply(Object value, RedisFailure failure) {}

/**
 * A sink to Redis for Flink 2. The entry points are {@link io.dexklines.connector.redis.RedisSink}
 * and {@link io.dexklines.connector.redis.connection.RedisConnectionSettings}.
 */
package io.dexklines.connector.redis;

/**
 * A sink to Redis for Flink 2. Start at {@link io.dexklines.connector.redis.RedisSink}; where Redis
 * is says {@link io.dexklines.connector.redis.connection.RedisConnectionSettings}.
 */
package io.dexklines.connector.redis;

/**
 * The sink to Redis for Flink's Table API and SQL, {@code 'connector' = 'redis'}. Its options are
 * those of {@link io.dexklines.connector.redis.table.RedisConnectorOptions}.
 */
package io.dexklines.connector.redis.table;

/**
 * The Redis sink for Flink's Table API and SQL, {@code 'connector' = 'redis'}. {@link
 * io.dexklines.connector.redis.table.RedisConnectorOptions} lists its options.
 */
package io.dexklines.connector.redis.table;

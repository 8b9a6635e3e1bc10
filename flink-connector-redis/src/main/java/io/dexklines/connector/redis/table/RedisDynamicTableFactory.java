package io.dexklines.connector.redis.table;

import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** The factory of table sinks with {@code 'connector' = 'redis'}. */
@Internal
public final class RedisDynamicTableFactory implements DynamicTableSinkFactory {

    /** The value of the option {@code connector}. */
    public static final String IDENTIFIER = "redis";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(RedisConnectorOptions.COMMAND);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(
                RedisConnectorOptions.URI,
                RedisConnectorOptions.TOPOLOGY,
                RedisConnectorOptions.NODES,
                RedisConnectorOptions.DATABASE,
                RedisConnectorOptions.USERNAME,
                RedisConnectorOptions.PASSWORD,
                RedisConnectorOptions.CLIENT_NAME,
                RedisConnectorOptions.SENTINEL_MASTER,
                RedisConnectorOptions.SENTINEL_USERNAME,
                RedisConnectorOptions.SENTINEL_PASSWORD,
                RedisConnectorOptions.SENTINEL_TLS,
                RedisConnectorOptions.TLS,
                RedisConnectorOptions.TLS_VERIFY_HOSTNAME,
                RedisConnectorOptions.TLS_TRUST_STORE,
                RedisConnectorOptions.TLS_TRUST_STORE_PASSWORD,
                RedisConnectorOptions.TLS_KEY_STORE,
                RedisConnectorOptions.TLS_KEY_STORE_PASSWORD,
                RedisConnectorOptions.CONNECT_TIMEOUT,
                RedisConnectorOptions.REQUEST_TIMEOUT,
                RedisConnectorOptions.KEY_PREFIX,
                RedisConnectorOptions.KEY_SEPARATOR,
                RedisConnectorOptions.TTL,
                RedisConnectorOptions.VERSION_COLUMN,
                RedisConnectorOptions.VERSION_TOMBSTONE_TTL,
                RedisConnectorOptions.ON_FAILED_COMMAND,
                RedisConnectorOptions.BATCH_MAX_SIZE,
                RedisConnectorOptions.FLUSH_BUFFER_SIZE,
                RedisConnectorOptions.FLUSH_BUFFER_TIMEOUT,
                RedisConnectorOptions.REQUESTS_MAX_INFLIGHT,
                RedisConnectorOptions.REQUESTS_MAX_BUFFERED,
                RedisConnectorOptions.RECORD_MAX_SIZE,
                RedisConnectorOptions.RETRY_INITIAL_DELAY,
                RedisConnectorOptions.RETRY_MAX_DELAY,
                RedisConnectorOptions.RETRY_BUDGET,
                FactoryUtil.SINK_PARALLELISM);
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        helper.validate();
        ReadableConfig options = helper.getOptions();
        RowType type = (RowType) context.getPhysicalRowDataType().getLogicalType();
        return new RedisDynamicTableSink(
                type,
                new TableMapping(type, context.getPrimaryKeyIndexes(), options),
                new TableConnection(options).settings(),
                options);
    }
}

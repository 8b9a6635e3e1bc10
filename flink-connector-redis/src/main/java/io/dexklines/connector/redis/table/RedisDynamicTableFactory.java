package io.dexklines.connector.redis.table;

import java.util.HashSet;
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
        Set<ConfigOption<?>> optional = new HashSet<>(RedisConnectorOptions.all());
        optional.removeAll(requiredOptions());
        optional.add(FactoryUtil.SINK_PARALLELISM);
        return optional;
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

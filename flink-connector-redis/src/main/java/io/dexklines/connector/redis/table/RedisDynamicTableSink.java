package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.RedisSinkBuilder;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.sink.abilities.SupportsTargetColumnWriting;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.logical.RowType;

/** A table sink that inserts, replaces and deletes rows by primary key. */
@Internal
public final class RedisDynamicTableSink implements DynamicTableSink, SupportsTargetColumnWriting {
    private final RowType type;
    private final TableMapping mapping;
    private final RedisConnectionSettings connection;
    private final ReadableConfig options;
    private Set<String> written;

    RedisDynamicTableSink(
            RowType type,
            TableMapping mapping,
            RedisConnectionSettings connection,
            ReadableConfig options) {
        this.type = type;
        this.mapping = mapping;
        this.connection = connection;
        this.options = options;
        this.written = Set.copyOf(type.getFieldNames());
    }

    /** Requests upserts. With a version, deletions need the whole row; otherwise only the key. */
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
        return ChangelogMode.upsert(!mapping.versioned());
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
        return SinkV2Provider.of(
                sink(), options.getOptional(FactoryUtil.SINK_PARALLELISM).orElse(null));
    }

    private RedisSink<RowData> sink() {
        RedisSinkBuilder<RowData> builder =
                RedisSink.<RowData>builder()
                        .connection(connection)
                        .converter(mapping.converter(written))
                        .onFailedCommand(options.get(RedisConnectorOptions.ON_FAILED_COMMAND))
                        .maxInFlightRequests(
                                options.getOptional(RedisConnectorOptions.REQUESTS_MAX_INFLIGHT)
                                        .orElse(mapping.versioned() ? 2 : 1));
        options.getOptional(RedisConnectorOptions.BATCH_MAX_SIZE).ifPresent(builder::maxBatchSize);
        options.getOptional(RedisConnectorOptions.FLUSH_BUFFER_SIZE)
                .map(MemorySize::getBytes)
                .ifPresent(builder::maxBatchSizeInBytes);
        options.getOptional(RedisConnectorOptions.FLUSH_BUFFER_TIMEOUT)
                .ifPresent(builder::maxTimeInBuffer);
        options.getOptional(RedisConnectorOptions.REQUESTS_MAX_BUFFERED)
                .ifPresent(builder::maxBufferedRequests);
        options.getOptional(RedisConnectorOptions.RECORD_MAX_SIZE)
                .map(MemorySize::getBytes)
                .ifPresent(builder::maxRecordSizeInBytes);
        options.getOptional(RedisConnectorOptions.RETRY_INITIAL_DELAY)
                .ifPresent(builder::retryInitialDelay);
        options.getOptional(RedisConnectorOptions.RETRY_MAX_DELAY)
                .ifPresent(builder::retryMaxDelay);
        options.getOptional(RedisConnectorOptions.RETRY_BUDGET).ifPresent(builder::retryBudget);
        return builder.build();
    }

    /** Restricts the written columns to those of {@code INSERT INTO table (column, …)}. */
    @Override
    public boolean applyTargetColumns(int[][] targetColumns) {
        List<String> names = type.getFieldNames();
        written =
                Arrays.stream(targetColumns)
                        .map(path -> names.get(path[0]))
                        .collect(Collectors.toSet());
        return true;
    }

    @Override
    public DynamicTableSink copy() {
        RedisDynamicTableSink copy = new RedisDynamicTableSink(type, mapping, connection, options);
        copy.written = written;
        return copy;
    }

    @Override
    public String asSummaryString() {
        return "Redis " + mapping.command();
    }
}

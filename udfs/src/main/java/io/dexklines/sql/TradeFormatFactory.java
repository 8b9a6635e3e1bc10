package io.dexklines.sql;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * {@code 'format' = 'dex-trades'}: a row for every trade of the arrays in a topic, decoded by the
 * rules of the job. Found by its service file.
 */
public final class TradeFormatFactory implements DeserializationFormatFactory {

    /** What stands behind {@code 'format' =}. */
    public static final String IDENTIFIER = "dex-trades";

    /** The chains that the topic may carry, as the job's {@code ingest.topics} names them. */
    public static final ConfigOption<List<String>> CHAINS =
            ConfigOptions.key("chains")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "The chain ids that the topic may carry, separated by semicolons."
                                    + " Trades of any other are excluded as unknown_chain.");

    /** How far {@code block_time} may be ahead, as the job's {@code ingest.max-future}. */
    public static final ConfigOption<Duration> MAX_FUTURE =
            ConfigOptions.key("max-future")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "How far block_time may be ahead of the clock before a trade is"
                                    + " excluded as future.");

    /** Whether the table also has rows for what is not a trade. */
    public static final ConfigOption<Boolean> EXCLUDED =
            ConfigOptions.key("excluded")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether what is excluded has a row, too: NULL but for entry, reason,"
                                    + " detail and original. The column reason must be there.");

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(CHAINS);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(MAX_FUTURE, EXCLUDED);
    }

    @Override
    public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
            DynamicTableFactory.Context context, ReadableConfig options) {
        FactoryUtil.validateFactoryOptions(this, options);
        return new Format(
                Set.copyOf(options.get(CHAINS)), options.get(MAX_FUTURE), options.get(EXCLUDED));
    }

    private record Format(Set<String> chains, Duration maxFuture, boolean excluded)
            implements DecodingFormat<DeserializationSchema<RowData>> {

        @Override
        public DeserializationSchema<RowData> createRuntimeDecoder(
                DynamicTableSource.Context context, DataType physicalType) {
            List<TradeColumn> columns = columns((RowType) physicalType.getLogicalType());
            if (excluded && !columns.contains(TradeColumn.REASON)) {
                throw new ValidationException(
                        "a table of "
                                + IDENTIFIER
                                + " with rows for what is excluded needs the column reason STRING:"
                                + " it tells them from trades");
            }
            return new TradeRows(
                    columns,
                    chains,
                    maxFuture,
                    excluded,
                    Clock.systemUTC(),
                    context.createTypeInformation(physicalType));
        }

        @Override
        public ChangelogMode getChangelogMode() {
            return ChangelogMode.insertOnly();
        }

        private static List<TradeColumn> columns(RowType table) {
            List<TradeColumn> columns = new ArrayList<>();
            for (RowType.RowField field : table.getFields()) {
                columns.add(column(field.getName(), field.getType()));
            }
            return columns;
        }

        private static TradeColumn column(String name, LogicalType type) {
            TradeColumn column =
                    TradeColumn.named(name)
                            .orElseThrow(
                                    () ->
                                            new ValidationException(
                                                    "no column of "
                                                            + IDENTIFIER
                                                            + " is named "
                                                            + name
                                                            + "; there are "
                                                            + Arrays.stream(TradeColumn.values())
                                                                    .map(TradeColumn::columnName)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", "))));
            if (!column.type().equals(type)) {
                throw new ValidationException(
                        "the column "
                                + name
                                + " of "
                                + IDENTIFIER
                                + " is "
                                + column.type().asSummaryString()
                                + ", not "
                                + type.asSummaryString());
            }
            return column;
        }
    }
}

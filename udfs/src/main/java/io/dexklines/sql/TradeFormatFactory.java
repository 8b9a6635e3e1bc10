package io.dexklines.sql;

import java.time.Clock;
import java.time.Duration;
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
 * The format {@code 'format' = 'dex-trades'}: a row for each trade in the JSON arrays of a topic,
 * decoded as in the job. Flink finds the factory through its service file.
 */
public final class TradeFormatFactory implements DeserializationFormatFactory {

    /** The value of the option {@code format}. */
    public static final String IDENTIFIER = "dex-trades";

    /** The chains that the topic may carry, like {@code ingest.topics} of the job. */
    public static final ConfigOption<List<String>> CHAINS =
            ConfigOptions.key("chains")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "The chain ids that the topic may carry, separated by semicolons."
                                    + " Trades of other chains are excluded as unknown_chain.");

    /** How far {@code block_time} may be ahead, like {@code ingest.max-future} of the job. */
    public static final ConfigOption<Duration> MAX_FUTURE =
            ConfigOptions.key("max-future")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(1))
                    .withDescription(
                            "How far block_time may be ahead of the clock before a trade is"
                                    + " excluded as future.");

    /** Whether the table also has rows for excluded entries. */
    public static final ConfigOption<Boolean> EXCLUDED =
            ConfigOptions.key("excluded")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether excluded entries have a row, too. Only its columns entry,"
                                    + " reason, detail and original are not NULL. The table"
                                    + " must have the column reason.");

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
                        "a table with the format "
                                + IDENTIFIER
                                + " and 'excluded' = 'true' must have the column reason STRING,"
                                + " which tells excluded entries from trades");
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
            return table.getFields().stream()
                    .map(field -> column(field.getName(), field.getType()))
                    .toList();
        }

        private static TradeColumn column(String name, LogicalType type) {
            TradeColumn column =
                    TradeColumn.named(name)
                            .orElseThrow(() -> new ValidationException(unknown(name)));
            if (!column.type().equals(type)) {
                throw new ValidationException(
                        String.format(
                                "the column %s of the format %s is %s, not %s",
                                name,
                                IDENTIFIER,
                                column.type().asSummaryString(),
                                type.asSummaryString()));
            }
            return column;
        }

        private static String unknown(String name) {
            return String.format(
                    "the format %s has no column %s; its columns are %s",
                    IDENTIFIER,
                    name,
                    Arrays.stream(TradeColumn.values())
                            .map(TradeColumn::columnName)
                            .collect(Collectors.joining(", ")));
        }
    }
}

package io.dexklines.connector.redis.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/** What rows of a table are in Redis; checked when the table is planned, not when it is written. */
final class TableMapping {
    private static final Set<LogicalTypeRoot> INTEGERS =
            Set.of(
                    LogicalTypeRoot.TINYINT,
                    LogicalTypeRoot.SMALLINT,
                    LogicalTypeRoot.INTEGER,
                    LogicalTypeRoot.BIGINT);

    private final RowType type;
    private final RedisTableCommand command;
    private final List<ColumnText> keyColumns = new ArrayList<>();
    private final List<Integer> otherColumns = new ArrayList<>();
    private final ColumnText version;
    private final String keyPrefix;
    private final char keySeparator;
    private final long ttlMs;
    private final long tombstoneTtlMs;

    /**
     * @param type the physical columns
     * @param primaryKey positions in it, in the order of the key
     * @throws ValidationException when the columns and the options do not fit each other
     */
    TableMapping(RowType type, int[] primaryKey, ReadableConfig options) {
        this.type = type;
        this.command = options.get(RedisConnectorOptions.COMMAND);
        this.keyPrefix = options.get(RedisConnectorOptions.KEY_PREFIX);
        String separator = options.get(RedisConnectorOptions.KEY_SEPARATOR);
        check(
                RowKey.isSeparator(separator),
                "'key.separator' is one ASCII character other than a backslash.");
        this.keySeparator = separator.charAt(0);
        this.ttlMs =
                options.getOptional(RedisConnectorOptions.TTL).isPresent()
                        ? millis(options, RedisConnectorOptions.TTL)
                        : 0;
        this.tombstoneTtlMs = millis(options, RedisConnectorOptions.VERSION_TOMBSTONE_TTL);

        check(
                primaryKey.length > 0,
                "A table in Redis needs a PRIMARY KEY … NOT ENFORCED: it makes the key.");
        for (int position : primaryKey) {
            keyColumns.add(column(position));
        }
        for (int position = 0; position < type.getFieldCount(); position++) {
            int each = position;
            if (Arrays.stream(primaryKey).noneMatch(key -> key == each)) {
                column(position);
                otherColumns.add(position);
            }
        }
        Optional<String> versionColumn = options.getOptional(RedisConnectorOptions.VERSION_COLUMN);
        this.version = versionColumn.map(this::versionColumn).orElse(null);
        switch (command) {
            case HSET -> checkHash();
            case SET -> checkValue("value");
            case ZADD -> checkSortedSet();
            default -> throw new IllegalStateException("no such command " + command);
        }
    }

    boolean versioned() {
        return version != null;
    }

    /**
     * A converter that writes those columns, the key apart; of the others it touches none.
     *
     * @param written names of columns
     */
    RowConverter converter(Set<String> written) {
        return switch (command) {
            case HSET -> {
                RowKey key = new RowKey(keyPrefix, keySeparator, keyColumns);
                List<ColumnText> fields =
                        otherColumns.stream()
                                .map(this::column)
                                .filter(column -> written.contains(column.name()))
                                .toList();
                yield version == null
                        ? new HashConverter(key, fields, ttlMs)
                        : new VersionedHashConverter(key, fields, version, ttlMs, tombstoneTtlMs);
            }
            case SET ->
                    new StringConverter(
                            new RowKey(keyPrefix, keySeparator, keyColumns),
                            column(otherColumns.get(0)),
                            ttlMs);
            case ZADD -> {
                int last = keyColumns.size() - 1;
                yield new SortedSetConverter(
                        new RowKey(keyPrefix, keySeparator, keyColumns.subList(0, last)),
                        keyColumns.get(last),
                        column(otherColumns.get(0)),
                        ttlMs);
            }
        };
    }

    RedisTableCommand command() {
        return command;
    }

    private ColumnText column(int position) {
        String name = type.getFieldNames().get(position);
        LogicalType columnType = type.getTypeAt(position);
        return ColumnText.of(name, columnType, position)
                .orElseThrow(
                        () ->
                                new ValidationException(
                                        "The column '"
                                                + name
                                                + "' is of type "
                                                + columnType.asSummaryString()
                                                + ", which has no form in Redis; turn it into a"
                                                + " text, such as by JSON_OBJECT or CAST."));
    }

    private ColumnText versionColumn(String name) {
        check(
                command == RedisTableCommand.HSET,
                "'version-column' is for 'command' = 'HSET': the version lies beside the values.");
        int position = type.getFieldIndex(name);
        check(position >= 0, "There is no column '" + name + "' for 'version-column'.");
        check(
                otherColumns.contains(position),
                "The 'version-column' '" + name + "' is part of the primary key.");
        LogicalType columnType = type.getTypeAt(position);
        check(
                INTEGERS.contains(columnType.getTypeRoot()) && !columnType.isNullable(),
                "The 'version-column' '"
                        + name
                        + "' is an integer and NOT NULL, but its type is "
                        + columnType.asSummaryString()
                        + ".");
        return column(position);
    }

    private void checkHash() {
        check(!otherColumns.isEmpty(), "A hash needs a column beside the primary key.");
        check(
                !type.getFieldNames().contains(VersionedHashConverter.DELETED_FIELD),
                "No column can be named '" + VersionedHashConverter.DELETED_FIELD + "'.");
    }

    private LogicalType checkValue(String what) {
        check(
                otherColumns.size() == 1,
                "'command' = '"
                        + command
                        + "' needs one column beside the primary key, the "
                        + what
                        + "; there are "
                        + otherColumns.size()
                        + ".");
        return type.getTypeAt(otherColumns.get(0));
    }

    private void checkSortedSet() {
        LogicalType score = checkValue("score");
        check(
                score.is(LogicalTypeFamily.NUMERIC),
                "The score of a sorted set is a number, not " + score.asSummaryString() + ".");
        check(
                keyColumns.size() > 1 || !keyPrefix.isEmpty(),
                "The sorted set has no key: the last column of the primary key is the member; give"
                        + " a 'key.prefix' or a column before it.");
    }

    private static long millis(ReadableConfig options, ConfigOption<Duration> option) {
        Duration duration = options.get(option);
        check(
                duration.toMillis() > 0,
                "'" + option.key() + "' is at least 1 ms, not " + duration + ".");
        return duration.toMillis();
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new ValidationException(message);
        }
    }
}

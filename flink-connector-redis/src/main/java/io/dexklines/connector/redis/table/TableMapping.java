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

/** The mapping of rows to Redis. It is validated when the statement is planned. */
final class TableMapping {
    private static final Set<LogicalTypeRoot> INTEGERS =
            Set.of(
                    LogicalTypeRoot.TINYINT,
                    LogicalTypeRoot.SMALLINT,
                    LogicalTypeRoot.INTEGER,
                    LogicalTypeRoot.BIGINT);

    private final RowType type;
    private final RedisConnectorOptions.Command command;
    private final List<ColumnEncoder> keyColumns = new ArrayList<>();
    private final List<Integer> otherColumns = new ArrayList<>();
    private final ColumnEncoder version;
    private final String keyPrefix;
    private final char keySeparator;
    private final long ttlMs;
    private final long tombstoneTtlMs;

    /**
     * @param type the physical columns
     * @param primaryKey positions of the key columns in {@code type}, in the order of the key
     * @throws ValidationException if the columns and the options contradict each other
     */
    TableMapping(RowType type, int[] primaryKey, ReadableConfig options) {
        this.type = type;
        this.command = options.get(RedisConnectorOptions.COMMAND);
        this.keyPrefix = options.get(RedisConnectorOptions.KEY_PREFIX);
        String separator = options.get(RedisConnectorOptions.KEY_SEPARATOR);
        check(
                RowKey.isSeparator(separator),
                "'key.separator' must be one ASCII character other than a backslash.");
        this.keySeparator = separator.charAt(0);
        this.ttlMs =
                options.getOptional(RedisConnectorOptions.TTL).isPresent()
                        ? millis(options, RedisConnectorOptions.TTL)
                        : 0;
        this.tombstoneTtlMs = millis(options, RedisConnectorOptions.VERSION_TOMBSTONE_TTL);

        check(
                primaryKey.length > 0,
                "A table in Redis needs a PRIMARY KEY … NOT ENFORCED, which makes the key.");
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
     * Returns a converter that writes only the given columns, besides the key.
     *
     * @param written names of columns
     */
    RowConverter converter(Set<String> written) {
        return switch (command) {
            case HSET -> {
                RowKey key = key(keyColumns);
                List<ColumnEncoder> fields =
                        otherColumns.stream()
                                .map(this::column)
                                .filter(column -> written.contains(column.name()))
                                .toList();
                yield version == null
                        ? new RowConverter.HashConverter(key, fields, ttlMs)
                        : new VersionedHashConverter(key, fields, version, ttlMs, tombstoneTtlMs);
            }
            case SET ->
                    new RowConverter.StringConverter(
                            key(keyColumns), column(otherColumns.get(0)), ttlMs);
            case ZADD -> {
                int last = keyColumns.size() - 1;
                yield new RowConverter.SortedSetConverter(
                        key(keyColumns.subList(0, last)),
                        keyColumns.get(last),
                        column(otherColumns.get(0)),
                        ttlMs);
            }
        };
    }

    private RowKey key(List<ColumnEncoder> columns) {
        return new RowKey(keyPrefix, keySeparator, columns);
    }

    RedisConnectorOptions.Command command() {
        return command;
    }

    private ColumnEncoder column(int position) {
        String name = type.getFieldNames().get(position);
        LogicalType columnType = type.getTypeAt(position);
        return ColumnEncoder.of(name, columnType, position)
                .orElseThrow(
                        () ->
                                new ValidationException(
                                        "The column '"
                                                + name
                                                + "' is of type "
                                                + columnType.asSummaryString()
                                                + ", which has no encoding for Redis; convert it"
                                                + " to a string, for example by JSON_OBJECT or"
                                                + " CAST."));
    }

    private ColumnEncoder versionColumn(String name) {
        check(
                command == RedisConnectorOptions.Command.HSET,
                "'version-column' requires 'command' = 'HSET', which stores it as a field.");
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
                        + "' must be an integer and NOT NULL, but its type is "
                        + columnType.asSummaryString()
                        + ".");
        return column(position);
    }

    private void checkHash() {
        check(!otherColumns.isEmpty(), "A hash needs a column outside the primary key.");
        check(
                !type.getFieldNames().contains(VersionedHashConverter.DELETED_FIELD),
                "No column may be named '" + VersionedHashConverter.DELETED_FIELD + "'.");
    }

    private LogicalType checkValue(String what) {
        check(
                otherColumns.size() == 1,
                "'command' = '"
                        + command
                        + "' needs one column outside the primary key, the "
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
                "The score of a sorted set must be a number, not " + score.asSummaryString() + ".");
        check(
                keyColumns.size() > 1 || !keyPrefix.isEmpty(),
                "The sorted set has no key, because the last column of the primary key is the"
                        + " member; set 'key.prefix' or add a column before it.");
    }

    private static long millis(ReadableConfig options, ConfigOption<Duration> option) {
        Duration duration = options.get(option);
        check(
                duration.toMillis() > 0,
                "'" + option.key() + "' must be at least 1 ms, not " + duration + ".");
        return duration.toMillis();
    }

    private static void check(boolean condition, String message) {
        if (!condition) {
            throw new ValidationException(message);
        }
    }
}

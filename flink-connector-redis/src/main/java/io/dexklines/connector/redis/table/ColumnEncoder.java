package io.dexklines.connector.redis.table;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Encodes a column of a row for Redis: numbers as plain decimals, dates and times in ISO 8601,
 * strings in UTF-8, and binary values unchanged.
 */
final class ColumnEncoder implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Encodes a value that is not null. */
    @FunctionalInterface
    private interface Encoding extends Serializable {
        byte[] encode(Object value);
    }

    private final String name;
    private final RowData.FieldGetter getter;
    private final Encoding encoding;

    private ColumnEncoder(String name, RowData.FieldGetter getter, Encoding encoding) {
        this.name = name;
        this.getter = getter;
        this.encoding = encoding;
    }

    /** Returns the encoder of a column, or empty if its type is not supported, as an array. */
    static Optional<ColumnEncoder> of(String name, LogicalType type, int position) {
        Encoding encoding =
                switch (type.getTypeRoot()) {
                    case CHAR, VARCHAR -> value -> ((StringData) value).toBytes();
                    case BINARY, VARBINARY -> value -> (byte[]) value;
                    case BOOLEAN, TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE ->
                            value -> ascii(value.toString());
                    case DECIMAL ->
                            value -> ascii(((DecimalData) value).toBigDecimal().toPlainString());
                    case DATE -> value -> ascii(LocalDate.ofEpochDay((int) value).toString());
                    case TIME_WITHOUT_TIME_ZONE -> value -> ascii(time((int) value));
                    case TIMESTAMP_WITHOUT_TIME_ZONE ->
                            value -> ascii(timestamp((TimestampData) value));
                    case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                            value -> ascii(instant((TimestampData) value));
                    default -> null;
                };
        RowData.FieldGetter getter = RowData.createFieldGetter(type, position);
        return Optional.ofNullable(encoding).map(each -> new ColumnEncoder(name, getter, each));
    }

    String name() {
        return name;
    }

    /** Returns the encoded value of the column, or null if it is NULL. */
    byte[] bytes(RowData row) {
        Object value = getter.getFieldOrNull(row);
        return value == null ? null : encoding.encode(value);
    }

    /**
     * Returns the encoded value of a column that must not be NULL.
     *
     * @param role the role of the column, for the message
     * @throws IllegalArgumentException if the value is NULL
     */
    byte[] requiredBytes(RowData row, String role) {
        byte[] value = bytes(row);
        if (value == null) {
            throw new IllegalArgumentException(role + " '" + name + "' is NULL");
        }
        return value;
    }

    private static String time(int milliOfDay) {
        return DateTimeFormatter.ISO_LOCAL_TIME.format(
                LocalTime.ofNanoOfDay(milliOfDay * 1_000_000L));
    }

    private static String timestamp(TimestampData value) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(value.toLocalDateTime());
    }

    private static String instant(TimestampData value) {
        return DateTimeFormatter.ISO_INSTANT.format(value.toInstant());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

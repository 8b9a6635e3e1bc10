package io.dexklines.connector.redis.table;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * A column of a table as Redis holds it: numbers as plain decimals, dates and times in ISO 8601,
 * texts in UTF-8, binaries as they are.
 */
final class ColumnText implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What a value that is not null is in bytes. */
    @FunctionalInterface
    private interface Encoding extends Serializable {
        byte[] encode(Object value);
    }

    private final String name;
    private final RowData.FieldGetter getter;
    private final Encoding encoding;

    private ColumnText(String name, RowData.FieldGetter getter, Encoding encoding) {
        this.name = name;
        this.getter = getter;
        this.encoding = encoding;
    }

    /**
     * The column at that position; empty for a type that has no text everyone would agree on, such
     * as an array or a row.
     */
    static Optional<ColumnText> of(String name, LogicalType type, int position) {
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
                            value -> ascii(timestamp(((TimestampData) value).toLocalDateTime()));
                    case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                            value -> ascii(instant(((TimestampData) value).toInstant()));
                    default -> null;
                };
        return encoding == null
                ? Optional.empty()
                : Optional.of(
                        new ColumnText(name, RowData.createFieldGetter(type, position), encoding));
    }

    String name() {
        return name;
    }

    /** The bytes of the column in that row; null when it is NULL. */
    byte[] bytes(RowData row) {
        Object value = getter.getFieldOrNull(row);
        return value == null ? null : encoding.encode(value);
    }

    private static String time(int milliOfDay) {
        return DateTimeFormatter.ISO_LOCAL_TIME.format(
                LocalTime.ofNanoOfDay(milliOfDay * 1_000_000L));
    }

    private static String timestamp(LocalDateTime value) {
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(value);
    }

    private static String instant(Instant value) {
        return DateTimeFormatter.ISO_INSTANT.format(value);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

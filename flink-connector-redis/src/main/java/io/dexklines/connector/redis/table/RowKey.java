package io.dexklines.connector.redis.table;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * Builds the Redis key of a row: a prefix, and columns with a separator between them. Separators
 * inside a column are escaped in all columns but the last, so that no two rows share a key.
 */
final class RowKey implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The role of a key column, for messages. */
    static final String ROLE = "the primary key column";

    private static final char ESCAPE = '\\';

    private final byte[] prefix;
    private final byte separator;
    private final List<ColumnEncoder> columns;

    /**
     * @param separator an ASCII character other than a backslash
     * @param columns the columns after the prefix; if there are none, the prefix is the key
     */
    RowKey(String prefix, char separator, List<ColumnEncoder> columns) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.separator = (byte) separator;
        this.columns = List.copyOf(columns);
    }

    /** Returns whether the text is one ASCII character other than a backslash. */
    static boolean isSeparator(String text) {
        return text.length() == 1 && text.charAt(0) < 0x80 && text.charAt(0) != ESCAPE;
    }

    /**
     * Returns the key of a row.
     *
     * @throws IllegalArgumentException if a column of the key is NULL
     */
    byte[] of(RowData row) {
        ByteArrayOutputStream key = new ByteArrayOutputStream(64);
        key.writeBytes(prefix);
        int last = columns.size() - 1;
        for (int i = 0; i <= last; i++) {
            byte[] value = columns.get(i).requiredBytes(row, ROLE);
            if (i == last) {
                key.writeBytes(value);
            } else {
                writeEscaped(value, key);
                key.write(separator);
            }
        }
        return key.toByteArray();
    }

    private void writeEscaped(byte[] value, ByteArrayOutputStream key) {
        for (byte each : value) {
            if (each == separator || each == ESCAPE) {
                key.write(ESCAPE);
            }
            key.write(each);
        }
    }
}

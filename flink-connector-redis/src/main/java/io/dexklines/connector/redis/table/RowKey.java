package io.dexklines.connector.redis.table;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * The key of a row: a prefix and columns with a separator between them. No two rows that differ in
 * these columns share a key, because what looks like a separator is escaped in all but the last.
 */
final class RowKey implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final char ESCAPE = '\\';

    private final byte[] prefix;
    private final byte separator;
    private final List<ColumnText> columns;

    /**
     * @param separator ASCII, and no backslash
     */
    RowKey(String prefix, char separator, List<ColumnText> columns) {
        this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
        this.separator = (byte) separator;
        this.columns = List.copyOf(columns);
    }

    /** Whether that can stand between columns: one character that no other contains as a byte. */
    static boolean isSeparator(String text) {
        return text.length() == 1 && text.charAt(0) < 0x80 && text.charAt(0) != ESCAPE;
    }

    byte[] of(RowData row) {
        ByteArrayOutputStream key = new ByteArrayOutputStream(64);
        key.writeBytes(prefix);
        int last = columns.size() - 1;
        for (int i = 0; i <= last; i++) {
            byte[] value = columns.get(i).bytes(row);
            if (value == null) {
                throw new IllegalArgumentException(
                        "the column '" + columns.get(i).name() + "' of the primary key is NULL");
            }
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

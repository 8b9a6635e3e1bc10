package io.dexklines.decode;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Quotes an excluded part of a record as a JSON value: the original JSON if it is small and flat
 * enough for common readers, otherwise a JSON string of the original.
 */
final class OriginalText {

    /** The largest original in bytes. Longer ones are truncated. */
    static final int MAX_BYTES = 64 * 1024;

    /**
     * The deepest nesting of an original. Deeper ones become strings, as many readers fail on them.
     */
    static final int MAX_DEPTH = 64;

    private OriginalText() {}

    /** Quotes a JSON value from {@code start} (inclusive) to {@code end} (exclusive). */
    static String ofJson(byte[] record, int start, int end) {
        if (end - start > MAX_BYTES || depth(record, start, end) > MAX_DEPTH) {
            return ofBytes(record, start, end);
        }
        return new String(record, start, end - start, StandardCharsets.UTF_8);
    }

    /** Quotes any bytes as a JSON string. */
    static String ofBytes(byte[] record, int start, int end) {
        int cut = end;
        if (end - start > MAX_BYTES) {
            cut = start + MAX_BYTES;
            // not inside a UTF-8 sequence, whose continuation bytes are 10xxxxxx
            while (cut > start && end > cut && (record[cut] & 0xC0) == 0x80) {
                cut--;
            }
        }
        String text = new String(record, start, cut - start, StandardCharsets.UTF_8);
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    private static int depth(byte[] json, int start, int end) {
        int depth = 0;
        int deepest = 0;
        boolean inString = false;
        for (int i = start; i < end; i++) {
            byte b = json[i];
            if (inString) {
                if (b == '\\') {
                    i++;
                } else if (b == '"') {
                    inString = false;
                }
            } else if (b == '"') {
                inString = true;
            } else if (b == '{' || b == '[') {
                depth++;
                deepest = Math.max(deepest, depth);
            } else if (b == '}' || b == ']') {
                depth--;
            }
        }
        return deepest;
    }
}

package io.dexklines.decode;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;

/**
 * What of a record is shown beside the reason why it was excluded: always a JSON value. The
 * original where that can be read by anybody; else a string of it.
 */
final class OriginalText {

    /** Longer originals are cut, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    /** Deeper ones become strings: many readers of JSON go no further. */
    static final int MAX_DEPTH = 64;

    private OriginalText() {}

    /** A stretch of a record that is a JSON value, from {@code start} to before {@code end}. */
    static String ofJson(byte[] record, int start, int end) {
        if (end - start > MAX_BYTES || depth(record, start, end) > MAX_DEPTH) {
            return ofBytes(record, start, end);
        }
        return new String(record, start, end - start, StandardCharsets.UTF_8);
    }

    /** A stretch of a record that is anything, as a JSON string. */
    static String ofBytes(byte[] record, int start, int end) {
        int cut = end;
        if (end - start > MAX_BYTES) {
            cut = start + MAX_BYTES;
            // not within a character: its second to fourth bytes are 10xxxxxx
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

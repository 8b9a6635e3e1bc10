package io.dexklines.decode;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.dexklines.text.PrintableText;
import java.nio.charset.StandardCharsets;

/**
 * Quotes an excluded part of a record as a JSON value: the original JSON if it is small and flat
 * enough for common readers, otherwise a JSON string of the original. The result can be shown, see
 * {@link PrintableText}, and its strings have no unpaired surrogates, which have no UTF-8 encoding.
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
        if (end - start > MAX_BYTES
                || depth(record, start, end) > MAX_DEPTH
                || escapesUnpairedSurrogate(record, start, end)) {
            return ofBytes(record, start, end);
        }
        return PrintableText.ofJson(new String(record, start, end - start, StandardCharsets.UTF_8));
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
        return PrintableText.ofJson(
                '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"');
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

    /**
     * Returns whether a string of the JSON has an escape of half a pair, U+D83D for example,
     * without the other half. A raw surrogate cannot be in UTF-8.
     */
    private static boolean escapesUnpairedSurrogate(byte[] json, int start, int end) {
        boolean high = false;
        int i = start;
        while (i < end) {
            int unit = -1;
            int length = 1;
            if (json[i] == '\\' && i + 1 < end) {
                boolean unicode = json[i + 1] == 'u' && i + 6 <= end;
                unit = unicode ? unit(json, i + 2) : -1;
                length = unicode ? 6 : 2;
            }
            boolean low =
                    unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
            if (low != high) {
                return true;
            }
            high = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
            i += length;
        }
        return high;
    }

    /** Returns the UTF-16 unit of four hexadecimal digits. */
    private static int unit(byte[] json, int at) {
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            unit = unit << 4 | Character.digit(json[i], 16);
        }
        return unit;
    }
}

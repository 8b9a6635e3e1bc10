package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonToken;
import io.dexklines.trade.Identifier;
import java.nio.charset.StandardCharsets;

/**
 * One JSON value of a field: its token and, for a string or a number, its text. An instance is
 * reused for all values.
 *
 * <p>A text is plain if it is ASCII and written without escapes. It is then not copied until it is
 * needed.
 */
final class JsonValue {

    private static final byte[] NO_BYTES = {};

    /** The token's {@link JsonToken#id}. An id is stored faster than a reference. */
    private int token;

    private boolean isPlain;

    /** The text if it is not plain. */
    private String text;

    private byte[] record = NO_BYTES;
    private int from;
    private int to;

    /** Begins a record, in which the plain texts of its values are. */
    void begin(byte[] newRecord) {
        record = newRecord;
    }

    /** Sets a value that is neither a string nor a number. */
    void set(JsonToken newToken) {
        token = newToken.id();
    }

    /** Sets a string or a number with any text. */
    void set(JsonToken newToken, String newText) {
        token = newToken.id();
        isPlain = false;
        text = newText;
    }

    /** Sets a string or a number whose plain text is from {@code start} to {@code end}. */
    void setPlain(JsonToken newToken, int start, int end) {
        token = newToken.id();
        isPlain = true;
        from = start;
        to = end;
    }

    /** Returns whether the value is this token; the start of an object stands for all of it. */
    boolean is(JsonToken other) {
        return token == other.id();
    }

    /** Returns whether the text of the string or number is known to be plain. */
    boolean isPlain() {
        return isPlain;
    }

    /** Returns the number of UTF-16 units in the string or number. */
    int length() {
        return isPlain ? to - from : text.length();
    }

    /** Returns the text of the string or number. */
    String text() {
        return isPlain ? new String(record, from, to - from, StandardCharsets.ISO_8859_1) : text;
    }

    /** Returns the array with the plain text. */
    byte[] record() {
        return record;
    }

    /** Returns the index of the first byte of the plain text. */
    int from() {
        return from;
    }

    /** Returns whether the text of the string or number is an {@link Identifier}. */
    boolean isIdentifier() {
        return isPlain ? Identifier.isValid(record, from, to) : Identifier.isValid(text);
    }

    /** Returns the string or number as {@link DecimalNumber} reads it. */
    double decimal() {
        if (isPlain) {
            return DecimalNumber.parse(record, from, to);
        }
        // no character of a number is replaced
        byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
        return DecimalNumber.parse(latin, 0, latin.length);
    }
}

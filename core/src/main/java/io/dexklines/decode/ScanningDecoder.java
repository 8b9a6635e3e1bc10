package io.dexklines.decode;

import com.fasterxml.jackson.core.JsonToken;
import com.google.common.base.Utf8;
import io.dexklines.decode.PairInfoCache.PairInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes the records of well-behaved producers in one pass over their bytes. Not thread-safe.
 *
 * <p>A producer writes the same keys in the same order. {@link KeyOrder} learns which key follows
 * which, so that a key is usually recognised by comparing a few words.
 *
 * <p>The decoder understands a subset of what {@link StreamingDecoder} does, and returns the same
 * for it. It gives up on a whole record that is malformed, has elements other than objects, has a
 * key with an escape or a character that is not ASCII, or is nested deeper than {@value #MAX_DEPTH}
 * levels below a trade.
 */
final class ScanningDecoder {

    /** The deepest nesting of a value that is skipped. */
    static final int MAX_DEPTH = 64;

    /** The longest object or array, in bytes, that is recognised as the one skipped before. */
    private static final int MAX_REMEMBERED = 256;

    private static final byte[] NO_BYTES = {};
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");
    private static final byte[] NULL = ascii("null");

    /** Ends the decoding of a record that is not understood. */
    private static final class NotUnderstood extends RuntimeException {

        private static final long serialVersionUID = 1L;

        static final NotUnderstood INSTANCE = new NotUnderstood();

        private NotUnderstood() {
            super(null, null, false, false);
        }
    }

    private final RecordEntries entries;
    private final TradeFields fields;
    private final KeyOrder trade;
    private final PairInfoCache pairInfos = new PairInfoCache();
    private final JsonValue field = new JsonValue();

    private byte[] bytes = NO_BYTES;

    /** Whether the string that was scanned last is ASCII without escapes. */
    private boolean isPlain;

    /** Whether the number that was scanned last is an integer. */
    private boolean isInteger;

    /**
     * @param entries takes the elements of each record
     */
    ScanningDecoder(RecordEntries entries) {
        this.entries = entries;
        this.fields = entries.fields();
        this.trade = new KeyOrder(fields.trade, TradeFields.PAIR_INFO, fields.pairInfoFields);
    }

    /** Decodes one record. Returns null if this decoder does not understand it. */
    DecodedRecord decode(byte[] value, String topic, int partition, long offset) {
        if (value == null) {
            return null;
        }
        entries.begin(value, topic, partition, offset);
        bytes = value;
        field.begin(value);
        try {
            array();
            return entries.record();
        } catch (NotUnderstood e) {
            return null;
        } finally {
            bytes = NO_BYTES;
            field.begin(NO_BYTES);
        }
    }

    private void array() {
        int at = blanks(expect('[', blanks(0)));
        if (at(at) != ']') {
            at = blanks(element(at));
            while (at(at) == ',') {
                at = blanks(element(blanks(at + 1)));
            }
        }
        at = blanks(expect(']', at));
        if (at != bytes.length) {
            throw NotUnderstood.INSTANCE;
        }
    }

    private int element(int start) {
        int at = expect('{', start);
        fields.clear();
        int end = members(at, trade);
        entries.add(start, end);
        return end;
    }

    /** Reads the members of an object whose first byte has been passed. Returns its end. */
    private int members(int start, KeyOrder order) {
        int at = start;
        KeyOrder.Key key = order.start();
        while (at(at) != '}') {
            KeyOrder.Key next = key.predict(bytes, at);
            if (next == null) {
                int end = blanks(at);
                if (at(end) == '}') {
                    at = end;
                    break;
                }
                next = unpredicted(order, key, at);
            }
            key = next;
            at = member(blanks(at + key.length()), key);
        }
        return at + 1;
    }

    /** Reads a member whose key was not expected. Returns the key. */
    private KeyOrder.Key unpredicted(KeyOrder order, KeyOrder.Key previous, int start) {
        int at = blanks(start);
        if (previous != order.start()) {
            at = blanks(expect(',', at));
        }
        int name = expect('"', at);
        int close = string(name);
        if (!isPlain) {
            throw NotUnderstood.INSTANCE;
        }
        int end = blanks(expect(':', blanks(close + 1)));
        return order.learn(previous, bytes, start, end, text(name, close));
    }

    /** Reads the value of a member. Returns its end. */
    private int member(int start, KeyOrder.Key key) {
        if (key.members() != null) {
            return pairInfo(start, key.members());
        }
        if (key.field() != null) {
            return read(start, key.field());
        }
        if (at(start) != '{' && at(start) != '[') {
            return skip(start, 0);
        }
        byte[] former = key.lastSkipped();
        if (former != null && Words.startsWith(bytes, start, former)) {
            return start + former.length;
        }
        int end = skip(start, 0);
        if (end - start <= MAX_REMEMBERED) {
            key.lastSkipped(Arrays.copyOfRange(bytes, start, end));
        }
        return end;
    }

    private int pairInfo(int start, KeyOrder order) {
        if (at(start) != '{') {
            fields.clearPairInfo();
            return skip(start, 0);
        }
        String pair = fields.pairAddress.isValid() ? fields.pairAddress.value() : "";
        PairInfo known = pairInfos.find(pair, bytes, start);
        if (known != null) {
            fields.readPairInfo(known);
            return start + known.json().length;
        }
        fields.clearPairInfo();
        int droppedBefore = fields.labelsDropped;
        int end = members(start + 1, order);
        pairInfos.put(pair, bytes, start, end, fields, fields.labelsDropped - droppedBefore);
        return end;
    }

    private int read(int start, TradeFields.Field target) {
        int end;
        switch (at(start)) {
            case '"' -> {
                int close = string(start + 1);
                if (isPlain) {
                    field.setPlain(JsonToken.VALUE_STRING, start + 1, close);
                } else {
                    field.set(JsonToken.VALUE_STRING, unescaped(start + 1, close));
                }
                end = close + 1;
            }
            case '{' -> {
                end = skip(start, 0);
                field.set(JsonToken.START_OBJECT);
            }
            case '[' -> {
                end = skip(start, 0);
                field.set(JsonToken.START_ARRAY);
            }
            case 't' -> {
                end = word(start, TRUE);
                field.set(JsonToken.VALUE_TRUE);
            }
            case 'f' -> {
                end = word(start, FALSE);
                field.set(JsonToken.VALUE_FALSE);
            }
            case 'n' -> {
                end = word(start, NULL);
                field.set(JsonToken.VALUE_NULL);
            }
            default -> {
                end = number(start);
                field.setPlain(
                        isInteger ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_NUMBER_FLOAT,
                        start,
                        end);
            }
        }
        target.read(field);
        return end;
    }

    /** Returns the end of any value. */
    private int skip(int start, int depth) {
        return switch (at(start)) {
            case '"' -> string(start + 1) + 1;
            case '{' -> skipObject(start + 1, depth + 1);
            case '[' -> skipArray(start + 1, depth + 1);
            case 't' -> word(start, TRUE);
            case 'f' -> word(start, FALSE);
            case 'n' -> word(start, NULL);
            default -> number(start);
        };
    }

    private int skipObject(int start, int depth) {
        checkDepth(depth);
        int at = blanks(start);
        if (at(at) == '}') {
            return at + 1;
        }
        at = skipMember(at, depth);
        while (at(at) == ',') {
            at = skipMember(blanks(at + 1), depth);
        }
        return expect('}', at);
    }

    /** Returns the index of the first byte after a member that is not blank. */
    private int skipMember(int start, int depth) {
        int close = string(expect('"', start));
        if (!isPlain) {
            throw NotUnderstood.INSTANCE;
        }
        return blanks(skip(blanks(expect(':', blanks(close + 1))), depth));
    }

    private int skipArray(int start, int depth) {
        checkDepth(depth);
        int at = blanks(start);
        if (at(at) == ']') {
            return at + 1;
        }
        at = blanks(skip(at, depth));
        while (at(at) == ',') {
            at = blanks(skip(blanks(at + 1), depth));
        }
        return expect(']', at);
    }

    private static void checkDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw NotUnderstood.INSTANCE;
        }
    }

    /**
     * Returns the index of the quote that closes the string whose first character is at {@code
     * start}. Sets {@link #isPlain}.
     */
    private int string(int start) {
        long foreign = 0;
        boolean escapes = false;
        int at = start;
        while (true) {
            while (at <= bytes.length - Long.BYTES) {
                long word = Words.at(bytes, at);
                long special = Words.specialInString(word);
                if (special != 0) {
                    // the bytes before the special one
                    foreign |= word & (Long.lowestOneBit(special) - 1);
                    at += Long.numberOfTrailingZeros(special) / Byte.SIZE;
                    break;
                }
                foreign |= word;
                at += Long.BYTES;
            }
            byte c = at(at);
            if (c == '"') {
                break;
            }
            if (c == '\\') {
                escapes = true;
                at = escape(at + 1);
            } else if (c >= 0 && c < ' ') {
                throw NotUnderstood.INSTANCE;
            } else {
                // a negative byte extends its sign to the word
                foreign |= c;
                at++;
            }
        }
        boolean isAscii = !Words.hasForeign(foreign);
        if (!isAscii && !Utf8.isWellFormed(bytes, start, at - start)) {
            throw NotUnderstood.INSTANCE;
        }
        isPlain = isAscii && !escapes;
        return at;
    }

    /** Returns the end of an escape whose backslash has been passed. */
    private int escape(int start) {
        switch (at(start)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return start + 1;
            }
            case 'u' -> {
                for (int i = start + 1; i <= start + 4; i++) {
                    if (Character.digit(at(i), 16) < 0) {
                        throw NotUnderstood.INSTANCE;
                    }
                }
                return start + 5;
            }
            default -> throw NotUnderstood.INSTANCE;
        }
    }

    /** Returns the text of a string that has been scanned. */
    private String unescaped(int start, int close) {
        StringBuilder text = new StringBuilder(close - start);
        int at = start;
        int raw = start;
        while (at < close) {
            if (bytes[at] != '\\') {
                at++;
                continue;
            }
            text.append(new String(bytes, raw, at - raw, StandardCharsets.UTF_8));
            byte escaped = bytes[at + 1];
            at += 2;
            switch (escaped) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(text(at, at + 4), 16));
                    at += 4;
                }
                default -> text.append((char) escaped);
            }
            raw = at;
        }
        return text.append(new String(bytes, raw, at - raw, StandardCharsets.UTF_8)).toString();
    }

    /** Returns the end of a number in the grammar of JSON. Sets {@link #isInteger}. */
    private int number(int start) {
        int at = at(start) == '-' ? start + 1 : start;
        at = at(at) == '0' ? at + 1 : digits(at);
        isInteger = true;
        if (at(at) == '.') {
            isInteger = false;
            at = digits(at + 1);
        }
        if (at(at) == 'e' || at(at) == 'E') {
            isInteger = false;
            at++;
            at = digits(at(at) == '-' || at(at) == '+' ? at + 1 : at);
        }
        return at;
    }

    /** Returns the end of one or more digits. */
    private int digits(int start) {
        byte[] record = bytes;
        int at = start;
        while (at < record.length && record[at] >= '0' && record[at] <= '9') {
            at++;
        }
        if (at == start) {
            throw NotUnderstood.INSTANCE;
        }
        return at;
    }

    private int word(int start, byte[] word) {
        if (!Words.startsWith(bytes, start, word)) {
            throw NotUnderstood.INSTANCE;
        }
        return start + word.length;
    }

    private int expect(char c, int at) {
        if (at(at) != c) {
            throw NotUnderstood.INSTANCE;
        }
        return at + 1;
    }

    /** Returns the index of the first byte from {@code start} on that is not blank. */
    private int blanks(int start) {
        int at = start;
        while (at(at) == ' ' || at(at) == '\n' || at(at) == '\r' || at(at) == '\t') {
            at++;
        }
        return at;
    }

    /** Returns a byte; 0, which JSON does not contain, after the end of the record. */
    private byte at(int index) {
        return index < bytes.length ? bytes[index] : 0;
    }

    private String text(int start, int end) {
        return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}

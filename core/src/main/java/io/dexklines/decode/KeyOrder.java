package io.dexklines.decode;

import io.dexklines.decode.TradeFields.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys of a kind of object and which of them follows which, as learnt from the objects that
 * have been read. A key is known by everything that is written from the end of the preceding value
 * to the beginning of its own, such as {@code ,"tx_hash":}.
 *
 * <p>For each key two successors are remembered, so the layouts of two producers are predicted, and
 * so is a key that is left out now and then. Not thread-safe.
 */
final class KeyOrder {

    /** The number of keys after which all are forgotten. Producers choose them. */
    static final int MAX_KEYS = 512;

    /** The longest key, with what is written around it, that is remembered, in bytes. */
    private static final int MAX_LENGTH = 128;

    private final Map<String, Field> fields;
    private final String nestedName;
    private final KeyOrder nested;

    private final Map<String, Key> known = new HashMap<>();
    private final Key start = new Key(new byte[0], null, null);

    /**
     * Creates the order of keys of an object that contains another.
     *
     * @param fields the fields to be read, by their names
     * @param nestedName the name of the other object
     * @param nestedFields the fields of the other object, by their names
     */
    KeyOrder(Map<String, Field> fields, String nestedName, Map<String, Field> nestedFields) {
        this(fields, nestedName, new KeyOrder(nestedFields, null, (KeyOrder) null));
    }

    private KeyOrder(Map<String, Field> fields, String nestedName, KeyOrder nested) {
        this.fields = fields;
        this.nestedName = nestedName;
        this.nested = nested;
    }

    /** Returns what precedes the first key. */
    Key start() {
        return start;
    }

    /**
     * Learns that a key follows another, unless it is longer than any that a producer needs.
     *
     * @param from index of the first byte after the preceding value
     * @param to index of the first byte of the key's own value
     * @param name the key itself
     * @return the key
     */
    Key learn(Key previous, byte[] record, int from, int to, String name) {
        byte[] written = Arrays.copyOfRange(record, from, to);
        if (written.length > MAX_LENGTH) {
            return key(written, name);
        }
        if (known.size() >= MAX_KEYS) {
            known.clear();
            start.forget();
        }
        Key key =
                known.computeIfAbsent(
                        new String(written, StandardCharsets.ISO_8859_1),
                        isNew -> key(written, name));
        previous.precedes(key);
        return key;
    }

    private Key key(byte[] written, String name) {
        return new Key(written, fields.get(name), name.equals(nestedName) ? nested : null);
    }

    /** A key as it is written. */
    static final class Key {

        private final byte[] written;
        private final Field field;
        private final KeyOrder members;

        /** The keys that have followed this one; null if none has. */
        private Key first;

        private Key second;

        private byte[] lastSkipped;

        private Key(byte[] written, Field field, KeyOrder members) {
            this.written = written;
            this.field = field;
            this.members = members;
        }

        /** Returns the key that is written from an index on, if it followed this one before. */
        Key predict(byte[] record, int from) {
            if (first != null && Words.startsWith(record, from, first.written)) {
                return first;
            }
            if (second != null && Words.startsWith(record, from, second.written)) {
                return second;
            }
            return null;
        }

        private void precedes(Key next) {
            if (first == null) {
                first = next;
            } else {
                second = next;
            }
        }

        private void forget() {
            first = null;
            second = null;
        }

        /** Returns the number of bytes that are written. */
        int length() {
            return written.length;
        }

        /** Returns the field with this name; null if none is read. */
        Field field() {
            return field;
        }

        /** Returns the keys of the value, if members of it are read; otherwise null. */
        KeyOrder members() {
            return members;
        }

        /** Returns the bytes of the value that was skipped last; null if none is remembered. */
        byte[] lastSkipped() {
            return lastSkipped;
        }

        /** Remembers the bytes of a value that was skipped. */
        void lastSkipped(byte[] newLastSkipped) {
            lastSkipped = newLastSkipped;
        }
    }
}

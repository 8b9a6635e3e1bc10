package io.dexklines.decode;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A cache of recent strings, such as pools, tokens and exchanges. Returning the same {@code String}
 * again avoids garbage and makes comparisons cheap. The cache is direct-mapped: a string replaces
 * the one in its slot, so the cache does not grow regardless of the input. It holds admitted
 * strings only, so that they are checked once.
 */
final class TextCache {

    private static final int SLOTS = 1 << 13;
    private static final int MAX_LENGTH = 64;

    /** The bytes and the string of each slot, side by side. */
    private final Object[] slots = new Object[2 * SLOTS];

    private final Predicate<JsonValue> admitted;

    /**
     * @param admitted whether the text of a value is admitted; never called for one that is cached
     */
    TextCache(Predicate<JsonValue> admitted) {
        this.admitted = admitted;
    }

    /**
     * Returns the text of a value; null if it is not admitted. Only plain texts of up to 64
     * characters are cached.
     */
    String text(JsonValue value) {
        int length = value.length();
        if (!value.isPlain() || length > MAX_LENGTH) {
            return admitted.test(value) ? value.text() : null;
        }
        byte[] record = value.record();
        int from = value.from();
        int slot = 2 * (Words.hash(record, from, length) & SLOTS - 1);
        byte[] cached = (byte[]) slots[slot];
        if (cached != null && cached.length == length && Words.startsWith(record, from, cached)) {
            return (String) slots[slot + 1];
        }
        if (!admitted.test(value)) {
            return null;
        }
        String text = value.text();
        slots[slot] = Arrays.copyOfRange(record, from, from + length);
        slots[slot + 1] = text;
        return text;
    }
}

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
    private static final int MAX_LENGTH = 96;

    /** The bytes of the string in each slot, {@value #MAX_LENGTH} for each. */
    private final byte[] bytes;

    private final String[] texts;
    private final Predicate<JsonValue> admitted;

    /**
     * @param admitted whether the text of a value is admitted; never called for one that is cached
     */
    TextCache(Predicate<JsonValue> admitted) {
        this(admitted, SLOTS);
    }

    /**
     * @param slots the number of strings, a power of two
     */
    TextCache(Predicate<JsonValue> admitted, int slots) {
        this.admitted = admitted;
        this.bytes = new byte[MAX_LENGTH * slots];
        this.texts = new String[slots];
    }

    /**
     * Returns the text of a value; null if it is not admitted. Only plain texts of up to {@value
     * #MAX_LENGTH} characters are cached.
     */
    String text(JsonValue value) {
        int length = value.length();
        if (!value.isPlain() || length > MAX_LENGTH) {
            return admitted.test(value) ? value.text() : null;
        }
        byte[] record = value.record();
        int from = value.from();
        int slot = Words.hash(record, from, length) & texts.length - 1;
        int start = MAX_LENGTH * slot;
        String cached = texts[slot];
        if (cached != null
                && cached.length() == length
                && Arrays.equals(record, from, from + length, bytes, start, start + length)) {
            return cached;
        }
        if (!admitted.test(value)) {
            return null;
        }
        String text = value.text();
        System.arraycopy(record, from, bytes, start, length);
        texts[slot] = text;
        return text;
    }
}

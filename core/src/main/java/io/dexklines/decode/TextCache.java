package io.dexklines.decode;

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

    private final String[] slots = new String[SLOTS];
    private final Predicate<String> admitted;

    /**
     * @param admitted whether a string is admitted; never called for a string that is cached
     */
    TextCache(Predicate<String> admitted) {
        this.admitted = admitted;
    }

    /**
     * Returns the characters as a string; null if it is not admitted. Strings longer than 64
     * characters are not cached.
     */
    String text(char[] chars, int offset, int length) {
        if (length > MAX_LENGTH) {
            return admitted(new String(chars, offset, length));
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + chars[i];
        }
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        String cached = slots[slot];
        if (cached == null || !equal(cached, chars, offset, length)) {
            cached = admitted(new String(chars, offset, length));
            if (cached != null) {
                slots[slot] = cached;
            }
        }
        return cached;
    }

    private String admitted(String text) {
        return admitted.test(text) ? text : null;
    }

    private static boolean equal(String cached, char[] chars, int offset, int length) {
        if (cached.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (cached.charAt(i) != chars[offset + i]) {
                return false;
            }
        }
        return true;
    }
}

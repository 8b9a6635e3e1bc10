package io.dexklines.decode;

/**
 * Strings that come again and again: pools, tokens, exchanges. A text that was met lately is the
 * same {@code String} again, which spares garbage and makes comparing cheap. Each text has one
 * place, which the next text with that place takes over: the cache cannot grow, whatever strangers
 * send.
 */
final class TextCache {

    private static final int PLACES = 1 << 13;
    private static final int MAX_LENGTH = 64;

    private final String[] places = new String[PLACES];

    /** These characters as a string. */
    String text(char[] chars, int offset, int length) {
        if (length > MAX_LENGTH) {
            return new String(chars, offset, length);
        }
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + chars[i];
        }
        int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
        String held = places[place];
        if (held == null || !equal(held, chars, offset, length)) {
            held = new String(chars, offset, length);
            places[place] = held;
        }
        return held;
    }

    private static boolean equal(String held, char[] chars, int offset, int length) {
        if (held.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (held.charAt(i) != chars[offset + i]) {
                return false;
            }
        }
        return true;
    }
}

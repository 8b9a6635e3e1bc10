package io.dexklines.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Operations on bytes that look at eight of them at a time. */
final class Words {

    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;
    private static final long BLANKS = ' ' * ONES;
    private static final long GOLDEN_RATIO = 0x9E37_79B9_7F4A_7C15L;

    private Words() {}

    /** Returns the eight bytes from an index on. The first is the lowest of the word. */
    static long at(byte[] bytes, int from) {
        return (long) WORD.get(bytes, from);
    }

    /** Returns whether any byte of the word is not ASCII. */
    static boolean hasForeign(long word) {
        return (word & HIGH_BITS) != 0;
    }

    /**
     * Returns a word whose lowest bit that is set is the highest of the first byte that is a quote,
     * a backslash or a control character below U+0020. Returns 0 if no byte is.
     */
    static long specialInString(long word) {
        long quotes = word ^ QUOTES;
        long backslashes = word ^ BACKSLASHES;
        // subtraction borrows from higher bytes only, so the lowest bit is right
        return ((quotes - ONES) & ~quotes
                        | (backslashes - ONES) & ~backslashes
                        | (word - BLANKS) & ~word)
                & HIGH_BITS;
    }

    /** Returns whether the bytes from an index on begin with all bytes of {@code expected}. */
    static boolean startsWith(byte[] bytes, int from, byte[] expected) {
        int length = expected.length;
        if (length > bytes.length - from) {
            return false;
        }
        if (length < Long.BYTES) {
            for (int i = 0; i < length; i++) {
                if (bytes[from + i] != expected[i]) {
                    return false;
                }
            }
            return true;
        }
        int last = length - Long.BYTES;
        for (int i = 0; i < last; i += Long.BYTES) {
            if (at(bytes, from + i) != at(expected, i)) {
                return false;
            }
        }
        return at(bytes, from + last) == at(expected, last);
    }

    /** Returns a hash of some bytes. */
    static int hash(byte[] bytes, int from, int length) {
        long hash = length;
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            hash = (hash ^ at(bytes, from + i)) * GOLDEN_RATIO;
            hash ^= hash >>> 32;
        }
        for (; i < length; i++) {
            hash = (hash ^ bytes[from + i]) * GOLDEN_RATIO;
        }
        return (int) (hash ^ hash >>> 29);
    }
}

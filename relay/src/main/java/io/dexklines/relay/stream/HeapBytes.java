package io.dexklines.relay.stream;

/**
 * The sizes of objects on the heap, in bytes. They are those of a 64-bit HotSpot with compressed
 * references, which is the default below 32 GB of heap.
 */
final class HeapBytes {

    /** An entry of a {@link java.util.HashMap} with its share of the table. */
    static final int MAP_ENTRY = 32 + 8;

    /** An entry of a {@link java.util.LinkedHashMap} with its share of the table. */
    static final int LINKED_MAP_ENTRY = 40 + 8;

    static final int REFERENCE = 4;

    private static final int ALIGNMENT = 8;
    private static final int ARRAY_HEADER = 16;
    private static final int STRING = 24;

    private HeapBytes() {}

    /** Returns the size of an array of primitives or references. */
    static long array(int length, int bytesPerElement) {
        long unaligned = ARRAY_HEADER + (long) length * bytesPerElement;
        return (unaligned + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Returns the size of a string. */
    static long string(String text) {
        boolean latin1 = text.chars().allMatch(character -> character < 256);
        return STRING + array(text.length(), latin1 ? Byte.BYTES : Character.BYTES);
    }
}

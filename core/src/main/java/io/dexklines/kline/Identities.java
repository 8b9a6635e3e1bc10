package io.dexklines.kline;

import java.io.DataInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * The identities of the trades that a pair has counted, each with the close time of the trade's
 * smallest kline. Not thread-safe.
 *
 * <p>The identities are hashes already, so they index one open-addressing table directly. The table
 * is an array of longs, three for an entry, and at most three quarters full.
 *
 * <p>Format: the number of close times, and for each the time in seconds, whether an identity of
 * 128 zero bits is among its identities, the number of the others, and these. Integers are LEB128,
 * identities 16 bytes.
 */
final class Identities {

    /** The two halves of an identity, and the number of its close time from 1; 0 if empty. */
    private static final int ENTRY = 3;

    private static final int SMALLEST_CAPACITY = 4;
    private static final long[] NOTHING = {};

    private long[] table = NOTHING;

    /** The number of entries of the table, a power of two, minus one. */
    private int mask = -1;

    private int held;
    private boolean holdsFormer;

    /** The close times in the order in which they were first used, epoch milliseconds. */
    private long[] closeTimesMs = NOTHING;

    private int closeTimes;

    /** Receives an identity and the close time of its trade's smallest kline. */
    interface Receiver {
        void accept(long high, long low, long closeTimeMs);
    }

    Identities copy() {
        Identities copy = new Identities();
        copy.table = held == 0 ? NOTHING : table.clone();
        copy.mask = held == 0 ? -1 : mask;
        copy.held = held;
        copy.holdsFormer = holdsFormer;
        copy.closeTimesMs = Arrays.copyOf(closeTimesMs, closeTimes);
        copy.closeTimes = closeTimes;
        return copy;
    }

    boolean isEmpty() {
        return held == 0;
    }

    /** Returns whether any of the identities is of a former version. */
    boolean holdsFormer() {
        return holdsFormer;
    }

    boolean contains(long high, long low) {
        return held > 0 && table[entryOf(high, low) + 2] != 0;
    }

    /** Adds an identity. Returns whether it was not held, with whichever close time. */
    boolean add(long high, long low, long closeTimeMs) {
        if (mask < 0) {
            rebuild(SMALLEST_CAPACITY);
        }
        int entry = entryOf(high, low);
        if (table[entry + 2] != 0) {
            return false;
        }
        put(entry, high, low, number(closeTimeMs));
        if (4 * held > 3 * (mask + 1)) {
            rebuild(2 * (mask + 1));
        }
        return true;
    }

    /** Returns the number of different close times. */
    int closeTimes() {
        return closeTimes;
    }

    /** Returns one of the close times, epoch milliseconds. */
    long closeTimeMs(int index) {
        return closeTimesMs[index];
    }

    /** Passes every identity to a receiver. */
    void forEach(Receiver receiver) {
        for (int entry = 0; entry < table.length; entry += ENTRY) {
            if (table[entry + 2] != 0) {
                receiver.accept(
                        table[entry], table[entry + 1], closeTimesMs[(int) table[entry + 2] - 1]);
            }
        }
    }

    /** Removes the identities with certain close times. Returns whether there are any. */
    boolean removeIf(LongPredicate ends) {
        // by the number of a close time: the number that it gets, 0 if its identities are removed
        int[] kept = new int[closeTimes + 1];
        int keptTimes = 0;
        for (int i = 0; i < closeTimes; i++) {
            if (!ends.test(closeTimesMs[i])) {
                closeTimesMs[keptTimes++] = closeTimesMs[i];
                kept[i + 1] = keptTimes;
            }
        }
        if (keptTimes == closeTimes) {
            return false;
        }
        closeTimes = keptTimes;
        int empty = 0;
        while (table[ENTRY * empty + 2] != 0) {
            empty++;
        }
        int remaining = 0;
        for (int entry = 0; entry < table.length; entry += ENTRY) {
            table[entry + 2] = kept[(int) table[entry + 2]];
            remaining += table[entry + 2] == 0 ? 0 : 1;
        }
        int capacity = capacityFor(remaining);
        if (2 * capacity < mask + 1) {
            rebuild(capacity);
        } else {
            closeGaps(empty);
        }
        return true;
    }

    /**
     * Moves each entry to where {@link #entryOf} finds it, now that others have been removed. An
     * entry only moves towards an index that no former entry was beyond, so one pass suffices.
     *
     * @param start the index of an entry that was empty before any was removed
     */
    private void closeGaps(int start) {
        held = 0;
        holdsFormer = false;
        for (int i = 1; i <= mask; i++) {
            int entry = ENTRY * ((start + i) & mask);
            long number = table[entry + 2];
            if (number != 0) {
                long high = table[entry];
                long low = table[entry + 1];
                table[entry + 2] = 0;
                put(entryOf(high, low), high, low, number);
            }
        }
    }

    void write(EncodedBytes out) throws IOException {
        // the identity of zero bits is not among those that are written
        int zero = contains(0, 0) ? (int) table[entryOf(0, 0) + 2] : 0;
        int[] counts = new int[closeTimes + 1];
        for (int entry = 0; entry < table.length; entry += ENTRY) {
            counts[(int) table[entry + 2]]++;
        }
        counts[0] = 0;
        if (zero != 0) {
            counts[zero]--;
        }
        int[] at = new int[closeTimes + 1];
        for (int number = 1; number <= closeTimes; number++) {
            at[number] = at[number - 1] + 2 * counts[number - 1];
        }
        long[] halves = new long[2 * held];
        for (int entry = 0; entry < table.length; entry += ENTRY) {
            int number = (int) table[entry + 2];
            if (number != 0 && (table[entry] | table[entry + 1]) != 0) {
                halves[at[number]++] = table[entry];
                halves[at[number]++] = table[entry + 1];
            }
        }
        Varint.write(out, closeTimes);
        for (int number = 1; number <= closeTimes; number++) {
            Varint.write(out, closeTimesMs[number - 1] / 1000);
            out.writeBoolean(number == zero);
            Varint.write(out, counts[number]);
            int count = 2 * counts[number];
            out.writeLongs(halves, at[number] - count, count);
        }
    }

    /**
     * Reads identities.
     *
     * @param former whether the bytes are of a version with identities of 64 bits
     */
    static Identities read(DataInput in, boolean former) throws IOException {
        Identities read = new Identities();
        for (long times = Varint.read(in); times > 0; times--) {
            long closeTimeMs = Varint.read(in) * 1000;
            if (in.readBoolean()) {
                read.add(0, 0, closeTimeMs);
            }
            int count = (int) Varint.read(in);
            if (capacityFor(read.held + count) > read.mask + 1) {
                read.rebuild(capacityFor(read.held + count));
            }
            for (int i = 0; i < count; i++) {
                read.add(former ? 0 : in.readLong(), in.readLong(), closeTimeMs);
            }
        }
        return read;
    }

    /** Returns the number of a close time. */
    private int number(long closeTimeMs) {
        int number = closeTimes;
        while (number > 0 && closeTimesMs[number - 1] != closeTimeMs) {
            number--;
        }
        if (number > 0) {
            return number;
        }
        if (closeTimes == closeTimesMs.length) {
            closeTimesMs = Arrays.copyOf(closeTimesMs, Math.max(2, 2 * closeTimes));
        }
        closeTimesMs[closeTimes++] = closeTimeMs;
        return closeTimes;
    }

    private static int capacityFor(int count) {
        int capacity = count == 0 ? 0 : SMALLEST_CAPACITY;
        while (4 * count > 3 * capacity) {
            capacity *= 2;
        }
        return capacity;
    }

    /** Returns the index of the entry of an identity, or of the empty one where it belongs. */
    private int entryOf(long high, long low) {
        int index = (int) low & mask;
        int entry = ENTRY * index;
        while (table[entry + 2] != 0 && (table[entry] != high || table[entry + 1] != low)) {
            index = index + 1 & mask;
            entry = ENTRY * index;
        }
        return entry;
    }

    private void put(int entry, long high, long low, long number) {
        table[entry] = high;
        table[entry + 1] = low;
        table[entry + 2] = number;
        held++;
        holdsFormer |= high == 0;
    }

    /** Puts the entries that are not empty into a table of another capacity. */
    private void rebuild(int capacity) {
        long[] old = table;
        table = capacity == 0 ? NOTHING : new long[ENTRY * capacity];
        mask = capacity - 1;
        held = 0;
        holdsFormer = false;
        for (int entry = 0; entry < old.length; entry += ENTRY) {
            if (old[entry + 2] != 0) {
                put(
                        entryOf(old[entry], old[entry + 1]),
                        old[entry],
                        old[entry + 1],
                        old[entry + 2]);
            }
        }
    }
}

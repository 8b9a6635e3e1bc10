package io.dexklines.kline;

import io.dexklines.trade.TradeId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A set of trade identities. The identities are hashes already, so they index an open-addressing
 * table directly. The table is one array at most three quarters full, with two entries for each
 * identity. Not thread-safe.
 */
final class IdentitySet {

    private static final int SMALLEST_CAPACITY = 4;

    /** The two halves of each identity. A slot of twice 0 is empty. */
    private long[] slots;

    /** Whether the identity of 128 zero bits is held. */
    private boolean holdsZero;

    private int held;
    private boolean holdsFormer;

    IdentitySet() {
        this(SMALLEST_CAPACITY);
    }

    private IdentitySet(int capacity) {
        this.slots = new long[2 * capacity];
    }

    IdentitySet copy() {
        IdentitySet copy = new IdentitySet(0);
        copy.slots = slots.clone();
        copy.holdsZero = holdsZero;
        copy.held = held;
        copy.holdsFormer = holdsFormer;
        return copy;
    }

    boolean contains(TradeId identity) {
        return contains(identity.high(), identity.low());
    }

    /** Returns whether any of the identities is of a former version. */
    boolean holdsFormer() {
        return holdsFormer;
    }

    void add(TradeId identity) {
        add(identity.high(), identity.low());
    }

    private boolean contains(long high, long low) {
        return isZero(high, low) ? holdsZero : !isEmpty(slotOf(high, low));
    }

    private void add(long high, long low) {
        holdsFormer |= high == 0;
        if (isZero(high, low)) {
            holdsZero = true;
            return;
        }
        int slot = slotOf(high, low);
        if (!isEmpty(slot)) {
            return;
        }
        slots[slot] = high;
        slots[slot + 1] = low;
        held++;
        if (held * 8 > slots.length * 3) {
            grow();
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(holdsZero);
        Varint.write(out, held);
        for (int slot = 0; slot < slots.length; slot += 2) {
            if (!isEmpty(slot)) {
                out.writeLong(slots[slot]);
                out.writeLong(slots[slot + 1]);
            }
        }
    }

    /**
     * Reads a set.
     *
     * @param former whether the bytes are of a version with identities of 64 bits
     */
    static IdentitySet read(DataInput in, boolean former) throws IOException {
        boolean holdsZero = in.readBoolean();
        int held = (int) Varint.read(in);
        int capacity = SMALLEST_CAPACITY;
        while (held * 4 > capacity * 3) {
            capacity *= 2;
        }
        IdentitySet read = new IdentitySet(capacity);
        if (holdsZero) {
            read.add(0, 0);
        }
        for (int i = 0; i < held; i++) {
            read.add(former ? 0 : in.readLong(), in.readLong());
        }
        return read;
    }

    private static boolean isZero(long high, long low) {
        return (high | low) == 0;
    }

    private boolean isEmpty(int slot) {
        return isZero(slots[slot], slots[slot + 1]);
    }

    /** Returns the index of the first half of an identity, or where it belongs. */
    private int slotOf(long high, long low) {
        int mask = slots.length - 1;
        int slot = 2 * (int) low & mask;
        while (!isEmpty(slot) && (slots[slot] != high || slots[slot + 1] != low)) {
            slot = slot + 2 & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (int i = 0; i < old.length; i += 2) {
            if (!isZero(old[i], old[i + 1])) {
                int slot = slotOf(old[i], old[i + 1]);
                slots[slot] = old[i];
                slots[slot + 1] = old[i + 1];
            }
        }
    }
}

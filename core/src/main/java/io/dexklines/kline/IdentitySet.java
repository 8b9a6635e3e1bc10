package io.dexklines.kline;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A set of trade identities. The identities are hashes already, so they index an open-addressing
 * table directly. The table is one array at most three quarters full. Not thread-safe.
 */
final class IdentitySet {

    private static final int SMALLEST_CAPACITY = 4;

    /** A slot of 0 is empty. The identity 0 is kept in {@link #holdsZero}. */
    private long[] slots;

    private boolean holdsZero;
    private int held;

    IdentitySet() {
        this(new long[SMALLEST_CAPACITY], false, 0);
    }

    private IdentitySet(long[] slots, boolean holdsZero, int held) {
        this.slots = slots;
        this.holdsZero = holdsZero;
        this.held = held;
    }

    IdentitySet copy() {
        return new IdentitySet(slots.clone(), holdsZero, held);
    }

    boolean contains(long identity) {
        return identity == 0 ? holdsZero : slots[slotOf(identity)] == identity;
    }

    void add(long identity) {
        if (identity == 0) {
            holdsZero = true;
            return;
        }
        int slot = slotOf(identity);
        if (slots[slot] == identity) {
            return;
        }
        slots[slot] = identity;
        held++;
        if (held * 4 > slots.length * 3) {
            grow();
        }
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(holdsZero);
        Varint.write(out, held);
        for (long identity : slots) {
            if (identity != 0) {
                out.writeLong(identity);
            }
        }
    }

    static IdentitySet read(DataInput in) throws IOException {
        boolean holdsZero = in.readBoolean();
        int held = (int) Varint.read(in);
        int capacity = SMALLEST_CAPACITY;
        while (held * 4 > capacity * 3) {
            capacity *= 2;
        }
        IdentitySet read = new IdentitySet(new long[capacity], holdsZero, 0);
        for (int i = 0; i < held; i++) {
            read.add(in.readLong());
        }
        return read;
    }

    private int slotOf(long identity) {
        int mask = slots.length - 1;
        int slot = (int) identity & mask;
        while (slots[slot] != 0 && slots[slot] != identity) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[old.length * 2];
        for (long identity : old) {
            if (identity != 0) {
                slots[slotOf(identity)] = identity;
            }
        }
    }
}

package io.dexklines.decode;

import io.dexklines.trade.TradeId;
import java.util.Arrays;

/**
 * Counts equal identities within one record. They are hashes already, so they index an
 * open-addressing table, at most half full.
 */
final class RecordOrdinals {

    private static final int SLOTS = 128;

    /** A table larger than this is not kept for the next record. */
    private static final int MAX_SLOTS_KEPT = 1 << 12;

    private TradeId[] identities = new TradeId[SLOTS];

    /** How often the identity in the slot was counted before. */
    private int[] ordinals = new int[SLOTS];

    private int held;

    /** Removes all identities. */
    void clear() {
        if (identities.length > MAX_SLOTS_KEPT) {
            identities = new TradeId[SLOTS];
            ordinals = new int[SLOTS];
        } else if (held > 0) {
            Arrays.fill(identities, null);
        }
        held = 0;
    }

    /** Counts an identity. Returns how often it was counted before. */
    int next(TradeId identity) {
        int slot = slotOf(identity);
        if (identities[slot] != null) {
            return ++ordinals[slot];
        }
        identities[slot] = identity;
        ordinals[slot] = 0;
        held++;
        if (2 * held > identities.length) {
            grow();
        }
        return 0;
    }

    private void grow() {
        TradeId[] formerIdentities = identities;
        int[] formerOrdinals = ordinals;
        identities = new TradeId[2 * formerIdentities.length];
        ordinals = new int[identities.length];
        for (int i = 0; i < formerIdentities.length; i++) {
            if (formerIdentities[i] != null) {
                int slot = slotOf(formerIdentities[i]);
                identities[slot] = formerIdentities[i];
                ordinals[slot] = formerOrdinals[i];
            }
        }
    }

    /** Returns the slot of an identity, or where it belongs. */
    private int slotOf(TradeId identity) {
        int mask = identities.length - 1;
        int slot = (int) identity.low() & mask;
        while (identities[slot] != null && !identities[slot].equals(identity)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}

package io.dexklines.decode;

import io.dexklines.trade.TradeId;
import java.util.HashMap;
import java.util.Map;

/** Counts equal identities within one record. */
final class RecordOrdinals {

    private Map<TradeId, Integer> counts = new HashMap<>();

    /** Removes all identities. */
    void clear() {
        // a map keeps the table of the largest record
        if (counts.size() > 64) {
            counts = new HashMap<>();
        } else {
            counts.clear();
        }
    }

    /** Counts an identity. Returns how often it was counted before. */
    int next(TradeId identity) {
        return counts.merge(identity, 1, Integer::sum) - 1;
    }
}

package io.dexklines.job.sink.mysql;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The labels of the most recently traded pairs, by which unchanged labels are not written again.
 * Those of a forgotten pair are upserted again, which is harmless. Not thread-safe.
 */
final class KnownLabels {

    private final Map<Pair, PairLabels> known;

    /**
     * @param remembered the most pairs whose labels are remembered
     */
    KnownLabels(int remembered) {
        this.known =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Pair, PairLabels> eldest) {
                        return size() > remembered;
                    }
                };
    }

    /** Remembers the labels. Returns whether they are known to someone and were not remembered. */
    boolean changes(Pair pair, PairLabels labels) {
        return !labels.equals(PairLabels.UNKNOWN) && !labels.equals(known.put(pair, labels));
    }
}

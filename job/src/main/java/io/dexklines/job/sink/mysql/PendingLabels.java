package io.dexklines.job.sink.mysql;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A buffer of changed labels that wait to be written. It remembers the labels of the most recently
 * traded pairs. The labels of a forgotten pair are upserted again, which is harmless. Not
 * thread-safe.
 */
final class PendingLabels {

    private final Map<Pair, PairLabels> waiting = new HashMap<>();
    private final Map<Pair, PairLabels> known;

    PendingLabels(int remembered) {
        this.known =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Pair, PairLabels> eldest) {
                        return size() > remembered;
                    }
                };
    }

    void offer(Pair pair, PairLabels labels) {
        if (!labels.equals(PairLabels.UNKNOWN) && !labels.equals(known.put(pair, labels))) {
            waiting.put(pair, labels);
        }
    }

    /** Removes and returns the waiting rows, in the order of the primary key. */
    List<Tables.PairRow> take() {
        List<Tables.PairRow> rows = new ArrayList<>(waiting.size());
        waiting.forEach((pair, labels) -> rows.add(new Tables.PairRow(pair, labels)));
        waiting.clear();
        rows.sort(Tables.PAIR.order());
        return rows;
    }
}

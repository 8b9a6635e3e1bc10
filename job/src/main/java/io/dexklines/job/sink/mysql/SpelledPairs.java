package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.OfPair;
import io.dexklines.job.sink.PairKline;
import io.dexklines.text.AddressCase;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds the pairs of klines to the table {@code pair_spelling}, with their addresses as readers of
 * the Go consumers know them. A pair is computed from its klines when they are written, so nothing
 * of it is in the state of the job. Used by the thread of one writer.
 */
final class SpelledPairs {

    /** The most pairs of a writer that are remembered, which need about 2 MB of heap. */
    static final int REMEMBERED = 10_000;

    private final Table<Pair> table;

    /** The most recently written pairs. A forgotten pair is added again, which is harmless. */
    private final Set<Pair> added =
            Collections.newSetFromMap(
                    new LinkedHashMap<Pair, Boolean>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Pair, Boolean> eldest) {
                            return size() > REMEMBERED;
                        }
                    });

    private long retries;

    /**
     * @param addresses the case of the addresses
     */
    SpelledPairs(AddressCase addresses) {
        this.table = Tables.pairSpelling(addresses);
    }

    /**
     * Adds the pairs of the klines that are not remembered. What the server refuses is left out: it
     * refuses the klines of such a pair too.
     *
     * @throws InterruptedException if the thread was interrupted or the writer was aborted
     */
    void add(MySqlWriter writer, List<OfPair> rows) throws InterruptedException {
        if (writer.retries() != retries) {
            // the server may have been replaced by one with older rows
            added.clear();
        }
        Set<Pair> missing = new LinkedHashSet<>();
        for (OfPair row : rows) {
            // a look-up that keeps the pair from being the eldest
            if (row instanceof PairKline && added.add(row.pair())) {
                missing.add(row.pair());
            }
        }
        if (!missing.isEmpty()) {
            List<Pair> sorted = new ArrayList<>(missing);
            sorted.sort(table.order());
            writer.write(table, sorted);
        }
        retries = writer.retries();
    }
}

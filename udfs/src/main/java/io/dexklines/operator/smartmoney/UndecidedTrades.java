package io.dexklines.operator.smartmoney;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * The number of trades that passed the filter and wait behind it, because the lists have not
 * reached their arrival. Trades that arrive within {@value #SLICE_MS} ms are counted together, so
 * an hour takes 3,600 entries. Not thread-safe.
 */
final class UndecidedTrades {

    private static final long SLICE_MS = 1000;

    private final Deque<Slice> slices = new ArrayDeque<>();
    private long total;

    /** Some trades that arrived one after the other. */
    private static final class Slice {
        private final long firstArrivalMs;
        private long lastArrivalMs;
        private long trades;

        Slice(long arrivalMs) {
            firstArrivalMs = arrivalMs;
            lastArrivalMs = arrivalMs;
        }
    }

    /**
     * Counts trades.
     *
     * @param arrivalMs when the last of them arrived, epoch milliseconds; not before the arrival of
     *     those that were added before
     */
    void add(long arrivalMs, long trades) {
        Slice last = slices.peekLast();
        if (last == null || arrivalMs - last.firstArrivalMs >= SLICE_MS) {
            last = new Slice(arrivalMs);
            slices.add(last);
        }
        last.lastArrivalMs = Math.max(arrivalMs, last.lastArrivalMs);
        last.trades += trades;
        total += trades;
    }

    /** Forgets the trades that the lists have reached, up to a slice less. */
    void decided(long listsMs) {
        while (!slices.isEmpty() && slices.peek().lastArrivalMs <= listsMs) {
            total -= slices.remove().trades;
        }
    }

    /** Returns the number of trades. */
    long total() {
        return total;
    }

    /** Returns arrivals and numbers for {@link #add}, in its order. */
    List<Tuple2<Long, Long>> snapshot() {
        List<Tuple2<Long, Long>> all = new ArrayList<>(slices.size());
        for (Slice slice : slices) {
            all.add(Tuple2.of(slice.lastArrivalMs, slice.trades));
        }
        return all;
    }
}

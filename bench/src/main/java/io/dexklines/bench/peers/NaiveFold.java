package io.dexklines.bench.peers;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import io.dexklines.peer.Trade;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The klines of all pairs in a hash map, on one thread, without checkpoints. A pair has the newest
 * two klines of each interval, since trades are out of order by less than the shortest one.
 *
 * @param <P> the type of the pairs
 */
final class NaiveFold<P> {

    private static final KlineInterval[] INTERVALS = KlineInterval.values();

    private final Map<P, Kline[]> klinesByPair = new HashMap<>();
    private final Function<P, String> name;
    private final Consumer<Kline> closed;

    /**
     * @param name returns the text of a pair, {@code chain_id:pair_addr}
     * @param closed takes the klines that a newer one replaces
     */
    NaiveFold(Function<P, String> name, Consumer<Kline> closed) {
        this.name = name;
        this.closed = closed;
    }

    /** Adds a trade to the kline of every interval. */
    void add(P pair, Trade trade) {
        Kline[] klines = klinesByPair.get(pair);
        if (klines == null) {
            klines = new Kline[2 * INTERVALS.length];
            klinesByPair.put(pair, klines);
        }
        for (int i = 0; i < INTERVALS.length; i++) {
            at(klines, i, INTERVALS[i].openTimeMs(trade.timeMs), pair).add(trade);
        }
    }

    /**
     * Returns the kline with an opening. The newest kline of interval {@code i} is at {@code 2i}.
     */
    private Kline at(Kline[] klines, int i, long openTimeMs, P pair) {
        Kline newest = klines[2 * i];
        if (newest != null && newest.openTimeMs == openTimeMs) {
            return newest;
        }
        Kline second = klines[2 * i + 1];
        if (second != null && second.openTimeMs == openTimeMs) {
            return second;
        }
        Kline opened = new Kline();
        opened.openTimeMs = openTimeMs;
        boolean isNewest = newest == null || openTimeMs > newest.openTimeMs;
        close(isNewest ? second : null, i, pair);
        klines[2 * i + 1] = isNewest ? newest : opened;
        klines[2 * i] = isNewest ? opened : newest;
        return opened;
    }

    /** Passes on all klines that are left. */
    void closeAll() {
        klinesByPair.forEach(
                (pair, klines) -> {
                    for (int i = 0; i < klines.length; i++) {
                        close(klines[i], i / 2, pair);
                    }
                });
        klinesByPair.clear();
    }

    private void close(Kline kline, int i, P pair) {
        if (kline != null) {
            closed.accept(kline.of(name.apply(pair), INTERVALS[i], kline.openTimeMs));
        }
    }
}

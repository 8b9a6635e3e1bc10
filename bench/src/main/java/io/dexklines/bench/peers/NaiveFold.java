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
 * klines of each interval: its trades are on several partitions, of which a consumer reads one some
 * minutes ahead of another.
 *
 * @param <P> the type of the pairs
 */
final class NaiveFold<P> {

    private static final KlineInterval[] INTERVALS = KlineInterval.values();

    /** So many klines of a pair and an interval can still change. */
    private static final int OPEN = 16;

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
            klines = new Kline[INTERVALS.length * OPEN];
            klinesByPair.put(pair, klines);
        }
        for (int i = 0; i < INTERVALS.length; i++) {
            at(klines, i, INTERVALS[i].openTimeMs(trade.timeMs), pair).add(trade);
        }
    }

    /**
     * Returns the kline with an opening. Those of interval {@code i} begin at {@code i * OPEN}, the
     * newest first.
     */
    private Kline at(Kline[] klines, int i, long openTimeMs, P pair) {
        int at = i * OPEN;
        int end = at + OPEN;
        while (at < end && klines[at] != null && klines[at].openTimeMs >= openTimeMs) {
            if (klines[at].openTimeMs == openTimeMs) {
                return klines[at];
            }
            at++;
        }
        if (at == end) {
            throw new IllegalStateException("a trade is more than " + OPEN + " klines late");
        }
        close(klines[end - 1], i, pair);
        System.arraycopy(klines, at, klines, at + 1, end - at - 1);
        klines[at] = new Kline();
        klines[at].openTimeMs = openTimeMs;
        return klines[at];
    }

    /** Passes on all klines that are left. */
    void closeAll() {
        klinesByPair.forEach(
                (pair, klines) -> {
                    for (int i = 0; i < klines.length; i++) {
                        close(klines[i], i / OPEN, pair);
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

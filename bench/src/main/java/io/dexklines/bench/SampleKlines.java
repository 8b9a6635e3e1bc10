package io.dexklines.bench;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Simulated klines, as the kline operator emits them: nine intervals of one pair at a time, the
 * pairs in random order. Numbers have as many digits as real ones.
 */
final class SampleKlines {

    static final List<Interval> INTERVALS =
            Stream.of("1m 5m 15m 30m 1h 4h 12h 1d 1w".split(" ")).map(Interval::ofCode).toList();

    private static final long SEED = 20260901;
    private static final long TIME_MS = 1_788_220_800_000L;

    private SampleKlines() {}

    /**
     * Returns one update of every pair.
     *
     * @param pairs number of pairs
     * @param trades number of trades of each kline, which is its version
     * @param closed whether the klines are closed
     */
    static List<KlineUpdates> updates(int pairs, long trades, boolean closed) {
        Random random = new Random(SEED + trades);
        List<KlineUpdates> updates = new ArrayList<>(pairs);
        for (int pair = 0; pair < pairs; pair++) {
            List<Kline> klines = new ArrayList<>(INTERVALS.size());
            for (Interval interval : INTERVALS) {
                klines.add(kline(interval, trades, closed, random));
            }
            updates.add(new KlineUpdates(pair(pair), PairLabels.UNKNOWN, klines));
        }
        Collections.shuffle(updates, random);
        return updates;
    }

    /** Returns the pair of a number. */
    static Pair pair(int number) {
        return new Pair("56", String.format(Locale.ROOT, "0x%040x", number * 0x9E3779B97F4A7C15L));
    }

    private static Kline kline(Interval interval, long trades, boolean closed, Random random) {
        return kline(interval, TIME_MS, trades, closed, random);
    }

    /** Returns a kline of the given time. */
    static Kline kline(Interval interval, long timeMs, long trades, boolean closed, Random random) {
        double price = random.nextDouble() / 1e3;
        long seconds = timeMs / 1000;
        return new Kline(
                interval,
                interval.openTimeMs(timeMs),
                price,
                price * 1.5,
                price / 3,
                price * random.nextDouble(),
                price * 1e9,
                price * 1.5e9,
                price / 3e-9,
                price * 1.1e9,
                random.nextDouble() * 1e6,
                random.nextDouble() * 1e12,
                random.nextDouble() * 1e5,
                random.nextDouble() * 1e11,
                trades,
                trades / 2,
                new TradePosition(seconds, 25_000_000L, 7, 130, 0, IdentityFields.NONE),
                new TradePosition(seconds + 59, 25_000_010L, 9, 44, 0, IdentityFields.NONE),
                closed);
    }
}

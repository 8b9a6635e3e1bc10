package io.dexklines.job.sink;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.TradePosition;
import java.util.List;

/** Sample klines of 2026-09-01 and the days around it. */
public final class SampleKlines {

    public static final Pair PEPE = new Pair("1", "0xa43fe16908251ee70ef74718545e4fe6c5ccec9f");
    public static final Pair BONK =
            new Pair("100000", "8sLbNZoA1cfnvMJLPfp98ZLAnFSYCFApfJKMbiXNLwxj");
    public static final PairLabels PEPE_LABELS =
            new PairLabels(
                    "UniswapV2", "0x6982508145454ce325ddbe47a25d4ec3d2311933", "PEPE", "WETH");

    /** 2026-09-01T00:00:00Z, a Tuesday. */
    public static final long MIDNIGHT_MS = 1_788_220_800_000L;

    private SampleKlines() {}

    /** The minute that opens {@code minute} minutes after midnight, open, after some trades. */
    public static Kline open(int minute, long trades) {
        return minute(minute, trades, false);
    }

    /** The same minute, closed. */
    public static Kline closed(int minute, long trades) {
        return minute(minute, trades, true);
    }

    /**
     * The kline of {@code interval} that holds midnight; its numbers follow from {@code trades}.
     */
    public static Kline kline(Interval interval, long openTimeMs, long trades, boolean closed) {
        long openTime = openTimeMs / 1000;
        return new Kline(
                interval,
                openTimeMs,
                1.5,
                2.25 + trades,
                0.0000125,
                1.0 / 3,
                1e9,
                2e9 + trades,
                5e8,
                123456789.125,
                1000.1 * trades,
                3e12 + trades,
                0.1 + 0.2,
                7e11,
                trades,
                trades / 2,
                new TradePosition(openTime + 1, 25_000_000L, 7, 130, 0, IdentityFields.NONE),
                new TradePosition(openTime + 2, 25_000_001L, 9, 44, 2, IdentityFields.NONE),
                closed);
    }

    /** The same minute, open, with one number for all prices, capitalisations and volumes. */
    public static Kline ofNumber(int minute, double number, long trades) {
        Kline kline = open(minute, trades);
        return new Kline(
                kline.interval(),
                kline.openTimeMs(),
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                number,
                trades,
                0,
                kline.first(),
                kline.last(),
                false);
    }

    public static KlineUpdates updates(Pair pair, Kline... klines) {
        return new KlineUpdates(pair, PairLabels.UNKNOWN, List.of(klines));
    }

    private static Kline minute(int minute, long trades, boolean closed) {
        return kline(Interval.ONE_MINUTE, MIDNIGHT_MS + minute * 60_000L, trades, closed);
    }
}

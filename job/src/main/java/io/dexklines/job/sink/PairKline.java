package io.dexklines.job.sink;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;

/** A kline and whose it is. */
public record PairKline(Pair pair, Kline kline) {

    /** What versions of one kline share. */
    public record Key(Pair pair, Interval interval, long openTimeMs) {}

    /** The kline's key, whatever its version. */
    public Key key() {
        return new Key(pair, kline.interval(), kline.openTimeMs());
    }
}

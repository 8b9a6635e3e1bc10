package io.dexklines.job.relay;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;

/** A kline and whose it is. */
record PairKline(Pair pair, Kline kline) {

    /** What versions of one kline share. */
    record Key(Pair pair, Interval interval, long openTimeMs) {}

    Key key() {
        return new Key(pair, kline.interval(), kline.openTimeMs());
    }
}

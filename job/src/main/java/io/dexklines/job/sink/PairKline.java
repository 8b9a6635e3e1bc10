package io.dexklines.job.sink;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;

/** A kline and its pair. */
public record PairKline(Pair pair, Kline kline) implements OfPair {

    /** The identity of a kline, which all its versions share. */
    public record Key(Pair pair, Interval interval, long openTimeMs) {}

    /** Returns the identity of the kline. */
    public Key key() {
        return new Key(pair, kline.interval(), kline.openTimeMs());
    }
}

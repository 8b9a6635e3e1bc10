package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Swap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Accumulates trades into a kline, as {@link Accumulators} does into the klines of a pair. Not
 * thread-safe.
 *
 * <p>Format, version 2: the version and the accumulator. Positions are written as in {@link
 * PositionPool}. In version 1, a position has an identity of 64 bits.
 */
public final class KlineAccumulator {

    private static final int VERSION = 2;

    private static final int BYTES = 512;

    /** The number of the only accumulator. */
    private static final int ONLY = 0;

    private static final int[] ALL = {ONLY};

    private final Accumulators trades;

    /** Creates an accumulator without trades. */
    public KlineAccumulator() {
        this(new Accumulators());
        trades.open(1);
    }

    private KlineAccumulator(Accumulators trades) {
        this.trades = trades;
    }

    /** Returns the number of trades. */
    public long trades() {
        return trades.trades(ONLY);
    }

    /** Adds a trade. The caller ensures that it has not been added before. */
    public void add(Swap swap) {
        trades.add(swap, ALL, 1);
    }

    /** Adds the trades of another accumulator. The caller ensures that the sets are disjoint. */
    public void merge(KlineAccumulator other) {
        trades.merge(ONLY, other.trades, ONLY);
    }

    /**
     * Returns the kline of the trades. There must be at least one.
     *
     * @param openTimeMs when the kline opens, epoch milliseconds
     * @param closed whether the watermark has passed the close time
     */
    public Kline kline(Interval interval, long openTimeMs, boolean closed) {
        return trades.kline(ONLY, interval, openTimeMs, closed);
    }

    /** Writes the newest version of the format. There must be at least one trade. */
    public void write(DataOutput out) throws IOException {
        EncodedBytes bytes = new EncodedBytes(BYTES);
        bytes.writeByte(VERSION);
        trades.write(bytes, ONLY, trades.positions().new Writer());
        bytes.writeTo(out);
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static KlineAccumulator read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "the trades of a kline", VERSION) == 1;
        KlineAccumulator read = new KlineAccumulator(new Accumulators());
        read.trades.read(in, former, Accumulators.NONE);
        return read;
    }
}

package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The bytes of one {@link KlineAccumulator} that stands alone, as in the state of a SQL query.
 * Writes the newest version, reads all.
 *
 * <p>Version 1: the version; flags; the positions of the opening, closing, first and last trade, of
 * which one that stood before is a number; the prices and market capitalisations, one for four that
 * are equal; trades, buys and the sums. Whole numbers are LEB128.
 */
public final class KlineAccumulatorCodec {

    private static final int VERSION = 1;

    private KlineAccumulatorCodec() {}

    /** Writes the newest version of an accumulator of at least one trade. */
    public static void write(KlineAccumulator trades, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        trades.write(out, new PositionPool.Writer());
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static KlineAccumulator read(DataInput in) throws IOException {
        FormatVersion.read(in, "the trades of a kline", VERSION);
        return KlineAccumulator.read(in, new PositionPool.Reader());
    }
}

package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest trades of one pair since the last emission, for the tape that browsers show.
 *
 * <p>The bytes cross the network. Version 1: the version; pair; the number of trades that were left
 * out; the number of trades and each of them.
 *
 * @param omitted how many trades were left out, all of them older than the first of {@code trades}
 * @param trades at least one, ascending by position
 */
public record PairTape(Pair pair, long omitted, List<Swap> trades) {

    private static final int VERSION = 1;

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        pair.write(out);
        out.writeLong(omitted);
        out.writeInt(trades.size());
        for (Swap trade : trades) {
            trade.write(out);
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static PairTape read(DataInput in) throws IOException {
        FormatVersion.read(in, "a tape", VERSION);
        Pair pair = Pair.read(in);
        long omitted = in.readLong();
        int count = in.readInt();
        List<Swap> trades = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            trades.add(Swap.read(in));
        }
        return new PairTape(pair, omitted, trades);
    }
}

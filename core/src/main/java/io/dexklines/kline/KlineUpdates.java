package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The klines of one pair that changed or closed since the last update. They are a consistent
 * snapshot: each larger kline is the merge of the smaller ones in it.
 *
 * <p>The bytes cross the network and, in an unaligned checkpoint, releases. Version 2: the version;
 * pair; labels; the number of klines and for each its code, open time in seconds, twelve doubles,
 * trades, buys, first and last position, closed. Integers are LEB128. In version 1, a position has
 * an identity of 64 bits.
 *
 * @param labels the labels of the pair's latest trade
 * @param klines by interval, then by open time, ascending; none only where just labels are stored
 */
public record KlineUpdates(Pair pair, PairLabels labels, List<Kline> klines) {

    private static final int VERSION = 2;

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        PositionPool.Writer positions = new PositionPool.Writer();
        out.writeByte(VERSION);
        pair.write(out);
        labels.write(out);
        Varint.write(out, klines.size());
        for (Kline kline : klines) {
            out.writeUTF(kline.interval().code());
            Varint.write(out, kline.openTimeMs() / 1000);
            out.writeDouble(kline.open());
            out.writeDouble(kline.high());
            out.writeDouble(kline.low());
            out.writeDouble(kline.close());
            out.writeDouble(kline.mcapOpen());
            out.writeDouble(kline.mcapHigh());
            out.writeDouble(kline.mcapLow());
            out.writeDouble(kline.mcapClose());
            out.writeDouble(kline.volumeUsd());
            out.writeDouble(kline.volumeToken());
            out.writeDouble(kline.buyVolumeUsd());
            out.writeDouble(kline.buyVolumeToken());
            Varint.write(out, kline.trades());
            Varint.write(out, kline.buys());
            positions.write(out, kline.first());
            positions.write(out, kline.last());
            out.writeBoolean(kline.closed());
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static KlineUpdates read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "kline updates", VERSION) == 1;
        PositionPool.Reader positions = new PositionPool.Reader(former);
        Pair pair = Pair.read(in);
        PairLabels labels = PairLabels.read(in);
        int count = (int) Varint.read(in);
        List<Kline> klines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            klines.add(
                    new Kline(
                            Interval.ofCode(in.readUTF()),
                            Varint.read(in) * 1000,
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            Varint.read(in),
                            Varint.read(in),
                            positions.read(in).withoutFields(),
                            positions.read(in).withoutFields(),
                            in.readBoolean()));
        }
        return new KlineUpdates(pair, labels, klines);
    }
}

package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.PairSwapsCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link KlineUpdates} between the klines and their sinks. They cross the network and,
 * in an unaligned checkpoint, time: they begin with a version.
 *
 * <p>Version 1: the version; pair; labels; the number of klines and each: code, open time in
 * seconds, twelve doubles, trades, buys, first and last position, closed. Whole numbers are LEB128.
 */
public final class KlineUpdatesCodec {

    private static final int VERSION = 1;

    private KlineUpdatesCodec() {}

    /** Writes the newest version. */
    public static void write(KlineUpdates updates, DataOutput out) throws IOException {
        PositionPool.Writer positions = new PositionPool.Writer();
        out.writeByte(VERSION);
        PairSwapsCodec.writePair(updates.pair(), out);
        PairSwapsCodec.writeLabels(updates.labels(), out);
        Varint.write(out, updates.klines().size());
        for (Kline kline : updates.klines()) {
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
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static KlineUpdates read(DataInput in) throws IOException {
        FormatVersion.read(in, "the updates", VERSION);
        PositionPool.Reader positions = new PositionPool.Reader();
        var pair = PairSwapsCodec.readPair(in);
        var labels = PairSwapsCodec.readLabels(in);
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
                            positions.read(in),
                            positions.read(in),
                            in.readBoolean()));
        }
        return new KlineUpdates(pair, labels, klines);
    }
}

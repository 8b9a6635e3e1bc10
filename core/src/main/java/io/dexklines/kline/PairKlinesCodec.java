package io.dexklines.kline;

import io.dexklines.trade.FormatVersion;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.TradePosition;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link PairKlines} in checkpoints and savepoints. Writes the newest version, reads
 * all.
 *
 * <p>Version 1: the version; labels (four strings) and, if any trade gave them, its position; the
 * timer; the number of intervals and for each its code, the number of its klines and each of them:
 * the open time in seconds, flags, and unless it is of the same trades as the kline before it, its
 * accumulator; the number of identity sets and for each its close time in seconds and its members.
 * Whole numbers are LEB128. A position that stood before is a number. A pair that traded in one
 * minute only so takes one accumulator, not one for every interval.
 */
public final class PairKlinesCodec {

    private static final int VERSION = 1;

    private static final int FLAG_CHANGED = 1;
    private static final int FLAG_CLOSED = 2;
    private static final int FLAG_AS_BEFORE = 4;

    private PairKlinesCodec() {}

    /** Writes the newest version. */
    public static void write(PairKlines pair, DataOutput out) throws IOException {
        PositionPool.Writer positions = new PositionPool.Writer();
        out.writeByte(VERSION);
        PairLabels labels = pair.labels();
        out.writeUTF(labels.swapName());
        out.writeUTF(labels.tokenAddress());
        out.writeUTF(labels.tokenSymbol());
        out.writeUTF(labels.baseTokenSymbol());
        out.writeBoolean(pair.labelsFrom() != null);
        if (pair.labelsFrom() != null) {
            positions.write(out, pair.labelsFrom());
        }
        out.writeLong(pair.timerMs());
        Varint.write(out, pair.rows.size());
        KlineAccumulator before = null;
        for (PairKlines.Row row : pair.rows) {
            out.writeUTF(row.interval.code());
            Varint.write(out, row.klines.size());
            for (PairKlines.OpenKline kline : row.klines) {
                boolean asBefore = before != null && kline.accumulator.sameAs(before);
                Varint.write(out, kline.openTimeMs / 1000);
                out.writeByte(
                        (kline.changed ? FLAG_CHANGED : 0)
                                | (kline.closed ? FLAG_CLOSED : 0)
                                | (asBefore ? FLAG_AS_BEFORE : 0));
                if (!asBefore) {
                    kline.accumulator.write(out, positions);
                    before = kline.accumulator;
                }
            }
        }
        Varint.write(out, pair.identities.size());
        for (PairKlines.Identities of : pair.identities) {
            Varint.write(out, of.closeTimeMs / 1000);
            of.set.write(out);
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static PairKlines read(DataInput in) throws IOException {
        FormatVersion.read(in, "the klines of a pair", VERSION);
        PositionPool.Reader positions = new PositionPool.Reader();
        PairLabels labels = new PairLabels(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
        TradePosition labelsFrom = in.readBoolean() ? positions.read(in) : null;
        long timerMs = in.readLong();
        int rowCount = (int) Varint.read(in);
        List<PairKlines.Row> rows = new ArrayList<>(rowCount);
        KlineAccumulator before = null;
        for (int i = 0; i < rowCount; i++) {
            Interval interval = Interval.ofCode(in.readUTF());
            int klineCount = (int) Varint.read(in);
            List<PairKlines.OpenKline> klines = new ArrayList<>(klineCount);
            for (int k = 0; k < klineCount; k++) {
                long openTimeMs = Varint.read(in) * 1000;
                int flags = in.readByte();
                KlineAccumulator accumulator =
                        (flags & FLAG_AS_BEFORE) != 0
                                ? before.copy()
                                : KlineAccumulator.read(in, positions);
                before = accumulator;
                klines.add(
                        new PairKlines.OpenKline(
                                openTimeMs,
                                interval.closeTimeMs(openTimeMs),
                                accumulator,
                                (flags & FLAG_CHANGED) != 0,
                                (flags & FLAG_CLOSED) != 0));
            }
            rows.add(new PairKlines.Row(interval, klines));
        }
        int identitiesCount = (int) Varint.read(in);
        List<PairKlines.Identities> identities = new ArrayList<>(identitiesCount);
        for (int i = 0; i < identitiesCount; i++) {
            identities.add(new PairKlines.Identities(Varint.read(in) * 1000, IdentitySet.read(in)));
        }
        return new PairKlines(rows, identities, labels, labelsFrom, timerMs);
    }
}

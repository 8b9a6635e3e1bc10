package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link TradeBatch} between the decoder and the wallet filter. They cross a channel
 * and, in an unaligned checkpoint, time: they begin with a version.
 *
 * <p>Version 1: the version; topic, partition, offset; the number of trades and each as {@link
 * TradeCodec} writes it after the one before it.
 */
public final class TradeBatchCodec {

    private static final int VERSION = 1;

    private TradeBatchCodec() {}

    /** Writes the newest version. */
    public static void write(TradeBatch batch, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(batch.topic());
        out.writeInt(batch.partition());
        out.writeLong(batch.offset());
        List<Trade> trades = batch.trades();
        out.writeInt(trades.size());
        Trade before = null;
        for (int i = 0; i < trades.size(); i++) {
            Trade trade = trades.get(i);
            TradeCodec.write(trade, before, out);
            before = trade;
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static TradeBatch read(DataInput in) throws IOException {
        FormatVersion.read(in, "the trades", VERSION);
        String topic = in.readUTF();
        int partition = in.readInt();
        long offset = in.readLong();
        int count = in.readInt();
        List<Trade> trades = new ArrayList<>(count);
        Trade before = null;
        for (int i = 0; i < count; i++) {
            before = TradeCodec.read(before, in);
            trades.add(before);
        }
        return new TradeBatch(topic, partition, offset, trades);
    }
}

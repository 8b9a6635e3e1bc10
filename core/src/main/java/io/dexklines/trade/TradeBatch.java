package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The valid swaps of one Kafka record, of any pairs.
 *
 * <p>The bytes cross a channel between the decoder and the wallet filter and, in an unaligned
 * checkpoint, releases. Version 2: the version; topic, partition, offset; the number of trades and
 * each trade, see {@link Trade#write}. In version 1, a trade has an identity of 64 bits.
 *
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record
 * @param trades at least one, in the order of the record
 */
public record TradeBatch(String topic, int partition, long offset, List<Trade> trades) {

    private static final int VERSION = 2;

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeUTF(topic);
        out.writeInt(partition);
        out.writeLong(offset);
        out.writeInt(trades.size());
        Trade previous = null;
        for (int i = 0; i < trades.size(); i++) {
            Trade trade = trades.get(i);
            trade.write(previous, out);
            previous = trade;
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static TradeBatch read(DataInput in) throws IOException {
        boolean former = FormatVersion.read(in, "trades", VERSION) == 1;
        String topic = UtfText.read(in);
        int partition = in.readInt();
        long offset = in.readLong();
        int count = in.readInt();
        List<Trade> trades = new ArrayList<>(count);
        Trade previous = null;
        for (int i = 0; i < count; i++) {
            previous = Trade.read(previous, in, former);
            trades.add(previous);
        }
        return new TradeBatch(topic, partition, offset, trades);
    }
}

package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The swaps of one pair in one Kafka record. They travel to the kline operator as one element.
 *
 * <p>The bytes cross the network and, in an unaligned checkpoint, releases. Version 2: the version;
 * pair; labels; topic, partition, offset; the number of swaps and for each its identity, position,
 * a byte of flags and four doubles. Version 1 had an identity of 64 bits, after the position.
 *
 * @param labels the labels of the last of the swaps
 * @param topic topic of the record
 * @param partition partition of the record
 * @param offset offset of the record
 * @param swaps at least one, in the order of the record
 */
public record PairSwaps(
        Pair pair, PairLabels labels, String topic, int partition, long offset, List<Swap> swaps) {

    private static final int VERSION = 2;

    /** Writes the newest version of the format. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        pair.write(out);
        labels.write(out);
        out.writeUTF(topic);
        out.writeInt(partition);
        out.writeLong(offset);
        out.writeInt(swaps.size());
        for (int i = 0; i < swaps.size(); i++) {
            swaps.get(i).write(out);
        }
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the version is unknown
     */
    public static PairSwaps read(DataInput in) throws IOException {
        int version = FormatVersion.read(in, "swaps", VERSION);
        Pair pair = Pair.read(in);
        PairLabels labels = PairLabels.read(in);
        String topic = UtfText.read(in);
        int partition = in.readInt();
        long offset = in.readLong();
        int count = in.readInt();
        List<Swap> swaps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            swaps.add(version == 1 ? readFormer(in) : Swap.read(in));
        }
        return new PairSwaps(pair, labels, topic, partition, offset, swaps);
    }

    private static Swap readFormer(DataInput in) throws IOException {
        TradePosition place = TradePosition.readPlace(in);
        long identity = in.readLong();
        return Swap.readValues(
                TradeId.ofFormer(identity), place.with(IdentityFields.ofFormer(identity)), in);
    }
}

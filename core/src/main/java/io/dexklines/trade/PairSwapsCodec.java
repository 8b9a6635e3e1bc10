package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of {@link PairSwaps} between the decoder and the klines. They cross the network and, in
 * an unaligned checkpoint, time: they begin with a version.
 *
 * <p>Version 1: the version; pair; labels; topic, partition, offset; the number of swaps and each:
 * its position, a byte of flags, four doubles.
 */
public final class PairSwapsCodec {

    private static final int VERSION = 1;
    private static final int FLAG_BUY = 1;
    private static final int FLAG_CLAMP = 2;

    private PairSwapsCodec() {}

    /** Writes the newest version. */
    public static void write(PairSwaps batch, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        writePair(batch.pair(), out);
        writeLabels(batch.labels(), out);
        out.writeUTF(batch.topic());
        out.writeInt(batch.partition());
        out.writeLong(batch.offset());
        List<Swap> swaps = batch.swaps();
        out.writeInt(swaps.size());
        for (int i = 0; i < swaps.size(); i++) {
            Swap swap = swaps.get(i);
            writePosition(swap.position(), out);
            out.writeByte((swap.buy() ? FLAG_BUY : 0) | (swap.clamp() ? FLAG_CLAMP : 0));
            out.writeDouble(swap.priceUsd());
            out.writeDouble(swap.mcapUsd());
            out.writeDouble(swap.volumeUsd());
            out.writeDouble(swap.volumeToken());
        }
    }

    /**
     * Reads any version there has been.
     *
     * @throws IOException when the bytes are of a version that this code does not know
     */
    public static PairSwaps read(DataInput in) throws IOException {
        FormatVersion.read(in, "the swaps", VERSION);
        Pair pair = readPair(in);
        PairLabels labels = readLabels(in);
        String topic = in.readUTF();
        int partition = in.readInt();
        long offset = in.readLong();
        int count = in.readInt();
        List<Swap> swaps = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            TradePosition position = readPosition(in);
            int flags = in.readByte();
            swaps.add(
                    new Swap(
                            position,
                            (flags & FLAG_BUY) != 0,
                            (flags & FLAG_CLAMP) != 0,
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble(),
                            in.readDouble()));
        }
        return new PairSwaps(pair, labels, topic, partition, offset, swaps);
    }

    /** Writes a pair: its two strings. */
    public static void writePair(Pair pair, DataOutput out) throws IOException {
        out.writeUTF(pair.chainId());
        out.writeUTF(pair.address());
    }

    /** Reads what {@link #writePair} wrote. */
    public static Pair readPair(DataInput in) throws IOException {
        return new Pair(in.readUTF(), in.readUTF());
    }

    /** Writes labels: their four strings. */
    public static void writeLabels(PairLabels labels, DataOutput out) throws IOException {
        out.writeUTF(labels.swapName());
        out.writeUTF(labels.tokenAddress());
        out.writeUTF(labels.tokenSymbol());
        out.writeUTF(labels.baseTokenSymbol());
    }

    /** Reads what {@link #writeLabels} wrote. */
    public static PairLabels readLabels(DataInput in) throws IOException {
        return new PairLabels(in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
    }

    static void writePosition(TradePosition position, DataOutput out) throws IOException {
        out.writeLong(position.blockTimeSeconds());
        out.writeLong(position.block());
        out.writeLong(position.transactionIndex());
        out.writeLong(position.logIndex());
        out.writeInt(position.index());
        out.writeLong(position.identity());
    }

    static TradePosition readPosition(DataInput in) throws IOException {
        return new TradePosition(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readLong());
    }
}

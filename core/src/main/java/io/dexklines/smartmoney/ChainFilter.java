package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The wallet filter of one chain and, during a rebuild, its replacement. Nothing can be removed
 * from a Bloom filter, so an unlisted wallet remains in it as a stale entry until the next rebuild.
 *
 * <p>Format, version 1: the version; the numbers of stale wallets of both filters; the length of
 * the filter's bytes and the bytes; whether there is a replacement and, if so, its generation, the
 * length of its bytes and the bytes.
 */
final class ChainFilter {

    private static final int VERSION = 1;

    private final double falsePositiveRate;
    private final long firstCapacity;

    private GrowingBloomFilter filter;

    /** The number of unlisted wallets that {@link #filter} still contains. */
    private long stale;

    /** The replacement of {@link #filter}; null unless there is a rebuild. */
    private GrowingBloomFilter next;

    private long nextStale;
    private int nextGeneration;

    /** Creates an empty filter. */
    ChainFilter(double falsePositiveRate, long firstCapacity) {
        this.falsePositiveRate = falsePositiveRate;
        this.firstCapacity = firstCapacity;
        this.filter = GrowingBloomFilter.of(falsePositiveRate, firstCapacity);
    }

    boolean mightContain(long fingerprint) {
        return filter.mightContain(fingerprint);
    }

    void list(long fingerprint) {
        filter.add(fingerprint);
        if (next != null) {
            next.add(fingerprint);
        }
    }

    void unlist(long fingerprint) {
        if (filter.mightContain(fingerprint)) {
            stale++;
        }
        if (next != null && next.mightContain(fingerprint)) {
            nextStale++;
        }
    }

    void beginRebuild(int generation) {
        next = GrowingBloomFilter.of(falsePositiveRate, firstCapacity);
        nextStale = 0;
        nextGeneration = generation;
    }

    void listRebuilt(int generation, long fingerprint) {
        filter.add(fingerprint);
        if (next != null && nextGeneration == generation) {
            next.add(fingerprint);
        }
    }

    void endRebuild(int generation) {
        if (next != null && nextGeneration == generation) {
            filter = next;
            stale = nextStale;
            next = null;
        }
    }

    long size() {
        return filter.size();
    }

    long stale() {
        return stale;
    }

    int layers() {
        return filter.layers();
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeLong(stale);
            out.writeLong(nextStale);
            write(filter, out);
            out.writeBoolean(next != null);
            if (next != null) {
                out.writeInt(nextGeneration);
                write(next, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to an array", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads every version of the format. The two parameters apply to filters that are created from
     * now on.
     *
     * @throws IOException if the bytes are damaged or their version is unknown
     */
    static ChainFilter read(byte[] bytes, double falsePositiveRate, long firstCapacity)
            throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        FormatVersion.read(in, "a chain's wallet filters", VERSION);
        ChainFilter read = new ChainFilter(falsePositiveRate, firstCapacity);
        read.stale = in.readLong();
        read.nextStale = in.readLong();
        read.filter = readFilter(in);
        if (in.readBoolean()) {
            read.nextGeneration = in.readInt();
            read.next = readFilter(in);
        }
        return read;
    }

    private static void write(GrowingBloomFilter filter, DataOutputStream out) throws IOException {
        byte[] bytes = filter.toBytes();
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static GrowingBloomFilter readFilter(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException(
                    String.format(
                            "a wallet filter is damaged: %d of %d bytes are left",
                            in.available(), length));
        }
        return GrowingBloomFilter.read(in.readNBytes(length));
    }
}

package io.dexklines.smartmoney;

import io.dexklines.trade.FormatVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The filter of one chain, and while the list is read anew, the one that will replace it. A Bloom
 * filter forgets nothing: a wallet that leaves the list stays in it until then.
 *
 * <p>The bytes, version 1: the version; the two numbers of stale wallets; the length of the
 * filter's bytes and the bytes; whether there is a next one, its generation, the length of its
 * bytes and the bytes.
 */
final class ChainFilter {

    private static final int VERSION = 1;

    private final double falsePositiveRate;
    private final long firstCapacity;

    private GrowingBloomFilter filter;

    /** How many wallets were unlisted that are still in it. */
    private long stale;

    /** What will replace it; null while nothing does. */
    private GrowingBloomFilter next;

    private long nextStale;
    private int nextGeneration;

    /** An empty filter. */
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
            throw new UncheckedIOException("an array does not take bytes", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads any version that {@link #toBytes} ever wrote. What is built from now on is built by the
     * given numbers.
     *
     * @throws IOException when the bytes are of a version that this code does not know, or are not
     *     as they were written
     */
    static ChainFilter read(byte[] bytes, double falsePositiveRate, long firstCapacity)
            throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        FormatVersion.read(in, "filters of a chain", VERSION);
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
                    "a wallet filter is damaged: of " + length + " bytes, " + in.available());
        }
        return GrowingBloomFilter.read(in.readNBytes(length));
    }
}

package io.dexklines.smartmoney;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hashing;
import io.dexklines.trade.FormatVersion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A Bloom filter of addresses that grows: what was added is always found, and of what was not, at
 * most the given share is taken for it, however much is added.
 *
 * <p>It is a scalable Bloom filter (Almeida, Baquero, Preguiça, Hutchison, 2007): layers of plain
 * ones, each for twice as many addresses as the one before it and with half its rate of false
 * positives. The first begins at half of the given rate, so that the rates of all layers together
 * never exceed it.
 *
 * <p>An address goes in as 64 bits, see {@link #fingerprint}: it is hashed once, whatever the
 * number of layers. Two addresses of a list of a million share theirs with a probability of 3·10⁻⁸,
 * which adds nothing to the rate that counts.
 *
 * <p>The bytes, version 1: the version; the rate; the capacity of the first layer; the number of
 * layers and for each the number of addresses in it and Guava's bytes; CRC-32C of all that.
 *
 * <p>Not for several threads.
 */
final class GrowingBloomFilter {

    private static final int VERSION = 1;
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    /**
     * No layer is for fewer: the places of an address in a layer follow from two numbers, and where
     * there are few places, addresses share all of them more often than the rate allows.
     */
    private static final long LEAST_CAPACITY = 1024;

    /** No layer is better than this: it would not fit, and nobody could tell. */
    private static final double LEAST_RATE = 1e-12;

    private final double falsePositiveRate;
    private final long firstCapacity;

    /** The oldest and smallest first. */
    private final List<Layer> layers;

    private static final class Layer {
        final BloomFilter<Long> filter;
        long added;

        Layer(BloomFilter<Long> filter, long added) {
            this.filter = filter;
            this.added = added;
        }
    }

    private GrowingBloomFilter(double falsePositiveRate, long firstCapacity, List<Layer> layers) {
        this.falsePositiveRate = falsePositiveRate;
        this.firstCapacity = firstCapacity;
        this.layers = layers;
    }

    /**
     * An empty filter.
     *
     * @param falsePositiveRate above 0 and below 1
     * @param firstCapacity how many addresses it holds before it grows; positive
     */
    static GrowingBloomFilter of(double falsePositiveRate, long firstCapacity) {
        GrowingBloomFilter filter =
                new GrowingBloomFilter(
                        falsePositiveRate,
                        Math.max(firstCapacity, LEAST_CAPACITY),
                        new ArrayList<>());
        filter.grow();
        return filter;
    }

    /** What stands for an address. It is in the bytes of every filter and never changes. */
    static long fingerprint(String address) {
        return Hashing.farmHashFingerprint64().hashUnencodedChars(address).asLong();
    }

    /** Whether the address of this fingerprint was added, or is taken for one that was. */
    boolean mightContain(long fingerprint) {
        // the newest are the largest
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i).filter.mightContain(fingerprint)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds the address of this fingerprint.
     *
     * @return whether anything changed
     */
    boolean add(long fingerprint) {
        if (mightContain(fingerprint)) {
            return false;
        }
        Layer last = layers.get(layers.size() - 1);
        if (last.added >= firstCapacity << (layers.size() - 1)) {
            last = grow();
        }
        last.filter.put(fingerprint);
        last.added++;
        return true;
    }

    /** How many addresses were added, but for those that were taken for others. */
    long size() {
        return layers.stream().mapToLong(layer -> layer.added).sum();
    }

    int layers() {
        return layers.size();
    }

    /** The filter as bytes. */
    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeDouble(falsePositiveRate);
            out.writeLong(firstCapacity);
            out.writeInt(layers.size());
            for (Layer layer : layers) {
                out.writeLong(layer.added);
                layer.filter.writeTo(out);
            }
            out.writeInt(checksum(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not take bytes", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads any version that {@link #toBytes} ever wrote.
     *
     * @throws IOException when the bytes are of a version that this code does not know, or are not
     *     as they were written
     */
    static GrowingBloomFilter read(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        FormatVersion.read(in, "wallet filters", VERSION);
        int checked = bytes.length - CHECKSUM_BYTES;
        if (checked < 1
                || new DataInputStream(new ByteArrayInputStream(bytes, checked, CHECKSUM_BYTES))
                                .readInt()
                        != checksum(bytes, checked)) {
            throw new IOException(
                    "a wallet filter of " + bytes.length + " bytes is damaged: its checksum");
        }
        double falsePositiveRate = in.readDouble();
        long firstCapacity = in.readLong();
        int count = in.readInt();
        List<Layer> layers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long added = in.readLong();
            layers.add(new Layer(BloomFilter.readFrom(in, Funnels.longFunnel()), added));
        }
        return new GrowingBloomFilter(falsePositiveRate, firstCapacity, layers);
    }

    private Layer grow() {
        long capacity = firstCapacity << layers.size();
        double rate = Math.max(LEAST_RATE, falsePositiveRate / (2L << layers.size()));
        Layer layer = new Layer(BloomFilter.create(Funnels.longFunnel(), capacity, rate), 0);
        layers.add(layer);
        return layer;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}

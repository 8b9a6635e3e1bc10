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
 * A Bloom filter of addresses that keeps its false-positive rate as it grows. Not thread-safe.
 *
 * <p>This is a scalable Bloom filter (Almeida, Baquero, Preguiça, Hutchison: "Scalable Bloom
 * Filters", 2007). It consists of layers of plain Bloom filters. Each layer has twice the capacity
 * and half the false-positive rate of the preceding one. The first layer has half the given rate,
 * so the rates of all layers add up to less than the given rate.
 *
 * <p>Addresses are added as 64-bit fingerprints, so an address is hashed once regardless of the
 * number of layers. In a list of a million addresses, some two share a fingerprint with a
 * probability of 3·10⁻⁸, which is negligible.
 *
 * <p>Format, version 1: the version; the rate; the capacity of the first layer; the number of
 * layers and for each the number of its addresses and Guava's bytes; CRC-32C of all preceding
 * bytes.
 */
final class GrowingBloomFilter {

    private static final int VERSION = 1;
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    /**
     * The smallest capacity of a layer. The bits of an address follow from two hash values. In a
     * smaller layer, addresses share all of their bits more often than the rate allows.
     */
    private static final long LEAST_CAPACITY = 1024;

    /** The smallest false-positive rate of a layer. A lower one would only cost memory. */
    private static final double LEAST_RATE = 1e-12;

    private final double falsePositiveRate;
    private final long firstCapacity;

    /** Oldest and smallest first. */
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
     * Returns an empty filter.
     *
     * @param falsePositiveRate above 0 and below 1
     * @param firstCapacity the number of addresses it holds before it grows; positive
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

    /** Returns the fingerprint of an address. Saved filters depend on it, so it never changes. */
    static long fingerprint(String address) {
        return Hashing.farmHashFingerprint64().hashUnencodedChars(address).asLong();
    }

    /** Returns true if the fingerprint was added, and with a small probability otherwise. */
    boolean mightContain(long fingerprint) {
        // the newest layers are the largest
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (layers.get(i).filter.mightContain(fingerprint)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Adds a fingerprint.
     *
     * @return whether the filter changed
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

    /** Returns the number of added addresses, without those that were false positives. */
    long size() {
        return layers.stream().mapToLong(layer -> layer.added).sum();
    }

    int layers() {
        return layers.size();
    }

    /** Returns the filter in the newest version of the format. */
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
            throw new UncheckedIOException("cannot write to an array", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads every version of the format.
     *
     * @throws IOException if the bytes are damaged or their version is unknown
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
                    "a wallet filter of " + bytes.length + " bytes is damaged: wrong checksum");
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

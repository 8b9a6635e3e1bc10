package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The fields of a trade's identity that are not part of its place in the block, encoded so that the
 * order of the bytes is the order of the fields: {@code tx_hash, maker, type, token_amount,
 * base_token_amount, token_price_usd} and the ordinal among equal trades of a record. They decide
 * the order of trades that agree in everything else.
 *
 * <p>The encoding is also what identities are hashes of, so it never changes:
 *
 * <ul>
 *   <li>A text is its UTF-16 characters, each in the one to three bytes that UTF-8 has for it, and
 *       a zero byte. The character 0 takes two bytes. Unlike UTF-8 this is unambiguous for every
 *       string, also for one with unpaired surrogates.
 *   <li>{@code type} is one byte: 0 for a buy, 1 for a sell.
 *   <li>A number is the eight bytes of the IEEE double, big-endian, with the sign bit inverted, or
 *       with all bits inverted if it is negative. -0.0 is 0.0.
 *   <li>The ordinal is four bytes, big-endian.
 * </ul>
 *
 * <p>Two special values come first in the order: none at all, and the 64-bit identity of a former
 * version, which was the last tie-breaker there. Every text has at least one byte before its zero,
 * so neither is mistaken for fields.
 *
 * @param bytes the encoded fields, which nobody may change
 */
public record IdentityFields(byte[] bytes) implements Comparable<IdentityFields> {

    /** The value of positions that nothing can tie with any more. */
    public static final IdentityFields NONE = new IdentityFields(new byte[0]);

    private static final byte FORMER = 0;
    private static final int LENGTH_OF_FORMER = 1 + Long.BYTES;

    /** The bytes after the two texts: type, three numbers, ordinal. */
    static final int FIXED = 1 + 3 * Double.BYTES + Integer.BYTES;

    /**
     * Encodes the fields of the first trade with this tuple in a record.
     *
     * @param maker the wallet, in the form of {@link Identifier#address}
     * @param buy whether {@code type} is {@code buy}; otherwise it is {@code sell}
     */
    public static IdentityFields of(
            String txHash,
            String maker,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double tokenPriceUsd) {
        byte[] bytes = new byte[encodedLength(txHash) + encodedLength(maker) + FIXED];
        int at = putText(bytes, putText(bytes, 0, txHash), maker);
        putFixed(bytes, at, buy, tokenAmount, baseTokenAmount, tokenPriceUsd);
        return new IdentityFields(bytes);
    }

    /**
     * Encodes the same as {@link #of}, faster.
     *
     * @param txHash an {@link Identifier}
     * @param maker an {@link Identifier}
     */
    public static IdentityFields ofIdentifiers(
            String txHash,
            String maker,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double tokenPriceUsd) {
        byte[] bytes = new byte[txHash.length() + 1 + maker.length() + 1 + FIXED];
        int at = putIdentifier(bytes, putIdentifier(bytes, 0, txHash), maker);
        putFixed(bytes, at, buy, tokenAmount, baseTokenAmount, tokenPriceUsd);
        return new IdentityFields(bytes);
    }

    private static void putFixed(
            byte[] target,
            int from,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double tokenPriceUsd) {
        ByteBuffer.wrap(target, from, FIXED)
                .put((byte) (buy ? 0 : 1))
                .putLong(ordered(tokenAmount))
                .putLong(ordered(baseTokenAmount))
                .putLong(ordered(tokenPriceUsd));
    }

    /** Returns the value that orders trades of a former version, by their signed identity. */
    public static IdentityFields ofFormer(long identity) {
        return new IdentityFields(
                ByteBuffer.allocate(LENGTH_OF_FORMER)
                        .put(FORMER)
                        .putLong(identity ^ Long.MIN_VALUE)
                        .array());
    }

    /**
     * Returns the fields of one of several trades with the same tuple in one record.
     *
     * @param ordinal the number of the trade among them, from 0 in the order of the record
     */
    public IdentityFields withOrdinal(int ordinal) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).putInt(changed.length - Integer.BYTES, ordinal);
        return new IdentityFields(changed);
    }

    /** Returns whether this is the identity of a former version instead of fields. */
    public boolean isFormer() {
        return bytes.length == LENGTH_OF_FORMER && bytes[0] == FORMER;
    }

    /** Returns the identity of a former version. Call it only if {@link #isFormer}. */
    long former() {
        return ByteBuffer.wrap(bytes).getLong(1) ^ Long.MIN_VALUE;
    }

    /** Returns the number among equal trades of a record, from 0. */
    int ordinal() {
        return ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES);
    }

    /**
     * Returns the transaction. It is empty for {@link #NONE} and for the identity of a former
     * version, which do not have it.
     */
    public String txHash() {
        return isWithTexts() ? text(0) : "";
    }

    /** Returns the wallet. It is empty where {@link #txHash} is. */
    public String maker() {
        return isWithTexts() ? text(endOfText(0) + 1) : "";
    }

    private boolean isWithTexts() {
        return bytes.length > 0 && !isFormer();
    }

    /** Returns an encoded {@link Identifier}, whose characters are one byte each. */
    private String text(int from) {
        return new String(bytes, from, endOfText(from) - from, StandardCharsets.US_ASCII);
    }

    private int endOfText(int from) {
        int end = from;
        while (bytes[end] != 0) {
            end++;
        }
        return end;
    }

    /** Returns a copy of the encoded fields. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** Returns the fields that {@link #toBytes} encoded. */
    public static IdentityFields ofBytes(byte[] encoded) {
        return encoded.length == 0 ? NONE : new IdentityFields(encoded.clone());
    }

    /** Writes the fields, preceded by the number of their bytes. */
    public void write(DataOutput out) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    /** Reads fields. */
    public static IdentityFields read(DataInput in) throws IOException {
        int length = in.readUnsignedShort();
        if (length == 0) {
            return NONE;
        }
        byte[] read = new byte[length];
        in.readFully(read);
        return new IdentityFields(read);
    }

    @Override
    public int compareTo(IdentityFields other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IdentityFields fields && Arrays.equals(bytes, fields.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Returns the encoded fields as hexadecimal digits, for error messages. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }

    private static long ordered(double value) {
        // adding 0.0 turns -0.0 into 0.0
        long bits = Double.doubleToLongBits(value + 0.0);
        return bits < 0 ? ~bits : bits ^ Long.MIN_VALUE;
    }

    /** Returns the number of bytes that {@link #putText} writes. */
    static int encodedLength(String text) {
        int length = text.length() + 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || c >= 0x80) {
                length += c < 0x800 ? 1 : 2;
            }
        }
        return length;
    }

    /** Writes a text and its zero byte. Returns the index after it. */
    static int putText(byte[] target, int from, String text) {
        int at = from;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != 0 && c < 0x80) {
                target[at++] = (byte) c;
            } else if (c < 0x800) {
                target[at++] = (byte) (0xC0 | c >> 6);
                target[at++] = (byte) (0x80 | c & 0x3F);
            } else {
                target[at++] = (byte) (0xE0 | c >> 12);
                target[at++] = (byte) (0x80 | c >> 6 & 0x3F);
                target[at++] = (byte) (0x80 | c & 0x3F);
            }
        }
        target[at++] = 0;
        return at;
    }

    /** Writes what {@link #putText} writes for a text that is an {@link Identifier}. */
    @SuppressWarnings("deprecation") // drops the high bytes of characters, which are 0 here
    static int putIdentifier(byte[] target, int from, String text) {
        int end = from + text.length();
        text.getBytes(0, text.length(), target, from);
        target[end] = 0;
        return end + 1;
    }
}

package io.dexklines.verifier;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The ids of smart-money trades and of notifications, as {@code docs/klines.md} describes them: 32
 * hexadecimal digits of SHA-256.
 *
 * <p>Former versions had 16 digits of FarmHash's 64-bit fingerprint. In the bytes that they hashed,
 * each text is preceded by its length, and each number takes 64 bits in little-endian order.
 */
final class SmartMoneyIds {

    private static final HashFunction FORMER = Hashing.farmHashFingerprint64();
    private static final int DIGITS_OF_FORMER = 16;
    private static final int BYTES = 16;

    private SmartMoneyIds() {}

    /** Returns the id of a trade. */
    static String trade(Swap swap) {
        return HexFormat.of().formatHex(identity(swap));
    }

    /** Returns the id of the notification of a trade for a user. */
    static String notification(Swap swap, String userId) {
        ByteArrayOutputStream hashed = new ByteArrayOutputStream();
        hashed.writeBytes(identity(swap));
        hashed.writeBytes(userId.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(half(hashed));
    }

    /** Returns whether a former version computed an id. */
    static boolean isFormer(String id) {
        return id.length() == DIGITS_OF_FORMER;
    }

    /** Returns the id that a trade had in former versions. */
    static String formerTrade(Swap swap) {
        return HexFormat.of().toHexDigits(formerIdentity(swap));
    }

    /** Returns the id that the notification of a trade had in former versions. */
    static String formerNotification(Swap swap, String userId) {
        return HexFormat.of()
                .toHexDigits(
                        FORMER.newHasher()
                                .putLong(formerIdentity(swap))
                                .putString(userId, StandardCharsets.UTF_8)
                                .hash()
                                .asLong());
    }

    private static byte[] identity(Swap swap) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream tuple = new DataOutputStream(bytes);
        try {
            text(tuple, swap.chain());
            text(tuple, swap.pair().substring(swap.chain().length() + 1));
            tuple.writeLong(swap.transactionIndex());
            tuple.writeLong(swap.logIndex());
            text(tuple, swap.txHash());
            text(tuple, swap.maker());
            tuple.writeByte(swap.buy() ? 0 : 1);
            number(tuple, swap.tokenAmount());
            number(tuple, swap.baseTokenAmount());
            number(tuple, swap.priceUsd());
            tuple.writeInt(swap.ordinal());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return half(bytes);
    }

    private static byte[] half(ByteArrayOutputStream hashed) {
        return Arrays.copyOf(Hashing.sha256().hashBytes(hashed.toByteArray()).asBytes(), BYTES);
    }

    /** Writes a text in Java's modified UTF-8, which has no zero byte, and a zero byte. */
    private static void text(DataOutputStream tuple, String text) throws IOException {
        ByteArrayOutputStream utf = new ByteArrayOutputStream();
        new DataOutputStream(utf).writeUTF(text);
        tuple.write(utf.toByteArray(), Short.BYTES, utf.size() - Short.BYTES);
        tuple.writeByte(0);
    }

    /** Writes the bits of a number, with the sign or everything inverted. */
    private static void number(DataOutputStream tuple, double value) throws IOException {
        long bits = Double.doubleToLongBits(value);
        tuple.writeLong(bits >= 0 ? bits | Long.MIN_VALUE : ~bits);
    }

    private static long formerIdentity(Swap swap) {
        Hasher hasher = FORMER.newHasher();
        text(hasher, swap.chain());
        text(hasher, swap.pair().substring(swap.chain().length() + 1));
        text(hasher, swap.txHash());
        hasher.putLong(swap.transactionIndex()).putLong(swap.logIndex());
        text(hasher, swap.maker());
        text(hasher, swap.side());
        hasher.putLong(Double.doubleToLongBits(swap.tokenAmount()))
                .putLong(Double.doubleToLongBits(swap.baseTokenAmount()))
                .putLong(Double.doubleToLongBits(swap.priceUsd()));
        long first = hasher.hash().asLong();
        return swap.ordinal() == 0
                ? first
                : FORMER.newHasher().putLong(first).putInt(swap.ordinal()).hash().asLong();
    }

    private static void text(Hasher hasher, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        hasher.putLong(utf8.length).putBytes(utf8);
    }
}

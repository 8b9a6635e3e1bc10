package io.dexklines.verifier;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The ids of smart-money trades and of notifications: 16 hexadecimal digits of FarmHash's 64-bit
 * fingerprint. In the hashed bytes, each text is preceded by its length, and each number takes 64
 * bits in little-endian order.
 */
final class SmartMoneyIds {

    private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

    private SmartMoneyIds() {}

    /** Returns the id of a trade. */
    static String trade(Swap swap) {
        return HexFormat.of().toHexDigits(identity(swap));
    }

    /** Returns the id of the notification of a trade for a user. */
    static String notification(Swap swap, String userId) {
        return HexFormat.of()
                .toHexDigits(
                        FINGERPRINT
                                .newHasher()
                                .putLong(identity(swap))
                                .putString(userId, StandardCharsets.UTF_8)
                                .hash()
                                .asLong());
    }

    private static long identity(Swap swap) {
        Hasher hasher = FINGERPRINT.newHasher();
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
                : FINGERPRINT.newHasher().putLong(first).putInt(swap.ordinal()).hash().asLong();
    }

    private static void text(Hasher hasher, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        hasher.putLong(utf8.length).putBytes(utf8);
    }
}

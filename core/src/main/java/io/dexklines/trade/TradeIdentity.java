package io.dexklines.trade;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Computes the identity of a trade: a 64-bit hash of {@code chain_id, pair_addr, tx_hash,
 * transaction_index, log_index, maker, type, token_amount, base_token_amount, token_price_usd}. A
 * shorter tuple would not be unique, because some upstream decoders leave {@code log_index} 0 for a
 * whole transaction.
 *
 * <p>The hash is FarmHash's 64-bit fingerprint of the encoded tuple. Each string is preceded by its
 * length and each number takes 64 bits, so distinct tuples have distinct encodings. Identities are
 * kept in state and compared across releases, so the encoding never changes.
 *
 * <p><b>Probability of a collision.</b> Identities are compared only within a pair, and only for as
 * long as a trade may be late. Among {@code n} trades of a pair in that window, two distinct ones
 * collide with a probability of about {@code n²/2⁶⁵}. For 100,000 trades, far more than any pool
 * sees in two minutes, that is 3·10⁻¹⁰. FarmHash is not keyed, so someone who searches for a
 * collision on purpose can hide one of their own trades behind another trade.
 *
 * <p>An instance reuses its buffer. Not thread-safe.
 */
public final class TradeIdentity {

    private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

    private byte[] encoded = new byte[512];
    private int length;

    /**
     * Returns the identity of the first trade with this tuple in a record.
     *
     * @param pairAddress the pool, in the form of {@link Address#compared}
     * @param transactionIndex index of the transaction in the block
     * @param logIndex index of the trade's event in the block's log
     * @param maker the wallet, in the form of {@link Address#compared}
     * @param buy whether {@code type} is {@code buy}; otherwise it is {@code sell}
     * @param baseTokenAmount the other token's amount
     */
    public long of(
            String chainId,
            String pairAddress,
            String txHash,
            long transactionIndex,
            long logIndex,
            String maker,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double tokenPriceUsd) {
        length = 0;
        text(chainId);
        text(pairAddress);
        text(txHash);
        number(transactionIndex);
        number(logIndex);
        text(maker);
        text(buy ? "buy" : "sell");
        number(tokenAmount);
        number(baseTokenAmount);
        number(tokenPriceUsd);
        return FINGERPRINT.hashBytes(encoded, 0, length).asLong();
    }

    /**
     * Returns the identity of one of several trades with the same tuple in one record.
     *
     * @param first the identity of the first of them
     * @param ordinal the number of the trade among them, from 0 in the order of the record; for 0,
     *     the identity is {@code first}
     */
    public static long ofRepeated(long first, int ordinal) {
        if (ordinal == 0) {
            return first;
        }
        byte[] mixed = new byte[Long.BYTES + Integer.BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            mixed[i] = (byte) (first >>> (8 * i));
        }
        for (int i = 0; i < Integer.BYTES; i++) {
            mixed[Long.BYTES + i] = (byte) (ordinal >>> (8 * i));
        }
        return FINGERPRINT.hashBytes(mixed).asLong();
    }

    private void text(String text) {
        int chars = text.length();
        ensure(Long.BYTES + chars);
        int start = length + Long.BYTES;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                text(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            encoded[start + i] = (byte) c;
        }
        number(chars);
        length += chars;
    }

    private void text(byte[] utf8) {
        ensure(Long.BYTES + utf8.length);
        number(utf8.length);
        System.arraycopy(utf8, 0, encoded, length, utf8.length);
        length += utf8.length;
    }

    private void number(double value) {
        // adding 0.0 turns -0.0 into 0.0
        number(Double.doubleToLongBits(value + 0.0));
    }

    private void number(long value) {
        ensure(Long.BYTES);
        for (int i = 0; i < Long.BYTES; i++) {
            encoded[length++] = (byte) (value >>> (8 * i));
        }
    }

    private void ensure(int more) {
        if (length + more > encoded.length) {
            encoded = Arrays.copyOf(encoded, Math.max(2 * encoded.length, length + more));
        }
    }
}

package io.dexklines.trade;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The identity of a trade: 64 bits that stand for {@code chain_id, pair_addr, tx_hash,
 * transaction_index, log_index, maker, type, token_amount, base_token_amount, token_price_usd}. No
 * shorter tuple will do: some decoders leave {@code log_index} 0 for a whole transaction.
 *
 * <p>It is FarmHash's fingerprint of the tuple, every text preceded by its length, every number by
 * its 64 bits, so that no two tuples have the same encoding. Identities are kept in state and
 * compared across releases: the encoding never changes.
 *
 * <p><b>Odds of a collision.</b> Identities are compared only within one pair, and only while they
 * are remembered, which is as long as a trade may be late. Among {@code n} trades of a pair in that
 * window, some two distinct ones collide with a probability of about {@code n²/2⁶⁵}: 3·10⁻¹⁰ for
 * 100,000 trades, far more than any pool sees in two minutes. FarmHash is not keyed: whoever
 * searched for a collision on purpose could hide one of his own trades behind another.
 *
 * <p>Instances keep the bytes they last encoded in; they are for one thread.
 */
public final class TradeIdentity {

    private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

    private byte[] encoded = new byte[512];
    private int length;

    /**
     * The identity of the first such trade in a record.
     *
     * @param chainId the chain
     * @param pairAddress the pool, in the case in which it is compared
     * @param txHash the transaction
     * @param transactionIndex its transaction's place in the block
     * @param logIndex its place in the block's log
     * @param maker the wallet, in the case in which it is compared
     * @param buy whether {@code type} is {@code buy}; it is {@code sell} otherwise
     * @param tokenAmount the token's amount
     * @param baseTokenAmount the other token's amount
     * @param tokenPriceUsd the token's price in USD
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
     * The identity of one of several trades with the same tuple in one record.
     *
     * @param first the identity of the first of them
     * @param ordinal which one it is, from 0 in the record's order; 0 is {@code first} itself
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
                bytes(text.getBytes(StandardCharsets.UTF_8));
                return;
            }
            encoded[start + i] = (byte) c;
        }
        number(chars);
        length += chars;
    }

    private void bytes(byte[] utf8) {
        ensure(Long.BYTES + utf8.length);
        number(utf8.length);
        System.arraycopy(utf8, 0, encoded, length, utf8.length);
        length += utf8.length;
    }

    private void number(double value) {
        // adding 0 makes one zero of the two
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

package io.dexklines.trade;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the identity of a trade: a 128-bit hash of {@code chain_id, pair_addr, tx_hash,
 * transaction_index, log_index, maker, type, token_amount, base_token_amount, token_price_usd} and
 * the ordinal among equal tuples of a record. A shorter tuple would not be unique, because some
 * upstream decoders leave {@code log_index} 0 for a whole transaction.
 *
 * <p>The hash is the first half of SHA-256 of the encoded tuple: chain and pool as texts, the two
 * indexes as eight bytes each, big-endian, then the {@link IdentityFields}, which say how a text is
 * encoded. Distinct tuples have distinct encodings. Identities are kept in state, published and
 * compared across releases, so the encoding never changes.
 *
 * <p>Nobody can construct two trades with the same identity: that takes about 2⁶⁴ evaluations of
 * SHA-256. There is no key, and so no secret to keep.
 *
 * <p>An instance reuses its buffer. Not thread-safe.
 */
public final class TradeIdentity {

    private static final String ALGORITHM = "SHA-256";
    private static final int DIGEST_BYTES = 32;

    private final MessageDigest sha256;
    private final byte[] digest = new byte[DIGEST_BYTES];
    private final ByteBuffer digested = ByteBuffer.wrap(digest);
    private byte[] tuple = new byte[512];

    /** Creates a computation of identities. */
    public TradeIdentity() {
        this.sha256 = sha256();
    }

    /**
     * Returns the identity of a trade.
     *
     * @param pairAddress the pool, in the form of {@link Identifier#address}
     * @param transactionIndex index of the transaction in the block
     * @param logIndex index of the trade's event in the block's log
     * @param fields the other fields, with the ordinal
     */
    public TradeId of(
            String chainId,
            String pairAddress,
            long transactionIndex,
            long logIndex,
            IdentityFields fields) {
        reserve(
                IdentityFields.encodedLength(chainId) + IdentityFields.encodedLength(pairAddress),
                fields);
        int at = IdentityFields.putText(tuple, 0, chainId);
        at = IdentityFields.putText(tuple, at, pairAddress);
        return hash(at, transactionIndex, logIndex, fields);
    }

    /**
     * Returns the same as {@link #of}, faster.
     *
     * @param chainId an {@link Identifier}
     * @param pairAddress an {@link Identifier}, in the form of {@link Identifier#address}
     */
    public TradeId ofIdentifiers(
            String chainId,
            String pairAddress,
            long transactionIndex,
            long logIndex,
            IdentityFields fields) {
        reserve(chainId.length() + 1 + pairAddress.length() + 1, fields);
        int at = IdentityFields.putIdentifier(tuple, 0, chainId);
        at = IdentityFields.putIdentifier(tuple, at, pairAddress);
        return hash(at, transactionIndex, logIndex, fields);
    }

    /** Makes room for a tuple. */
    private void reserve(int texts, IdentityFields fields) {
        int length = texts + 2 * Long.BYTES + fields.bytes().length;
        if (length > tuple.length) {
            tuple = new byte[Math.max(length, 2 * tuple.length)];
        }
    }

    private TradeId hash(int from, long transactionIndex, long logIndex, IdentityFields fields) {
        byte[] encoded = fields.bytes();
        int at = putLong(putLong(from, transactionIndex), logIndex);
        System.arraycopy(encoded, 0, tuple, at, encoded.length);
        // one call, because the digest copies what does not fill a block
        sha256.update(tuple, 0, at + encoded.length);
        try {
            sha256.digest(digest, 0, DIGEST_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        return new TradeId(digested.getLong(0), digested.getLong(Long.BYTES));
    }

    /**
     * Returns 128 bits that identify a trade in a context, such as a follower who is notified of
     * it: the first half of SHA-256 of the 16 bytes of the id and the context in UTF-8.
     */
    public static TradeId within(TradeId trade, String context) {
        byte[] text = context.getBytes(StandardCharsets.UTF_8);
        byte[] input =
                ByteBuffer.allocate(TradeId.BYTES + text.length)
                        .putLong(trade.high())
                        .putLong(trade.low())
                        .put(text)
                        .array();
        ByteBuffer hash = ByteBuffer.wrap(sha256().digest(input));
        return new TradeId(hash.getLong(0), hash.getLong(Long.BYTES));
    }

    private int putLong(int from, long value) {
        int at = from;
        for (int shift = 56; shift >= 0; shift -= 8) {
            tuple[at++] = (byte) (value >>> shift);
        }
        return at;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance(ALGORITHM);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has " + ALGORITHM, e);
        }
    }
}

package io.dexklines.trade;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Computes the 64-bit identities by which former versions recognised trades. They are compared only
 * where a savepoint or a table of such a version may contain the trade: in the state of a pair and
 * of a wallet while the identities restored from the savepoint are remembered, and before a trade
 * is inserted into {@code smart_money_trade}.
 *
 * <p>A former identity is FarmHash's fingerprint of the tuple, with each text preceded by its
 * length and each number in 64 bits, little-endian. Whoever wants to can compute two trades that
 * share one within minutes, so equality of former identities never suffices for what is not from
 * such a version.
 */
public final class FormerIdentity {

    private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();

    /** Five lengths, two indexes and three amounts. */
    private static final int NUMBERS = 10;

    /** More equal trades than fit into a record. */
    private static final int MAX_ORDINAL = 1 << 16;

    private FormerIdentity() {}

    /**
     * Returns the former identity of a trade of a pair as an id. Returns the identity that its
     * position has if that is of a former version.
     */
    public static TradeId of(Pair pair, TradePosition position) {
        IdentityFields fields = position.fields();
        return TradeId.ofFormer(
                fields.isFormer()
                        ? fields.former()
                        : repeated(first(pair, position), fields.ordinal()));
    }

    /** Returns the former identity of a trade as an id. */
    public static TradeId of(Trade trade) {
        return of(new Pair(trade.chainId(), trade.pairAddress()), trade.position());
    }

    /**
     * Returns the ordinal that yields a former identity.
     *
     * @param position the position of the trade with any ordinal
     * @return 0 if no ordinal yields the identity
     */
    static int ordinal(Pair pair, TradePosition position, long identity) {
        long first = first(pair, position);
        for (int ordinal = 0; ordinal < MAX_ORDINAL; ordinal++) {
            if (repeated(first, ordinal) == identity) {
                return ordinal;
            }
        }
        return 0;
    }

    /** Returns the former identity of the first trade with a tuple in a record. */
    private static long first(Pair pair, TradePosition position) {
        ByteBuffer encoded = ByteBuffer.wrap(position.fields().bytes());
        byte[] chain = utf8(pair.chainId());
        byte[] pool = utf8(pair.address());
        byte[] txHash = utf8(text(encoded));
        byte[] maker = utf8(text(encoded));
        byte[] type = utf8(encoded.get() == 0 ? "buy" : "sell");
        int texts = chain.length + pool.length + txHash.length + maker.length + type.length;
        ByteBuffer tuple =
                ByteBuffer.allocate(texts + NUMBERS * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        tuple.putLong(chain.length).put(chain);
        tuple.putLong(pool.length).put(pool);
        tuple.putLong(txHash.length).put(txHash);
        tuple.putLong(position.transactionIndex()).putLong(position.logIndex());
        tuple.putLong(maker.length).put(maker);
        tuple.putLong(type.length).put(type);
        for (int i = 0; i < 3; i++) {
            tuple.putDouble(number(encoded));
        }
        return FINGERPRINT.hashBytes(tuple.array()).asLong();
    }

    private static long repeated(long first, int ordinal) {
        return ordinal == 0
                ? first
                : FINGERPRINT.newHasher().putLong(first).putInt(ordinal).hash().asLong();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer encoded) {
        StringBuilder text = new StringBuilder();
        for (int b = encoded.get(); b != 0; b = encoded.get()) {
            if (b > 0) {
                text.append((char) b);
            } else if ((b & 0x20) == 0) {
                text.append((char) ((b & 0x1F) << 6 | encoded.get() & 0x3F));
            } else {
                text.append(
                        (char)
                                ((b & 0x0F) << 12
                                        | (encoded.get() & 0x3F) << 6
                                        | encoded.get() & 0x3F));
            }
        }
        return text.toString();
    }

    private static double number(ByteBuffer encoded) {
        long ordered = encoded.getLong();
        return Double.longBitsToDouble(ordered < 0 ? ordered ^ Long.MIN_VALUE : ~ordered);
    }
}

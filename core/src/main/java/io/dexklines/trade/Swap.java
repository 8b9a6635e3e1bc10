package io.dexklines.trade;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The part of a trade that klines are computed from.
 *
 * <p>The bytes are part of formats that begin with a version: the identity, the position with its
 * fields, a byte of flags, four doubles.
 *
 * @param identity what the trade is recognised by, see {@link TradeIdentity}
 * @param position the order of the trade among the trades of its pair
 * @param buy whether the token was bought
 * @param clamp whether the trade is part of a sandwich attack; its price counts only in a kline
 *     that has no other trades
 * @param priceUsd the token's price, finite and positive
 * @param mcapUsd the token's market capitalisation, finite and not negative
 * @param volumeUsd the trade's value, finite and not negative
 * @param volumeToken the token's amount, finite and not negative
 */
public record Swap(
        TradeId identity,
        TradePosition position,
        boolean buy,
        boolean clamp,
        double priceUsd,
        double mcapUsd,
        double volumeUsd,
        double volumeToken) {

    private static final int FLAG_BUY = 1;
    private static final int FLAG_CLAMP = 2;

    /** Returns the swap of a trade. */
    public static Swap of(Trade trade) {
        return new Swap(
                trade.identity(),
                trade.position(),
                trade.buy(),
                trade.clamp(),
                trade.tokenPriceUsd(),
                trade.mcapUsd(),
                trade.totalUsd(),
                trade.tokenAmount());
    }

    /** Writes the swap. */
    void write(DataOutput out) throws IOException {
        identity.write(out);
        position.writePlace(out);
        position.fields().write(out);
        out.writeByte((buy ? FLAG_BUY : 0) | (clamp ? FLAG_CLAMP : 0));
        out.writeDouble(priceUsd);
        out.writeDouble(mcapUsd);
        out.writeDouble(volumeUsd);
        out.writeDouble(volumeToken);
    }

    /** Reads a swap. */
    static Swap read(DataInput in) throws IOException {
        TradeId identity = TradeId.read(in);
        TradePosition place = TradePosition.readPlace(in);
        return readValues(identity, place.with(IdentityFields.read(in)), in);
    }

    /** Reads what follows the position. */
    static Swap readValues(TradeId identity, TradePosition position, DataInput in)
            throws IOException {
        int flags = in.readByte();
        return new Swap(
                identity,
                position,
                (flags & FLAG_BUY) != 0,
                (flags & FLAG_CLAMP) != 0,
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble());
    }
}

package io.dexklines.trade;

/**
 * The part of a trade that klines are computed from.
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
}

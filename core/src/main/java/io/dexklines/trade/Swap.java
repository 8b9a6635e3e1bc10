package io.dexklines.trade;

/**
 * What a kline needs to know of a trade.
 *
 * @param position its place among the pair's trades, with its identity
 * @param buy whether the token was bought
 * @param clamp whether it is part of a sandwich attack: its price does not count while another does
 * @param priceUsd the token's price, finite and positive
 * @param mcapUsd the token's market capitalisation, finite and not negative
 * @param volumeUsd the trade's value, finite and not negative
 * @param volumeToken the token's amount, finite and not negative
 */
public record Swap(
        TradePosition position,
        boolean buy,
        boolean clamp,
        double priceUsd,
        double mcapUsd,
        double volumeUsd,
        double volumeToken) {

    /** The part of a trade that its klines are made of. */
    public static Swap of(Trade trade) {
        return new Swap(
                trade.position(),
                trade.buy(),
                trade.clamp(),
                trade.tokenPriceUsd(),
                trade.mcapUsd(),
                trade.totalUsd(),
                trade.tokenAmount());
    }
}

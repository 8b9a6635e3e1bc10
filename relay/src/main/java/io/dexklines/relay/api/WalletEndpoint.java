package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.ExactSum;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.store.MySqlSmartMoneyTrades;
import io.dexklines.relay.store.MySqlSmartMoneyTrades.WalletTrade;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Serves {@code /api/wallet}: the trades of a smart-money wallet, its pairs and its totals. */
final class WalletEndpoint {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 1000;
    private static final int MAX_AGE_SECONDS = 1;

    /** Totals cover this many of the newest trades, so that a busy wallet costs no more. */
    private static final int MAX_SUMMED = 10_000;

    /** The pairs in which the wallet traded last. */
    private static final int MAX_PAIRS = 100;

    private final Optional<MySqlSmartMoneyTrades> trades;

    WalletEndpoint(Optional<MySqlSmartMoneyTrades> trades) {
        this.trades = trades;
    }

    Response wallet(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly("chain_id", "address", "limit");
        parameters.requiredText("chain_id");
        parameters.requiredText("address");
        String chainId = parameters.identifier("chain_id");
        String address = parameters.address("address", chainId);
        int limit = parameters.limit(DEFAULT_LIMIT, MAX_LIMIT);
        MySqlSmartMoneyTrades table =
                trades.orElseThrow(
                        () ->
                                new StoreUnavailableException(
                                        "this relay has no MySQL to read from", null));
        List<Map<String, Object>> newest =
                table.newest(
                                new MySqlSmartMoneyTrades.Selection(
                                        chainId, address, null, 0, KlineHistory.END_OF_TIME, limit),
                                cancellation)
                        .trades();
        List<WalletTrade> summed = table.ofWallet(chainId, address, MAX_SUMMED, cancellation);
        return Response.ok(
                Response.object()
                        .put("chain_id", chainId)
                        .put("address", address)
                        .put("label", newest.isEmpty() ? "" : newest.get(0).get("label").toString())
                        .putPOJO("totals", totals(summed))
                        .putPOJO("pairs", pairs(summed))
                        .putPOJO("trades", newest),
                MAX_AGE_SECONDS);
    }

    private static ObjectNode totals(List<WalletTrade> newestFirst) {
        Sums sums = new Sums();
        newestFirst.forEach(sums::add);
        return sums.into(Response.object())
                .put("pairs", newestFirst.stream().map(WalletTrade::pairAddr).distinct().count())
                .put("is_whole", newestFirst.size() < MAX_SUMMED);
    }

    private static List<ObjectNode> pairs(List<WalletTrade> newestFirst) {
        Map<String, Sums> byPair = new LinkedHashMap<>();
        for (WalletTrade trade : newestFirst) {
            byPair.computeIfAbsent(trade.pairAddr(), first -> new Sums()).add(trade);
        }
        return byPair.values().stream()
                .sorted(Comparator.comparingLong((Sums pair) -> pair.newest.blockTime()).reversed())
                .limit(MAX_PAIRS)
                .map(
                        pair ->
                                pair.into(
                                        Response.object()
                                                .put("pair_addr", pair.newest.pairAddr())
                                                .put("token_symbol", pair.newest.tokenSymbol())
                                                .put(
                                                        "base_token_symbol",
                                                        pair.newest.baseTokenSymbol())))
                .toList();
    }

    /** Sums over some trades of a wallet, at least one of which is added newest first. */
    private static final class Sums {
        private final ExactSum buyUsd = new ExactSum();
        private final ExactSum sellUsd = new ExactSum();
        private WalletTrade newest;
        private WalletTrade oldest;
        private long buys;
        private long sells;

        void add(WalletTrade trade) {
            newest = newest == null ? trade : newest;
            oldest = trade;
            (trade.buy() ? buyUsd : sellUsd).add(trade.usd());
            buys += trade.buy() ? 1 : 0;
            sells += trade.buy() ? 0 : 1;
        }

        ObjectNode into(ObjectNode object) {
            return object.put("trades", buys + sells)
                    .put("buys", buys)
                    .put("sells", sells)
                    .put("buy_usd", Response.finite(buyUsd.rounded()))
                    .put("sell_usd", Response.finite(sellUsd.rounded()))
                    .put("first_trade_time", oldest == null ? null : oldest.blockTime())
                    .put("last_trade_time", newest == null ? null : newest.blockTime());
        }
    }
}

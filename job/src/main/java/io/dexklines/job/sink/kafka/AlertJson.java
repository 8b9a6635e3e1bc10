package io.dexklines.job.sink.kafka;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Notification;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Trade;
import java.util.stream.Collectors;

/** The JSON of notifications and clusters in Kafka. Amounts are JSON numbers. */
final class AlertJson {

    private AlertJson() {}

    static byte[] of(Notification notification) {
        Trade trade = notification.trade().trade();
        return new JsonObject()
                .text("id", notification.id())
                .text("user_id", notification.userId())
                .text("wallet", notification.trade().wallet().address())
                .text("label", notification.trade().label())
                .text("chain_id", trade.chainId())
                .text("pair_addr", trade.pairAddress())
                .text("token_addr", trade.labels().tokenAddress())
                .text("token_symbol", trade.labels().tokenSymbol())
                .text("side", trade.buy() ? "buy" : "sell")
                .number("usd", trade.totalUsd())
                .number("token_amount", trade.tokenAmount())
                .number("price_usd", trade.tokenPriceUsd())
                .text("tx_hash", trade.txHash())
                .whole("block_time", trade.position().blockTimeSeconds())
                .flag("clamp", trade.clamp())
                .flag("first_buy", notification.trade().firstBuy())
                .bytes();
    }

    static byte[] of(ClusterAlert alert) {
        return new JsonObject()
                .text("id", alert.id())
                .text("chain_id", alert.chainId())
                .text("token_addr", alert.tokenAddress())
                .text("token_symbol", alert.tokenSymbol())
                .raw(
                        "wallets",
                        alert.wallets().stream()
                                .map(AlertJson::member)
                                .collect(Collectors.joining(",", "[", "]")))
                .number("usd", alert.usd())
                .whole("first_time", alert.firstTimeSeconds())
                .whole("last_time", alert.lastTimeSeconds())
                .bytes();
    }

    private static String member(ClusterAlert.Member member) {
        return new JsonObject()
                .text("wallet", member.wallet().address())
                .text("label", member.label())
                .number("usd", member.usd())
                .whole("block_time", member.blockTimeSeconds())
                .toString();
    }
}

package io.dexklines.job.sink.relay;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Trade;
import java.time.Clock;
import java.util.stream.Collectors;

/** What smart money found, as events; numbers are strings that read back as the same doubles. */
final class SmartMoneyEvents {

    private SmartMoneyEvents() {}

    /** On {@code {chain_id}@smartmoney}, type {@code smartmoney}. */
    static RelayEvent of(SmartMoneyTrade found, Clock clock) {
        JsonObject data = begin("smartmoney", clock).text("id", found.id());
        return new RelayEvent(ofChain(found.trade().chainId()), trade(data, found).toString());
    }

    /** On {@code user:{user_id}@alerts}, type {@code alert}. */
    static RelayEvent of(Notification notification, Clock clock) {
        JsonObject data =
                begin("alert", clock)
                        .text("id", notification.id())
                        .text("user_id", notification.userId());
        return new RelayEvent(
                "user:" + notification.userId() + "@alerts",
                trade(data, notification.trade()).toString());
    }

    /** On {@code {chain_id}@smartmoney}, type {@code cluster}. */
    static RelayEvent of(ClusterAlert alert, Clock clock) {
        JsonObject data =
                begin("cluster", clock)
                        .text("id", alert.id())
                        .text("chain_id", alert.chainId())
                        .text("token_addr", alert.tokenAddress())
                        .text("token_symbol", alert.tokenSymbol())
                        .raw(
                                "wallets",
                                alert.wallets().stream()
                                        .map(SmartMoneyEvents::member)
                                        .collect(Collectors.joining(",", "[", "]")))
                        .decimal("usd", alert.usd())
                        .whole("first_time", alert.firstTimeSeconds())
                        .whole("last_time", alert.lastTimeSeconds());
        return new RelayEvent(ofChain(alert.chainId()), data.toString());
    }

    private static JsonObject begin(String type, Clock clock) {
        return new JsonObject().text("e", type).whole("E", clock.millis());
    }

    private static JsonObject trade(JsonObject data, SmartMoneyTrade found) {
        Trade trade = found.trade();
        return data.text("wallet", found.wallet().address())
                .text("label", found.label())
                .text("chain_id", trade.chainId())
                .text("pair_addr", trade.pairAddress())
                .text("token_addr", trade.labels().tokenAddress())
                .text("token_symbol", trade.labels().tokenSymbol())
                .text("side", trade.buy() ? "buy" : "sell")
                .decimal("usd", trade.totalUsd())
                .decimal("token_amount", trade.tokenAmount())
                .decimal("price_usd", trade.tokenPriceUsd())
                .text("tx_hash", trade.txHash())
                .whole("block_time", trade.position().blockTimeSeconds())
                .flag("clamp", trade.clamp())
                .flag("first_buy", found.firstBuy());
    }

    private static String member(ClusterAlert.Member member) {
        return new JsonObject()
                .text("wallet", member.wallet().address())
                .text("label", member.label())
                .decimal("usd", member.usd())
                .whole("block_time", member.blockTimeSeconds())
                .toString();
    }

    private static String ofChain(String chainId) {
        return chainId + "@smartmoney";
    }
}

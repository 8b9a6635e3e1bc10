package io.dexklines.job.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.trade.Trade;
import java.util.function.DoubleFunction;

/** Writes the JSON fields of smart-money results that topics and events share. */
public enum SmartMoneyJson {
    /** The form for topics, with amounts as JSON numbers. */
    NUMBERS(Json::number),
    /** The form for events to browsers, with amounts as strings of decimal digits. */
    DIGITS(Json::digits);

    private final transient DoubleFunction<JsonNode> amount;

    SmartMoneyJson(DoubleFunction<JsonNode> amount) {
        this.amount = amount;
    }

    /** Adds the fields of a notification. */
    public ObjectNode add(ObjectNode json, Notification notification) {
        json.put("id", notification.id()).put("user_id", notification.userId());
        return addTrade(json, notification.trade());
    }

    /** Adds the fields of a trade, its id included. */
    public ObjectNode add(ObjectNode json, SmartMoneyTrade found) {
        return addTrade(json.put("id", found.id()), found);
    }

    private ObjectNode addTrade(ObjectNode json, SmartMoneyTrade found) {
        Trade trade = found.trade();
        json.put("wallet", found.wallet().address())
                .put("label", found.label())
                .put("chain_id", trade.chainId())
                .put("pair_addr", trade.pairAddress())
                .put("token_addr", trade.labels().tokenAddress())
                .put("token_symbol", trade.labels().tokenSymbol())
                .put("side", trade.buy() ? "buy" : "sell");
        json.set("usd", amount.apply(trade.totalUsd()));
        json.set("token_amount", amount.apply(trade.tokenAmount()));
        json.set("price_usd", amount.apply(trade.tokenPriceUsd()));
        return json.put("tx_hash", trade.txHash())
                .put("block_time", trade.position().blockTimeSeconds())
                .put("clamp", trade.clamp())
                .put("first_buy", found.firstBuy());
    }

    /** Adds the fields of a cluster. */
    public ObjectNode add(ObjectNode json, ClusterAlert alert) {
        json.put("id", alert.id())
                .put("chain_id", alert.chainId())
                .put("token_addr", alert.tokenAddress())
                .put("token_symbol", alert.tokenSymbol());
        ArrayNode wallets = json.putArray("wallets");
        for (ClusterAlert.Member member : alert.wallets()) {
            ObjectNode wallet = wallets.addObject();
            wallet.put("wallet", member.wallet().address()).put("label", member.label());
            wallet.set("usd", amount.apply(member.usd()));
            wallet.put("block_time", member.blockTimeSeconds());
        }
        json.set("usd", amount.apply(alert.usd()));
        return json.put("first_time", alert.firstTimeSeconds())
                .put("last_time", alert.lastTimeSeconds());
    }
}

package io.dexklines.job.notify;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.kafka.TransactionalTopic;
import io.dexklines.smartmoney.Notification;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.Trade;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * The topic in which each follower is told of each trade, written exactly once, see {@link
 * TransactionalTopic}; the key is the user's id.
 */
public final class NotificationSink {

    /** In the ids of transactions that a restarted job must find again: never rename. */
    private static final String PURPOSE = "notifications";

    private NotificationSink() {}

    /**
     * @param kafka how the brokers are reached; the transactional ids begin with its prefix and
     *     {@code -notifications}
     * @param topic the topic of notifications
     */
    public static KafkaSink<Notification> of(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka,
                topic,
                PURPOSE,
                notification -> notification.userId().getBytes(StandardCharsets.UTF_8),
                NotificationSink::json);
    }

    /** The contract's fields; numbers are JSON numbers. */
    static byte[] json(Notification notification) {
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
}

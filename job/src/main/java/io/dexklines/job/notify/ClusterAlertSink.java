package io.dexklines.job.notify;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.kafka.TransactionalTopic;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.text.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.apache.flink.connector.kafka.sink.KafkaSink;

/**
 * The topic in which clusters of wallets are told, written exactly once, see {@link
 * TransactionalTopic}; the key is {@code chain_id:token_addr}.
 */
public final class ClusterAlertSink {

    /** In the ids of transactions that a restarted job must find again: never rename. */
    private static final String PURPOSE = "clusters";

    private ClusterAlertSink() {}

    /**
     * @param kafka how the brokers are reached; the transactional ids begin with its prefix and
     *     {@code -clusters}
     * @param topic the topic of clusters
     */
    public static KafkaSink<ClusterAlert> of(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka,
                topic,
                PURPOSE,
                alert ->
                        (alert.chainId() + ":" + alert.tokenAddress())
                                .getBytes(StandardCharsets.UTF_8),
                ClusterAlertSink::json);
    }

    /** {@code {"id","chain_id","token_addr","token_symbol","wallets":[…],…}}. */
    static byte[] json(ClusterAlert alert) {
        return new JsonObject()
                .text("id", alert.id())
                .text("chain_id", alert.chainId())
                .text("token_addr", alert.tokenAddress())
                .text("token_symbol", alert.tokenSymbol())
                .raw(
                        "wallets",
                        alert.wallets().stream()
                                .map(ClusterAlertSink::member)
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

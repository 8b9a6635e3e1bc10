package io.dexklines.job.sink.kafka;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.SmartMoneySettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Json;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.SmartMoneyJson;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * Writes notifications, clusters and list records without effect to one topic each, exactly once;
 * see {@link TransactionalTopic}. The key of a notification is its user's id, the key of a cluster
 * is {@code chain_id:token_addr}, and list records have none.
 */
public final class AlertsSink implements JobSink {

    /** Parts of the savepoint and of the transactional ids: never rename. */
    private static final String NOTIFICATIONS_UID = "notifications";

    private static final String CLUSTERS_UID = "clusters";

    private static final String REFUSED_UID = "lists-refused";

    private final KafkaSettings kafka;
    private final SmartMoneySettings settings;

    /**
     * @param kafka the connection to the brokers
     * @param settings the names of the topics
     */
    public AlertsSink(KafkaSettings kafka, SmartMoneySettings settings) {
        this.kafka = kafka;
        this.settings = settings;
    }

    @Override
    public void attach(Results results) {
        results.smartMoney().ifPresent(this::attach);
    }

    private void attach(SmartMoney smartMoney) {
        smartMoney
                .notifications()
                .sinkTo(notifications(kafka, settings.notificationsTopic()))
                .name("Notifications")
                .uid(NOTIFICATIONS_UID)
                // keeps the notifications that a user gets about one wallet in order
                .setParallelism(smartMoney.notifications().getParallelism());
        smartMoney
                .clusters()
                .sinkTo(clusters(kafka, settings.clustersTopic()))
                .name("Cluster alerts")
                .uid(CLUSTERS_UID)
                .setParallelism(smartMoney.clusters().getParallelism());
        String followsTopic = settings.followsTopic();
        smartMoney
                .withoutEffect()
                .sinkTo(
                        TransactionalTopic.<ListChange>sink(
                                kafka,
                                settings.refusedTopic(),
                                REFUSED_UID,
                                change -> null,
                                change -> json(change, followsTopic)))
                .name("Refused list records")
                .uid(REFUSED_UID)
                .setParallelism(1);
    }

    static Sink<Notification> notifications(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka,
                topic,
                NOTIFICATIONS_UID,
                notification -> utf8(notification.userId()),
                AlertsSink::json);
    }

    static Sink<ClusterAlert> clusters(KafkaSettings kafka, String topic) {
        return TransactionalTopic.sink(
                kafka,
                topic,
                CLUSTERS_UID,
                alert -> utf8(alert.chainId() + ":" + alert.tokenAddress()),
                AlertsSink::json);
    }

    static byte[] json(Notification notification) {
        return Json.bytes(SmartMoneyJson.NUMBERS.add(Json.object(), notification));
    }

    static byte[] json(ClusterAlert alert) {
        return Json.bytes(SmartMoneyJson.NUMBERS.add(Json.object(), alert));
    }

    /**
     * Returns the JSON of a list record without effect: the description of an invalid record, or
     * {@code {"topic","key","reason"}} of a follow whose wallet is not listed.
     */
    static byte[] json(ListChange change, String followsTopic) {
        if (change.kind() == ListChange.Kind.REFUSED) {
            return utf8(change.label());
        }
        return Json.bytes(
                Json.object()
                        .put("topic", followsTopic)
                        .put("key", change.wallet().text() + ":" + change.userId())
                        .put("reason", "the wallet is not listed"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

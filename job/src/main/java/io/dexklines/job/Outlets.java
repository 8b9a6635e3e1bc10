package io.dexklines.job;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.config.SmartMoneySettings;
import io.dexklines.job.excluded.ExcludedTradeSink;
import io.dexklines.job.mysql.MySqlOutlet;
import io.dexklines.job.mysql.MySqlTarget;
import io.dexklines.job.mysql.RefusedKline;
import io.dexklines.job.mysql.RefusedKlineSink;
import io.dexklines.job.mysql.RefusedSmartMoneyTrade;
import io.dexklines.job.notify.ClusterAlertSink;
import io.dexklines.job.notify.NotificationSink;
import io.dexklines.job.redis.RedisOutlet;
import io.dexklines.job.relay.RelayOutlet;
import io.dexklines.job.relay.RelayTarget;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.secret.SecretReference;
import io.dexklines.trade.ExcludedTrade;
import java.time.Clock;
import java.util.function.Consumer;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * All ways out of the job.
 *
 * @param mysql the table of all klines, and the topic of those that it refused
 * @param redis the cache of the newest klines
 * @param relay the push to browsers
 * @param excluded every trade that is not counted
 * @param smartMoney what was found of listed wallets: to the table of their trades, to the push to
 *     browsers and to the topics of notifications and of clusters
 */
public record Outlets(
        Outlet<KlineUpdates> mysql,
        Outlet<KlineUpdates> redis,
        Outlet<KlineUpdates> relay,
        Outlet<ExcludedTrade> excluded,
        Consumer<SmartMoney> smartMoney) {

    /** The outlets of production; a destination without settings gets nothing. */
    static Outlets production(KlineJobSettings settings, Clock clock) {
        return new Outlets(
                settings.mysql().map(mysql -> mysql(settings.kafka(), mysql)).orElse(Outlet.none()),
                settings.redis().map(Outlets::redis).orElse(Outlet.none()),
                settings.relay().map(Outlets::relay).orElse(Outlet.none()),
                excluded(settings.kafka(), settings.ingest().excludedTopic()),
                found -> attach(found, settings, clock));
    }

    private static void attach(SmartMoney found, KlineJobSettings settings, Clock clock) {
        KafkaSettings kafka = settings.kafka();
        settings.mysql()
                .ifPresent(
                        mysql -> {
                            DataStream<RefusedSmartMoneyTrade> refused =
                                    MySqlOutlet.attachTrades(found.trades(), target(mysql));
                            refused.sinkTo(RefusedKlineSink.ofTrades(kafka, mysql.refusedTopic()))
                                    .name("Refused smart money")
                                    .uid("smart-money-refused")
                                    .setParallelism(1);
                        });
        settings.relay()
                .ifPresent(relay -> RelayOutlet.attachSmartMoney(found, target(relay), clock));
        SmartMoneySettings topics = settings.smartMoney().orElseThrow();
        found.notifications()
                .sinkTo(NotificationSink.of(kafka, topics.notificationsTopic()))
                .name("Notifications")
                .uid("notifications")
                // a user's notifications of one wallet stay in their order
                .setParallelism(found.notifications().getParallelism());
        found.clusters()
                .sinkTo(ClusterAlertSink.of(kafka, topics.clustersTopic()))
                .name("Cluster alerts")
                .uid("clusters")
                .setParallelism(found.clusters().getParallelism());
    }

    private static Outlet<KlineUpdates> mysql(KafkaSettings kafka, MySqlSettings settings) {
        MySqlTarget target = target(settings);
        return updates -> {
            DataStream<RefusedKline> refused = MySqlOutlet.attach(updates, target);
            refused.sinkTo(RefusedKlineSink.of(kafka, settings.refusedTopic()))
                    .name("Refused klines")
                    .uid("refused")
                    // few, if any: they need no exchange between subtasks
                    .setParallelism(refused.getParallelism());
        };
    }

    private static MySqlTarget target(MySqlSettings settings) {
        return new MySqlTarget(
                settings.url(),
                settings.username(),
                secret(settings.password()),
                settings.batchRows(),
                settings.batchInterval(),
                settings.liveInterval(),
                settings.retryBudget());
    }

    private static Outlet<KlineUpdates> redis(RedisSettings settings) {
        RedisConnectionSettings connection = settings.connection();
        return updates -> RedisOutlet.attach(updates, connection);
    }

    private static Outlet<KlineUpdates> relay(RelaySettings settings) {
        RelayTarget target = target(settings);
        return updates -> RelayOutlet.attach(updates, target);
    }

    private static RelayTarget target(RelaySettings settings) {
        return RelayTarget.of(settings.urls(), secret(settings.token()));
    }

    private static Outlet<ExcludedTrade> excluded(KafkaSettings kafka, String topic) {
        return trades ->
                trades.sinkTo(ExcludedTradeSink.of(kafka, topic))
                        .name("Excluded trades")
                        .uid("excluded");
    }

    private static SerializableSupplier<String> secret(SecretReference reference) {
        return reference == null ? () -> "" : reference::resolve;
    }
}

package io.dexklines.job;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.config.RelaySettings;
import io.dexklines.job.config.SecretReference;
import io.dexklines.job.excluded.ExcludedTradeSink;
import io.dexklines.job.mysql.MySqlOutlet;
import io.dexklines.job.mysql.MySqlTarget;
import io.dexklines.job.mysql.RefusedKline;
import io.dexklines.job.mysql.RefusedKlineSink;
import io.dexklines.job.redis.RedisOutlet;
import io.dexklines.job.relay.RelayOutlet;
import io.dexklines.job.relay.RelayTarget;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * All ways out of the job.
 *
 * @param mysql the table of all klines, and the topic of those that it refused
 * @param redis the cache of the newest klines
 * @param relay the push to browsers
 * @param excluded every trade that is not counted
 */
public record Outlets(
        Outlet<KlineUpdates> mysql,
        Outlet<KlineUpdates> redis,
        Outlet<KlineUpdates> relay,
        Outlet<ExcludedTrade> excluded) {

    /** The outlets of production; a destination without settings gets nothing. */
    static Outlets production(KlineJobSettings settings) {
        return new Outlets(
                settings.mysql().map(mysql -> mysql(settings.kafka(), mysql)).orElse(Outlet.none()),
                settings.redis().map(Outlets::redis).orElse(Outlet.none()),
                settings.relay().map(Outlets::relay).orElse(Outlet.none()),
                excluded(settings.kafka(), settings.ingest().excludedTopic()));
    }

    private static Outlet<KlineUpdates> mysql(KafkaSettings kafka, MySqlSettings settings) {
        MySqlTarget target =
                new MySqlTarget(
                        settings.url(),
                        settings.username(),
                        secret(settings.password()),
                        settings.batchRows(),
                        settings.batchInterval(),
                        settings.liveInterval(),
                        settings.retryBudget());
        return updates -> {
            DataStream<RefusedKline> refused = MySqlOutlet.attach(updates, target);
            refused.sinkTo(RefusedKlineSink.of(kafka, settings.refusedTopic()))
                    .name("Refused klines")
                    .uid("refused")
                    // few, if any: they need no exchange between subtasks
                    .setParallelism(refused.getParallelism());
        };
    }

    private static Outlet<KlineUpdates> redis(RedisSettings settings) {
        RedisConnectionSettings connection = settings.connection();
        return updates -> RedisOutlet.attach(updates, connection);
    }

    private static Outlet<KlineUpdates> relay(RelaySettings settings) {
        RelayTarget target = RelayTarget.of(settings.urls(), secret(settings.token()));
        return updates -> RelayOutlet.attach(updates, target);
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

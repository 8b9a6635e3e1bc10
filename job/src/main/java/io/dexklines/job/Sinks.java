package io.dexklines.job;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.check.CheckedStore;
import io.dexklines.job.sink.check.KlineCheckSink;
import io.dexklines.job.sink.kafka.AlertsSink;
import io.dexklines.job.sink.kafka.ExcludedTradesSink;
import io.dexklines.job.sink.mysql.MySqlKlineReader;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.mysql.StoredKlines;
import io.dexklines.job.sink.redis.RedisCacheSink;
import io.dexklines.job.sink.redis.RedisKlineReader;
import io.dexklines.job.sink.redis.RedisUpdatesSink;
import io.dexklines.job.sink.relay.RelayKlineReader;
import io.dexklines.job.sink.relay.RelaySink;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The sinks of the job.
 *
 * @param mysql klines and hits to MySQL, and what MySQL refuses to topics
 * @param redis the newest klines to Redis, and what Redis refuses to a topic
 * @param relay klines and smart-money events to the WebSocket relays
 * @param check samples of klines compared with MySQL, Redis and the relays
 * @param excluded every trade that is not counted to a topic
 * @param alerts notifications and clusters to topics
 */
public record Sinks(
        JobSink mysql,
        JobSink redis,
        JobSink relay,
        JobSink check,
        JobSink excluded,
        JobSink alerts) {

    /** Returns the production sinks. A destination without settings gets nothing. */
    public static Sinks production(KlineJobSettings settings, Clock clock) {
        KafkaSettings kafka = settings.kafka();
        return new Sinks(
                settings.mysql()
                        .<JobSink>map(mysql -> new MySqlSink(mysql, kafka))
                        .orElse(JobSink.none()),
                settings.redis().map(redis -> redis(redis, settings, clock)).orElse(JobSink.none()),
                settings.relay()
                        .<JobSink>map(relay -> new RelaySink(relay, clock))
                        .orElse(JobSink.none()),
                check(settings),
                new ExcludedTradesSink(kafka, settings.ingest().excludedTopic()),
                settings.smartMoney()
                        .<JobSink>map(topics -> new AlertsSink(kafka, topics))
                        .orElse(JobSink.none()));
    }

    /** Returns the sink of the cache, and that of updates if they are published. */
    private static JobSink redis(RedisSettings redis, KlineJobSettings settings, Clock clock) {
        JobSink cache = new RedisCacheSink(redis, history(settings), settings.kafka());
        if (redis.compatibility().updatesChannel() == null) {
            return cache;
        }
        JobSink updates = new RedisUpdatesSink(redis, settings.klines().liveInterval(), clock);
        return results -> {
            cache.attach(results);
            updates.attach(results);
        };
    }

    /** Returns what Redis is filled from; null if nothing. */
    private static KlineHistory.Opener history(KlineJobSettings settings) {
        return settings.mysql()
                .<KlineHistory.Opener>map(mysql -> () -> StoredKlines.open(mysql))
                .orElse(null);
    }

    private static JobSink check(KlineJobSettings settings) {
        List<CheckedStore> stores = new ArrayList<>();
        for (MySqlKlineReader.Server server :
                settings.mysql().map(MySqlKlineReader::servers).orElse(List.of())) {
            stores.add(new CheckedStore("mysql", "MySQL at " + server.url(), server));
        }
        settings.redis()
                .map(
                        redis ->
                                new CheckedStore(
                                        "redis",
                                        "Redis",
                                        RedisKlineReader.of(
                                                redis.connection(),
                                                redis.keyPrefix(),
                                                redis.compatibility())))
                .ifPresent(stores::add);
        String relayCaFile = settings.check().map(CheckSettings::relayCaFile).orElse(null);
        for (String url : settings.check().map(CheckSettings::relayUrls).orElse(List.of())) {
            stores.add(
                    new CheckedStore(
                            "relay", "The relay at " + url, RelayKlineReader.of(url, relayCaFile)));
        }
        return stores.isEmpty()
                ? JobSink.none()
                : settings.check()
                        .<JobSink>map(check -> new KlineCheckSink(check, stores))
                        .orElse(JobSink.none());
    }

    void attach(Results results) {
        mysql.attach(results);
        redis.attach(results);
        relay.attach(results);
        check.attach(results);
        excluded.attach(results);
        alerts.attach(results);
    }
}

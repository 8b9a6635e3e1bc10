package io.dexklines.job;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.kafka.AlertsSink;
import io.dexklines.job.sink.kafka.ExcludedTradesSink;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.redis.RedisCacheSink;
import io.dexklines.job.sink.relay.RelaySink;
import java.time.Clock;

/**
 * The sinks of the job.
 *
 * @param mysql klines and hits to MySQL, and what MySQL refuses to topics
 * @param redis the newest klines to Redis
 * @param relay klines and smart-money events to the WebSocket relays
 * @param excluded every trade that is not counted to a topic
 * @param alerts notifications and clusters to topics
 */
public record Sinks(JobSink mysql, JobSink redis, JobSink relay, JobSink excluded, JobSink alerts) {

    /** Returns the production sinks. A destination without settings gets nothing. */
    public static Sinks production(KlineJobSettings settings, Clock clock) {
        KafkaSettings kafka = settings.kafka();
        return new Sinks(
                settings.mysql()
                        .<JobSink>map(mysql -> new MySqlSink(mysql, kafka))
                        .orElse(JobSink.none()),
                settings.redis()
                        .<JobSink>map(redis -> new RedisCacheSink(redis.connection()))
                        .orElse(JobSink.none()),
                settings.relay()
                        .<JobSink>map(relay -> new RelaySink(relay, clock))
                        .orElse(JobSink.none()),
                new ExcludedTradesSink(kafka, settings.ingest().excludedTopic()),
                settings.smartMoney()
                        .<JobSink>map(topics -> new AlertsSink(kafka, topics))
                        .orElse(JobSink.none()));
    }

    void attach(Results results) {
        mysql.attach(results);
        redis.attach(results);
        relay.attach(results);
        excluded.attach(results);
        alerts.attach(results);
    }
}

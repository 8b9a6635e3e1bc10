package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.DataLossWatch;
import io.dexklines.connector.redis.FailedCommandPolicy;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import java.time.Duration;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Writes klines to Redis, which holds the newest ones of each pair and interval.
 *
 * <p>Klines are written at least once. Every write is guarded by the number of trades, so an older
 * version never replaces a newer one. An outage blocks the job and loses nothing. If Redis loses
 * its data, the job sends the open and the last two closed klines of every pair and interval again
 * within seconds, provided that they changed since the job was last started. All others return as
 * their pairs trade, or with {@code io.dexklines.job.rebuild.RedisRebuild}.
 */
public final class RedisCacheSink implements JobSink {

    /** Parts of the savepoint: never rename. */
    private static final String UID = "redis";

    private static final String RECENT_UID = "redis-recent";

    /**
     * The prefix of a key that is missing only if Redis has lost its data; the number of the
     * subtask follows. It begins like the keys of klines, since a user may have access to those
     * keys only.
     */
    private static final String MARKER_KEY = "kline:present-";

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /** The most pairs and intervals whose recent klines a subtask keeps, about 100 MB. */
    private static final int SERIES_REMEMBERED = 100_000;

    private final RedisConnectionSettings connection;

    /**
     * @param connection the connection to Redis
     */
    public RedisCacheSink(RedisConnectionSettings connection) {
        this.connection = connection;
    }

    @Override
    public void attach(Results results) {
        DataStream<KlineUpdates> updates = results.klines();
        RedisConnectionSettings target = connection;
        RedisScript script = RedisScript.of(KlineRedisScript.text());
        RecentKlines.Watcher watcher =
                (subtask, onLoss) ->
                        DataLossWatch.start(target, MARKER_KEY + subtask, WATCH_INTERVAL, onLoss);
        updates.transform(
                        "Recent klines",
                        updates.getType(),
                        new RecentKlines(watcher, SERIES_REMEMBERED, WATCH_INTERVAL.toMillis()))
                .uid(RECENT_UID)
                .name("Recent klines")
                .setParallelism(updates.getParallelism())
                .sinkTo(
                        RedisSink.<KlineUpdates>builder()
                                .connection(connection)
                                .converter(
                                        (klines, context) ->
                                                KlineRedisScript.calls(klines).stream()
                                                        .map(call -> call.command(script))
                                                        .toList())
                                .onFailedCommand(FailedCommandPolicy.FAIL)
                                .build())
                .uid(UID)
                .name("Redis")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(updates.getParallelism());
    }
}

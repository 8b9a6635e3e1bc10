package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.DataLossWatch;
import io.dexklines.connector.redis.FailedCommandPolicy;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommandConverter;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.connector.redis.RedisSink;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.Results;
import io.dexklines.kline.KlineUpdates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Klines to Redis, where the newest of each pair and interval are read from.
 *
 * <p>Guarantees: at least once, and as every write is guarded by the number of trades, a kline is
 * never replaced by an older version of itself. An outage holds the job up and loses nothing. When
 * Redis itself has lost its data, the open and the last two closed klines of every pair and
 * interval are sent again within seconds, as far as they came since the job was last started; all
 * others come back as their pairs trade, or with {@link io.dexklines.job.rebuild.RedisRebuild}.
 */
public final class RedisCacheSink implements JobSink {

    /** Parts of the savepoint: never rename. */
    private static final String UID = "redis";

    private static final String RECENT_UID = "redis-recent";

    /**
     * The subtask's number behind it: a key that only a Redis without its data does not have. It
     * begins as the klines' keys do, for users who may touch no other, and is none of them.
     */
    private static final String MARKER_KEY = "kline:present-";

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /** Pairs and intervals of which a subtask keeps the recent klines: some 100 MB at most. */
    private static final int SERIES_REMEMBERED = 100_000;

    private final RedisConnectionSettings connection;

    /**
     * @param connection how Redis is reached
     */
    public RedisCacheSink(RedisConnectionSettings connection) {
        this.connection = connection;
    }

    @Override
    public void attach(Results results) {
        DataStream<KlineUpdates> updates = results.klines();
        RedisConnectionSettings target = connection;
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
                                .converter(new PutKlines(RedisScript.of(KlineRedisScript.text())))
                                .onFailedCommand(FailedCommandPolicy.FAIL)
                                .build())
                .uid(UID)
                .name("Redis")
                // the updates of a pair stay on one subtask, and in their order
                .setParallelism(updates.getParallelism());
    }

    /** A call of the script for every kline. */
    private static final class PutKlines implements RedisCommandConverter<KlineUpdates> {

        private static final long serialVersionUID = 1L;

        private final RedisScript script;

        PutKlines(RedisScript script) {
            this.script = script;
        }

        @Override
        public List<RedisCommand> convert(KlineUpdates updates, SinkWriter.Context context) {
            List<RedisCommand> commands = new ArrayList<>(updates.klines().size());
            for (KlineRedisScript.Call call : KlineRedisScript.calls(updates)) {
                commands.add(call.command(script));
            }
            return commands;
        }
    }
}

package io.dexklines.job.sink.redis;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.Results;
import io.dexklines.job.sink.kafka.RefusedTopic;
import io.dexklines.job.sink.store.StoreSettings;
import io.dexklines.kline.KlineUpdates;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Writes klines to Redis, which holds the newest ones of each pair and interval.
 *
 * <p>Klines are written at least once. Every write is guarded by the number of trades, so an older
 * version never replaces a newer one. During an outage, klines wait in the state of the job, which
 * goes on. If Redis lost data or klines were let go, they return by themselves: the recent ones
 * from the job, and everything else from MySQL.
 */
public final class RedisCacheSink implements JobSink {

    /** Parts of the savepoint: never rename. */
    private static final String UID = "redis";

    private static final String REFUSED_UID = "redis-refused";

    /**
     * The beginning of the keys by which the job notices that Redis lost data; the number of the
     * subtask follows. It begins like the keys of klines, since a user may have access to those
     * keys only.
     */
    static final String MARKER_KEY = "kline:present-";

    private static final int BATCH_ROWS = 2_000;
    private static final long BATCH_INTERVAL_MS = 100;

    private final RedisSettings settings;
    private final KlineHistory.Opener history;
    private final KafkaSettings kafka;

    /**
     * @param history opens MySQL, to fill Redis from; null for none
     * @param kafka the connection to the brokers of the topic of refused klines
     */
    public RedisCacheSink(
            RedisSettings settings, KlineHistory.Opener history, KafkaSettings kafka) {
        this.settings = settings;
        this.history = history;
        this.kafka = kafka;
    }

    @Override
    public void attach(Results results) {
        DataStream<byte[]> refused =
                attachKlines(
                        results.klines(),
                        kafka.transactionalIdPrefix(),
                        settings.connection(),
                        settings.keyPrefix(),
                        settings.compatibility(),
                        history,
                        settings.waitingRows(),
                        settings.memoryBytes());
        RefusedTopic.attach(
                refused,
                kafka,
                settings.refusedTopic(),
                "Klines refused by Redis",
                REFUSED_UID,
                // refusals are rare, so they need no exchange between subtasks
                refused.getParallelism());
    }

    /**
     * Writes klines, with every option for readers of the Go consumers off.
     *
     * @param updates partitioned by pair as by {@code keyBy}
     * @param job the name of the job, unique among the jobs that write to the same Redis
     * @param keyPrefix the text in front of all keys; may be empty
     * @param history opens MySQL, to fill Redis from; null for none
     * @param waitingRows the most klines that wait, over all subtasks
     * @param memoryBytes the most heap that a subtask uses: one half for klines that wait, the
     *     other for klines to send again if Redis loses data
     * @return the refused klines as JSON
     */
    public static SingleOutputStreamOperator<byte[]> attachKlines(
            DataStream<KlineUpdates> updates,
            String job,
            RedisConnectionSettings redis,
            String keyPrefix,
            KlineHistory.Opener history,
            int waitingRows,
            int memoryBytes) {
        return attachKlines(
                updates,
                job,
                redis,
                keyPrefix,
                RedisCompatibility.OFF,
                history,
                waitingRows,
                memoryBytes);
    }

    private static SingleOutputStreamOperator<byte[]> attachKlines(
            DataStream<KlineUpdates> updates,
            String job,
            RedisConnectionSettings redis,
            String keyPrefix,
            RedisCompatibility compatibility,
            KlineHistory.Opener history,
            int waitingRows,
            int memoryBytes) {
        return DataStreamUtils.reinterpretAsKeyedStream(
                        updates, KlineUpdates::pair, CodecTypeInfo.PAIR)
                .transform(
                        "Redis",
                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
                        new RedisKlineOperator(
                                redis,
                                keyPrefix,
                                compatibility,
                                history,
                                memoryBytes / 2,
                                new StoreSettings(
                                        job,
                                        BATCH_ROWS,
                                        BATCH_INTERVAL_MS,
                                        0,
                                        waitingRows,
                                        StoreSettings.rowsIn(memoryBytes / 2))))
                .uid(UID)
                .name("Redis")
                // the rows of a key stay where the key is
                .setParallelism(updates.getParallelism())
                // a separate thread, so that the rest of the job does not share its time
                .startNewChain();
    }
}

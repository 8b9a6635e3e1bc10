package io.dexklines.job.sink.redis;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.connector.redis.MarkedRedis;
import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisShard;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.Json;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.RefusedKline;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.job.sink.store.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes batches of klines to Redis, and notices if Redis loses what it has acknowledged. */
final class RedisKlineWriter implements StoreWriter<PairKline> {

    private static final Logger LOG = LoggerFactory.getLogger(RedisKlineWriter.class);

    /** The name of the store in metrics and in the topic of refused rows. */
    static final String STORE = "redis";

    private final MarkedRedis redis;
    private final String keyPrefix;
    private final RedisCompatibility compatibility;
    private final RedisScript script;

    /** Commands of an earlier version of the job, which the first batch sends. */
    private volatile List<RedisCommand> former;

    private volatile long retries;
    private volatile boolean down;
    private volatile long downSinceNanos;
    private volatile boolean closed;
    private volatile boolean accepted;
    private volatile boolean full;

    RedisKlineWriter(MarkedRedis redis, String keyPrefix, List<RedisCommand> former) {
        this(redis, keyPrefix, RedisCompatibility.OFF, former);
    }

    /**
     * @param keyPrefix the text in front of all keys; may be empty
     * @param former commands to send before the first batch
     */
    RedisKlineWriter(
            MarkedRedis redis,
            String keyPrefix,
            RedisCompatibility compatibility,
            List<RedisCommand> former) {
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.compatibility = compatibility;
        this.script = RedisScript.of(KlineRedisScript.text());
        this.former = former;
    }

    /** Returns whether the commands of an earlier version are still to be sent. */
    boolean hasFormer() {
        return !former.isEmpty();
    }

    @Override
    public Written<PairKline> write(List<PairKline> rows, long completeUpdates)
            throws InterruptedException {
        if (closed) {
            throw new InterruptedException("the writer was aborted");
        }
        List<RedisShard> lost = new ArrayList<>();
        if (hasFormer()) {
            lost.addAll(writeFormer());
        }
        if (rows.isEmpty()) {
            MarkedRedis.Check check = redis.check();
            note(check.failures());
            lost.addAll(check.lost());
            return new Written<>(List.of(), List.of(), List.of(), losses(lost));
        }
        List<RedisCommand> commands = new ArrayList<>(rows.size());
        for (PairKline row : rows) {
            commands.add(
                    KlineRedisScript.call(compatibility, row.pair(), row.kline())
                            .command(script, keyPrefix));
        }
        MarkedRedis.Written written = redis.write(commands);
        note(written.failures());
        noteFull(written.failures());
        lost.addAll(written.lost());
        return outcome(rows, written.failures(), lost);
    }

    private List<RedisShard> writeFormer() {
        MarkedRedis.Written written = redis.write(former);
        if (isAllDone(written.failures())) {
            former = List.of();
        }
        return written.lost();
    }

    private static boolean isAllDone(List<RedisFailure> failures) {
        // what Redis refuses was written by a version that would have failed on it
        return failures.stream()
                .allMatch(
                        failure ->
                                failure == null
                                        || failure.kind() == RedisFailure.Kind.COMMAND_REFUSED);
    }

    private Written<PairKline> outcome(
            List<PairKline> rows, List<RedisFailure> failures, List<RedisShard> lost) {
        List<Written.Refusal<PairKline>> refused = new ArrayList<>();
        List<PairKline> again = new ArrayList<>();
        List<PairKline> letGo = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            RedisFailure failure = failures.get(i);
            if (failure != null) {
                PairKline row = rows.get(i);
                switch (failure.kind()) {
                    case COMMAND_REFUSED -> refused.add(refusal(row, failure.message()));
                    case OUT_OF_MEMORY -> letGo.add(row);
                    default -> again.add(row);
                }
            }
        }
        return new Written<>(refused, again, letGo, losses(lost));
    }

    private Written.Refusal<PairKline> refusal(PairKline row, String reason) {
        ObjectNode json =
                Json.object().put("store", STORE).put("table", "kline").put("reason", reason);
        RefusedKline.add(json, row);
        return new Written.Refusal<>(row, key(row) + ": " + reason, Json.bytes(json));
    }

    private List<Written.Loss<PairKline>> losses(List<RedisShard> lost) {
        return lost.stream()
                .map(
                        shard ->
                                new Written.Loss<PairKline>(
                                        shard + " has an older state than it acknowledged",
                                        row -> shard.holds(key(row))))
                .toList();
    }

    private String key(PairKline row) {
        return keyPrefix + KlineRedisScript.key(compatibility, row.pair(), row.kline().interval());
    }

    /** Notes whether Redis has memory for everything in a batch. It is not down if it has none. */
    private void noteFull(List<RedisFailure> failures) {
        RedisFailure noMemory = null;
        boolean anyWritten = false;
        for (RedisFailure failure : failures) {
            if (failure == null) {
                anyWritten = true;
            } else if (failure.kind() == RedisFailure.Kind.OUT_OF_MEMORY) {
                noMemory = failure;
            }
        }
        if (noMemory != null && !full) {
            LOG.warn("{} is full, so that klines are let go: {}", redis, noMemory.message());
            full = true;
        } else if (noMemory == null && anyWritten && full) {
            LOG.info("{} has memory for new klines again", redis);
            full = false;
        }
    }

    /** Returns whether Redis had no memory for klines of the last batch. Thread-safe. */
    boolean isFull() {
        return full;
    }

    /** Returns whether Redis has answered since the writer was created. Thread-safe. */
    boolean hasAccepted() {
        return accepted;
    }

    /** Redis is down while any of its shards carries out nothing. */
    private void note(List<RedisFailure> failures) {
        RedisFailure first = null;
        for (RedisFailure failure : failures) {
            if (failure != null
                    && failure.kind() != RedisFailure.Kind.COMMAND_REFUSED
                    && failure.kind() != RedisFailure.Kind.OUT_OF_MEMORY) {
                first = failure;
                break;
            }
        }
        accepted |= first == null;
        if (first != null) {
            retries++;
            if (!down) {
                downSinceNanos = System.nanoTime();
                down = true;
                LOG.warn("{} does not accept klines: {}", redis, first.message());
            }
        } else if (down) {
            LOG.info("{} accepts klines again after {} s", redis, downSeconds());
            down = false;
        }
    }

    @Override
    public long remembered() {
        return redis.progress();
    }

    @Override
    public long downSeconds() {
        return down ? Duration.ofNanos(System.nanoTime() - downSinceNanos).toSeconds() : 0;
    }

    @Override
    public long retries() {
        return retries;
    }

    @Override
    public void abort() {
        closed = true;
        redis.close();
    }

    @Override
    public void close() {
        abort();
    }
}

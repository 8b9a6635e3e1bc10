package io.dexklines.connector.redis;

import static org.apache.flink.util.Preconditions.checkArgument;

import io.dexklines.connector.redis.connection.EncodedCommand;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that Redis has lost its data, so that the application can write the data again. Redis
 * loses its data when it is flushed, when it restarts empty, or when another server replaces it.
 *
 * <p>The watch looks for a key at a fixed interval, on a separate thread. If the key is missing,
 * the watch reports a loss and sets the key. Therefore the first check of a server also reports a
 * loss.
 *
 * <p>The watch does not detect that an eviction or a failover lost other keys. If they lose the
 * watched key itself, the watch reports a loss. In a cluster, it watches only the node that holds
 * the key. Each watch needs a key of its own. A server that does not answer is not a loss.
 */
public final class DataLossWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataLossWatch.class);

    private static final String KEY_EXISTS = "KEY_EXISTS";

    /** Replies with an error if the key exists, because a link returns errors and no values. */
    private static final RedisScript SET_IF_MISSING =
            RedisScript.of(
                    "if not redis.call('SET', KEYS[1], '1', 'NX') then return redis.error_reply('"
                            + KEY_EXISTS
                            + "') end return 1");

    private final RedisCommands redis;
    private final EncodedCommand setIfMissing;
    private final Runnable onLoss;
    private final ScheduledExecutorService thread = RedisSink.timer("redis-data-loss-watch");
    private boolean warned;

    private DataLossWatch(RedisCommands redis, String key, Runnable onLoss) {
        this.redis = redis;
        this.setIfMissing = RedisCommand.call(SET_IF_MISSING).key(key).build().encode(true);
        this.onLoss = onLoss;
    }

    /**
     * Starts a watch. The first check runs at once.
     *
     * @param settings how to connect to Redis
     * @param key a key that nothing else uses; it remains in Redis when the watch is closed
     * @param interval the time between two checks, at least 1 ms
     * @param onLoss called on the watch's thread after each check that found the key missing
     * @throws IOException if a secret cannot be read
     */
    public static DataLossWatch start(
            RedisConnectionSettings settings, String key, Duration interval, Runnable onLoss)
            throws IOException {
        checkArgument(interval.toMillis() > 0, "interval must be at least 1 ms, is %s", interval);
        DataLossWatch watch = new DataLossWatch(RedisCommands.to(settings), key, onLoss);
        watch.thread.scheduleWithFixedDelay(
                watch::check, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void check() {
        try {
            RedisFailure failure = redis.exchange(setIfMissing);
            if (failure == null) {
                warned = false;
                onLoss.run();
            } else if (failure.message() != null && failure.message().contains(KEY_EXISTS)) {
                warned = false;
            } else {
                warnOnce(failure.message(), failure.cause());
            }
        } catch (RuntimeException e) {
            warnOnce(String.valueOf(e.getMessage()), e);
        }
    }

    /** Logs the first failure as a warning, and further ones at debug level until a success. */
    private void warnOnce(String message, Throwable cause) {
        if (warned) {
            LOG.debug("{} still cannot be watched for a loss of data: {}", redis, message, cause);
        } else {
            LOG.warn("{} cannot be watched for a loss of data: {}", redis, message);
        }
        warned = true;
    }

    /** Stops the watch. Never throws. */
    @Override
    public void close() {
        thread.shutdownNow();
        redis.close();
    }
}

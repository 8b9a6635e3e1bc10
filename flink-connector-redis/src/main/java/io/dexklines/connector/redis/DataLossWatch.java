package io.dexklines.connector.redis;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisFailure;
import io.dexklines.connector.redis.connection.RedisFrame;
import io.dexklines.connector.redis.connection.RedisLink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Redis has lost its data, so that who wrote it can write it again: it was flushed, or
 * came back empty, or another server took its place.
 *
 * <p>A key that a server without its data does not have tells so. It is set with every look at
 * which it was missing, so the first look at a server counts as a loss, too. What an eviction or a
 * failover takes beside the key goes unnoticed; if it takes the key, that counts as a loss. In a
 * cluster, only the node that holds the key is watched. Each watch needs a key of its own.
 *
 * <p>It looks from a thread of its own, and takes no notice of a server that does not answer.
 */
public final class DataLossWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataLossWatch.class);

    private static final String THERE = "THERE";

    /** An error is the one answer that a link hands on. */
    private static final String SCRIPT =
            "if not redis.call('SET', KEYS[1], '1', 'NX') then return redis.error_reply('"
                    + THERE
                    + "') end return 1";

    private final String server;
    private final RedisFrame look;
    private final Runnable onLoss;
    private final RedisLink link;
    private final ScheduledThreadPoolExecutor threads;
    private boolean complained;

    private DataLossWatch(
            String server,
            RedisFrame look,
            Runnable onLoss,
            RedisLink link,
            ScheduledThreadPoolExecutor threads) {
        this.server = server;
        this.look = look;
        this.onLoss = onLoss;
        this.link = link;
        this.threads = threads;
    }

    /**
     * Begins to watch.
     *
     * @param settings where Redis is
     * @param key of nobody else; it stays when the watch ends
     * @param interval between two looks, at least a millisecond
     * @param onLoss called by the watch's thread at each look at which the key was missing
     * @throws IOException when a secret is not where it should be
     */
    public static DataLossWatch start(
            RedisConnectionSettings settings, String key, Duration interval, Runnable onLoss)
            throws IOException {
        byte[] keyBytes = utf8(key);
        RedisFrame look =
                new RedisFrame(
                        utf8("EVAL"), keyBytes, new byte[][] {utf8(SCRIPT), utf8("1"), keyBytes});
        // one looks, the other ends looks that take too long
        ScheduledThreadPoolExecutor threads =
                new ScheduledThreadPoolExecutor(2, RedisSink.threads("redis-data-loss-watch"));
        threads.setRemoveOnCancelPolicy(true);
        try {
            RedisLink link = RedisLink.open(settings, 1, threads);
            DataLossWatch watch =
                    new DataLossWatch(settings.toString(), look, onLoss, link, threads);
            threads.scheduleWithFixedDelay(
                    watch::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
            return watch;
        } catch (IOException | RuntimeException e) {
            threads.shutdownNow();
            throw e;
        }
    }

    private void look() {
        try {
            RedisFailure failure = link.exchange(List.of(look))[0];
            if (failure == null) {
                complained = false;
                onLoss.run();
            } else if (failure.message() != null && failure.message().contains(THERE)) {
                complained = false;
            } else {
                complain(failure.message(), failure.cause());
            }
        } catch (RuntimeException e) {
            complain(String.valueOf(e.getMessage()), e);
        }
    }

    /** One warning for as long as it lasts: the looks that follow say nothing new. */
    private void complain(String message, Throwable cause) {
        if (complained) {
            LOG.debug("Redis at {} still cannot be watched: {}", server, message, cause);
        } else {
            LOG.warn("Redis at {} cannot be watched for a loss of data: {}", server, message);
        }
        complained = true;
    }

    /** Ends the watch. Never throws. */
    @Override
    public void close() {
        threads.shutdownNow();
        link.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

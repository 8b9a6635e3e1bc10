package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.RedisSinkException;
import io.dexklines.job.compatibility.KlineUpdateMessage;
import io.dexklines.job.compatibility.PendingUpdates;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.Backoff;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes updates on a thread and a connection of its own. The task thread never waits for it,
 * and whatever Redis does not take is lost and counted.
 */
final class RedisUpdatesWriter implements SinkWriter<KlineUpdates> {

    private static final Logger LOG = LoggerFactory.getLogger(RedisUpdatesWriter.class);

    /** The most klines that wait, about 6 MB of the heap of a subtask. */
    private static final int MAX_WAITING = 20_000;

    /** The most klines of which the published version is remembered, about 6 MB. */
    private static final int MAX_REMEMBERED = 50_000;

    /** The updates of one pipeline. */
    private static final int BATCH = 1_000;

    /** How often the thread looks for updates that are due. */
    private static final long POLL_MS = 50;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final RedisCommands redis;
    private final RedisCompatibility compatibility;
    private final Clock clock;
    private final PendingUpdates pending;
    private final Thread thread;
    private final LongAdder published = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile boolean closed;

    /**
     * Starts the thread.
     *
     * @param compatibility with a channel
     * @param interval the shortest time between two updates of a kline
     * @param clock dates the updates
     * @param name the name of the thread
     */
    RedisUpdatesWriter(
            RedisCommands redis,
            RedisCompatibility compatibility,
            Duration interval,
            Clock clock,
            String name) {
        this.redis = redis;
        this.compatibility = compatibility;
        this.clock = clock;
        this.pending = new PendingUpdates(interval.toMillis(), MAX_WAITING, MAX_REMEMBERED);
        this.thread = new Thread(this::publishUntilClosed, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void write(KlineUpdates updates, Context context) {
        synchronized (pending) {
            for (Kline kline : updates.klines()) {
                dropped.add(pending.offer(updates.pair(), kline));
            }
        }
    }

    /** Does nothing: no checkpoint waits for updates, and none contains any. */
    @Override
    public void flush(boolean endOfInput) {}

    /** Returns the number of updates that Redis has taken. Thread-safe. */
    long published() {
        return published.sum();
    }

    /** Returns the number of updates that were lost. Thread-safe. */
    long dropped() {
        return dropped.sum();
    }

    private void publishUntilClosed() {
        Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom());
        boolean failing = false;
        try {
            while (!closed) {
                List<PendingUpdates.Update> due;
                synchronized (pending) {
                    due = pending.takeDue(System.nanoTime() / 1_000_000, BATCH);
                }
                if (due.isEmpty()) {
                    Thread.sleep(POLL_MS);
                    continue;
                }
                try {
                    redis.send(commands(due));
                    published.add(due.size());
                    backoff.reset();
                    if (failing) {
                        LOG.info("{} takes updates of klines again", redis);
                    }
                    failing = false;
                } catch (RedisSinkException e) {
                    dropped.add(due.size());
                    if (!failing && !closed) {
                        LOG.warn("{} does not take updates of klines", redis, e);
                    }
                    failing = true;
                    Thread.sleep(backoff.nextMs());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("publishing updates has ended", e);
        }
    }

    private List<RedisCommand> commands(List<PendingUpdates.Update> updates) {
        List<RedisCommand> commands = new ArrayList<>(updates.size());
        for (PendingUpdates.Update update : updates) {
            commands.add(
                    RedisCommand.of("PUBLISH")
                            // of a cluster, all updates go to one node, which passes them on
                            .key(compatibility.updatesChannel())
                            .arg(
                                    KlineUpdateMessage.of(
                                            update.pair(),
                                            compatibility.address(update.pair()),
                                            update.kline(),
                                            clock.millis()))
                            .build());
        }
        return commands;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        redis.close();
    }
}

package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills Redis from MySQL on a thread of its own, with connections of its own, so that the klines
 * that the job computes meanwhile do not wait. It waits until MySQL has everything that may be
 * missing in Redis. If a fill fails, for example because Redis is full, it is continued later.
 */
final class BackgroundFill implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundFill.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    private final KlineHistory.Opener history;
    private final RedisConnectionSettings redis;
    private final String keyPrefix;
    private final RedisCompatibility compatibility;
    private final Predicate<Pair> ownPairs;
    private final String job;
    private final int subtask;
    private final String run;
    private final ExecutorService thread;

    /**
     * @param history opens MySQL
     * @param keyPrefix the text in front of all keys; may be empty
     * @param ownPairs the pairs of this subtask; each subtask fills its own
     * @param job the name of the job
     * @param subtask the number of the subtask, which its writer of MySQL shares
     * @param run the run of the job
     */
    BackgroundFill(
            KlineHistory.Opener history,
            RedisConnectionSettings redis,
            String keyPrefix,
            RedisCompatibility compatibility,
            Predicate<Pair> ownPairs,
            String job,
            int subtask,
            String run) {
        this.history = history;
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.compatibility = compatibility;
        this.ownPairs = ownPairs;
        this.job = job;
        this.subtask = subtask;
        this.run = run;
        this.thread =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread created = new Thread(task, "redis-fill-" + subtask);
                            created.setDaemon(true);
                            return created;
                        });
    }

    /**
     * Starts a fill.
     *
     * @return the number of klines sent, when all are in Redis; never fails, but may never complete
     */
    CompletableFuture<Long> start(PairsToFill.Fill fill) {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        thread.execute(
                () -> {
                    try {
                        sent.complete(untilItSucceeds(fill));
                    } catch (InterruptedException | CancellationException e) {
                        LOG.debug("the fill was stopped", e);
                    }
                });
        return sent;
    }

    private long untilItSucceeds(PairsToFill.Fill fill) throws InterruptedException {
        Backoff backoff = new Backoff(FIRST_WAIT, LONGEST_WAIT, new SplittableRandom());
        Position position = new Position();
        while (true) {
            try (KlineHistory stored = history.open();
                    RedisCommands commands = RedisCommands.to(redis)) {
                if (stored.isComplete(job, subtask, run, fill.updates())) {
                    new CacheFill(stored, commands, keyPrefix, compatibility, false)
                            .fill(
                                    pairs(fill, stored, position.last),
                                    pair -> ownPairs.test(pair) && fill.mayConcern(pair),
                                    fill::concerns,
                                    fill.heldAtMs(),
                                    position);
                    return position.klines();
                }
                LOG.debug("MySQL does not have all klines yet that Redis may lack");
            } catch (SQLException | IOException e) {
                LOG.warn("filling Redis failed and is continued: {}", e.getMessage());
            }
            position.startAttempt();
            stopIfClosed();
            Thread.sleep(backoff.nextMs());
        }
    }

    private static CacheFill.Pairs pairs(PairsToFill.Fill fill, KlineHistory stored, Pair after) {
        if (fill.lost() != null) {
            return CacheFill.allPairs(stored, after);
        }
        // few, and so not worth being read from the database
        Iterator<Pair> pairs = fill.pairs().keySet().iterator();
        return () -> pairs.hasNext() ? pairs.next() : null;
    }

    /** How far a fill has got, over several attempts. */
    private static final class Position implements CacheFill.Progress {

        private Pair last;
        private long ofFormerAttempts;
        private long ofThisAttempt;

        @Override
        public void reached(Pair pair, long pairs, long klines) {
            last = pair;
            ofThisAttempt = klines;
            stopIfClosed();
        }

        void startAttempt() {
            ofFormerAttempts += ofThisAttempt;
            ofThisAttempt = 0;
        }

        long klines() {
            return ofFormerAttempts + ofThisAttempt;
        }
    }

    private static void stopIfClosed() {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the job is ending");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

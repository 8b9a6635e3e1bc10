package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Sends the newest klines of each pair and interval from a history to Redis, as many as Redis
 * keeps. It leaves out what would have expired in Redis. A fill can be repeated, and the job may
 * write at the same time: the script never replaces a newer version by an older one, unless it is
 * forced to.
 */
public final class CacheFill {

    /** The number of commands after which a batch is sent. A series is not divided. */
    private static final int BATCH = 1_000;

    /** The pairs that are held in memory at a time. */
    private static final int PAGE = 1_000;

    private final KlineHistory history;
    private final RedisCommands redis;
    private final Function<PairKline, KlineRedisScript.Call> calls;
    private final String keyPrefix;
    private final RedisCompatibility compatibility;
    private final RedisScript script;

    /** Called after each batch. */
    public interface Progress {

        /**
         * @param pair the pair of which all klines were sent, and of all pairs before it
         * @param pairs the number of pairs that were sent
         * @param klines the number of klines that were sent
         */
        void reached(Pair pair, long pairs, long klines);
    }

    /**
     * @param keyPrefix the text in front of all keys; may be empty
     * @param force whether to replace newer versions too; only for a rebuild by an operator
     */
    public CacheFill(
            KlineHistory history,
            RedisCommands redis,
            String keyPrefix,
            RedisCompatibility compatibility,
            boolean force) {
        this.history = history;
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.compatibility = compatibility;
        this.script = RedisScript.of(KlineRedisScript.text());
        this.calls =
                force
                        ? row -> KlineRedisScript.forcedCall(compatibility, row.pair(), row.kline())
                        : row -> KlineRedisScript.call(compatibility, row.pair(), row.kline());
    }

    /**
     * Returns all pairs of a history, one page at a time.
     *
     * @param after the pair before the first one; null for all pairs
     */
    public static Pairs allPairs(KlineHistory history, Pair after) {
        return new Pairs() {
            private Pair last = after;
            private Iterator<Pair> page = List.<Pair>of().iterator();

            @Override
            public Pair next() throws SQLException {
                if (!page.hasNext()) {
                    page = history.pairsAfter(last, PAGE).iterator();
                }
                last = page.hasNext() ? page.next() : null;
                return last;
            }
        };
    }

    /** The pairs of a fill. */
    public interface Pairs {

        /** Returns the next pair; null after the last one, and then no more calls are allowed. */
        Pair next() throws SQLException;
    }

    /**
     * Fills some pairs.
     *
     * @param pairs the pairs, those that {@code chosen} rejects included
     * @param chosen the pairs whose klines are read
     * @param klines the klines that are sent
     * @param heldAtMs leaves out the sets that had expired at this time, epoch milliseconds
     * @return the number of klines sent
     */
    public long fill(
            Pairs pairs,
            Predicate<Pair> chosen,
            Predicate<PairKline> klines,
            long heldAtMs,
            Progress progress)
            throws SQLException, IOException {
        List<RedisCommand> batch = new ArrayList<>();
        long sent = 0;
        long done = 0;
        Pair last = null;
        for (Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
            if (chosen.test(pair)) {
                sent += add(pair, klines, heldAtMs, batch);
            }
            last = pair;
            done++;
            if (batch.size() >= BATCH) {
                redis.send(batch);
                batch.clear();
                progress.reached(pair, done, sent);
            }
        }
        if (last != null) {
            redis.send(batch);
            progress.reached(last, done, sent);
        }
        return sent;
    }

    private long add(
            Pair pair, Predicate<PairKline> klines, long heldAtMs, List<RedisCommand> batch)
            throws SQLException {
        long added = 0;
        for (KlineHistory.Series series : history.series(pair)) {
            List<Kline> newest = newest(series);
            if (newest.isEmpty()
                    || !KlineRedisScript.isHeldAt(compatibility, newest.get(0), heldAtMs)) {
                continue;
            }
            for (Kline kline : newest) {
                PairKline row = new PairKline(pair, kline);
                if (klines.test(row)) {
                    batch.add(calls.apply(row).command(script, keyPrefix));
                    added++;
                }
            }
        }
        return added;
    }

    /** Returns the klines of a series that Redis keeps, the newest first. */
    private List<Kline> newest(KlineHistory.Series series) throws SQLException {
        CacheRetention retention = compatibility.retention();
        return retention.kept(
                series.interval(), history.newest(series, retention.most(series.interval())));
    }
}

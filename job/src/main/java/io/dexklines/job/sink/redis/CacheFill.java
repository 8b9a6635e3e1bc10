package io.dexklines.job.sink.redis;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Sends the newest klines of each pair and interval from a history to Redis, as many as Redis
 * keeps. A fill can be repeated, and the job may write at the same time: the script never replaces
 * a newer version by an older one, unless it is forced to.
 */
public final class CacheFill {

    /** The number of commands after which a batch is sent. A series is not divided. */
    private static final int BATCH = 1_000;

    private final KlineHistory history;
    private final RedisCommands redis;
    private final Function<PairKline, KlineRedisScript.Call> calls;
    private final String keyPrefix;
    private final RedisScript script = RedisScript.of(KlineRedisScript.text());

    /** Called after each batch. */
    public interface Progress {

        /**
         * @param series the number of pairs and intervals that were sent
         * @param ofSeries the number of all
         * @param klines the number of klines that were sent
         */
        void reached(int series, int ofSeries, long klines);
    }

    /**
     * @param keyPrefix the text in front of all keys; may be empty
     * @param force whether to replace newer versions too; only for a rebuild by an operator
     */
    public CacheFill(KlineHistory history, RedisCommands redis, String keyPrefix, boolean force) {
        this.history = history;
        this.redis = redis;
        this.keyPrefix = keyPrefix;
        this.calls =
                force
                        ? row -> KlineRedisScript.forcedCall(row.pair(), row.kline())
                        : row -> KlineRedisScript.call(row.pair(), row.kline());
    }

    /**
     * Fills some pairs.
     *
     * @param pairs the pairs whose klines are read
     * @param klines the klines that are sent
     * @return the number of klines sent
     */
    public long fill(Predicate<Pair> pairs, Predicate<PairKline> klines, Progress progress)
            throws SQLException, IOException {
        List<KlineHistory.Series> all =
                history.series().stream().filter(series -> pairs.test(series.pair())).toList();
        progress.reached(0, all.size(), 0);
        List<RedisCommand> batch = new ArrayList<>();
        long sent = 0;
        for (int i = 0; i < all.size(); i++) {
            KlineHistory.Series series = all.get(i);
            for (Kline kline : history.newest(series, KlineRedisScript.KEPT_KLINES)) {
                PairKline row = new PairKline(series.pair(), kline);
                if (klines.test(row)) {
                    batch.add(calls.apply(row).command(script, keyPrefix));
                    sent++;
                }
            }
            if (batch.size() >= BATCH || i == all.size() - 1) {
                redis.send(batch);
                batch.clear();
                progress.reached(i + 1, all.size(), sent);
            }
        }
        return sent;
    }
}

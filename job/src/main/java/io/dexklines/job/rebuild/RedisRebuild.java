package io.dexklines.job.rebuild;

import io.dexklines.connector.redis.RedisCommand;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.RedisScript;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.mysql.StoredKlines;
import io.dexklines.job.sink.redis.KlineRedisScript;
import io.dexklines.kline.Kline;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fills Redis from MySQL: of each pair and interval the newest klines, as many as Redis keeps, by
 * the script by which the job puts them.
 *
 * <p>The job may run meanwhile: the script lets no older version replace a newer one. With {@code
 * --force} it does, and then an open kline may step back to what MySQL was told of it last; another
 * rebuild without {@code --force}, or its pair's next trade, brings it forward again. What Redis
 * holds and MySQL does not stays. To repeat a rebuild, or to go on with one that was interrupted,
 * is to run it again.
 */
public final class RedisRebuild {

    private static final String FORCE = "--force";

    /** How many commands are pipelined at least, but at the end; a series goes as a whole. */
    private static final int BATCH = 1_000;

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int CALLED_WRONGLY = 2;

    private final StoredKlines mysql;
    private final RedisCommands redis;
    private final boolean force;
    private final RedisScript script = RedisScript.of(KlineRedisScript.text());

    private RedisRebuild(StoredKlines mysql, RedisCommands redis, boolean force) {
        this.mysql = mysql;
        this.redis = redis;
        this.force = force;
    }

    /**
     * Exits with 0 when all klines are in Redis, with 1 when not, with 2 when it was called
     * wrongly.
     *
     * @param args those of the job, {@code --config FILE} and {@code --key value}, and {@code
     *     --force}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        List<String> ofTheJob = new ArrayList<>(Arrays.asList(args));
        boolean force = ofTheJob.remove(FORCE);
        KlineJobSettings settings;
        try {
            settings = KlineJobSettings.load(ofTheJob.toArray(new String[0]));
            if (settings.mysql().isEmpty() || settings.redis().isEmpty()) {
                throw new IllegalArgumentException("mysql.url and redis.uri are both needed");
            }
        } catch (IllegalArgumentException e) {
            System.err.println("rebuild: " + e.getMessage());
            return CALLED_WRONGLY;
        }
        long klines;
        try (RebuildProgress progress = RebuildProgress.on(System.err, System.console() != null);
                StoredKlines mysql = StoredKlines.open(settings.mysql().get());
                RedisCommands redis = RedisCommands.to(settings.redis().get().connection())) {
            klines = new RedisRebuild(mysql, redis, force).rebuild(progress);
        } catch (SQLException e) {
            System.err.println("rebuild: MySQL: " + e.getMessage());
            return FAILED;
        } catch (IOException | RuntimeException e) {
            System.err.println("rebuild: " + e.getMessage());
            return FAILED;
        }
        System.out.println("Redis was sent " + klines + " klines of MySQL");
        return DONE;
    }

    /** Returns how many klines were sent. */
    private long rebuild(RebuildProgress progress) throws SQLException, IOException {
        List<StoredKlines.Series> all = mysql.series();
        progress.begin(all.size());
        List<RedisCommand> batch = new ArrayList<>();
        long klines = 0;
        for (int i = 0; i < all.size(); i++) {
            StoredKlines.Series series = all.get(i);
            for (Kline kline : mysql.newest(series, KlineRedisScript.KEPT_KLINES)) {
                batch.add(command(series, kline));
                klines++;
            }
            if (batch.size() >= BATCH || i == all.size() - 1) {
                redis.send(batch);
                batch.clear();
                progress.reached(i + 1, klines);
            }
        }
        return klines;
    }

    private RedisCommand command(StoredKlines.Series series, Kline kline) {
        KlineRedisScript.Call call =
                force
                        ? KlineRedisScript.forcedCall(series.pair(), kline)
                        : KlineRedisScript.call(series.pair(), kline);
        return call.command(script);
    }
}

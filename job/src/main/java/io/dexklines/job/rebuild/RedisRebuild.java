package io.dexklines.job.rebuild;

import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.RedisSettings;
import io.dexklines.job.sink.mysql.StoredKlines;
import io.dexklines.job.sink.redis.CacheFill;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A command that fills Redis from MySQL. It sends the newest klines of each pair and interval, as
 * many as Redis keeps, by the same script as the job, except for those that would have expired.
 *
 * <p>The job may run at the same time, since the script never replaces a newer version by an older
 * one. With {@code --force} it replaces every version, so an open kline may go back to the version
 * that MySQL has. Another rebuild without {@code --force}, or the next trade of the pair, corrects
 * it. Klines that only Redis has remain. An interrupted rebuild can simply be run again.
 */
public final class RedisRebuild {

    private static final String FORCE = "--force";

    private static final int DONE = 0;
    private static final int INVALID_ARGUMENTS = 2;
    private static final int FAILED = 4;

    private RedisRebuild() {}

    /**
     * Exits with 0 if all klines are in Redis, with 2 on invalid arguments, and with 4 if a server
     * cannot be reached or refuses.
     *
     * @param args the arguments of the job, {@code --config FILE} and {@code --key value}, and
     *     {@code --force}
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
            System.err.println("klines: " + e.getMessage());
            return INVALID_ARGUMENTS;
        }
        RedisSettings target = settings.redis().get();
        long klines;
        try (RebuildProgress progress =
                        RebuildProgress.ofTerminal("rebuilding Redis", "pairs", "klines");
                StoredKlines mysql = StoredKlines.open(settings.mysql().get());
                RedisCommands redis = RedisCommands.to(target.connection())) {
            long all = mysql.countPairs();
            progress.reached(0, all, 0);
            klines =
                    new CacheFill(mysql, redis, target.keyPrefix(), target.compatibility(), force)
                            .fill(
                                    CacheFill.allPairs(mysql, null),
                                    pair -> true,
                                    kline -> true,
                                    Clock.systemUTC().millis(),
                                    (pair, pairs, sent) -> progress.reached(pairs, all, sent));
        } catch (SQLException e) {
            System.err.println("klines: MySQL: " + e.getMessage());
            return FAILED;
        } catch (IOException | RuntimeException e) {
            System.err.println("klines: " + e.getMessage());
            return FAILED;
        }
        System.out.println("Redis was sent " + klines + " klines of MySQL");
        return DONE;
    }
}

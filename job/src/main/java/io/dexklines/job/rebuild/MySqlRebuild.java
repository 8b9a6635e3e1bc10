package io.dexklines.job.rebuild;

import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.config.MySqlSettings;
import io.dexklines.job.sink.mysql.MySqlCopy;
import java.sql.SQLException;
import java.util.List;

/**
 * A command that copies rows from the servers of {@code mysql.former-url} to those of {@code
 * mysql.url}: klines and labels of pairs, and trades of wallets, that have another server in the
 * new list.
 *
 * <p>The job runs at the same time and writes to both lists. The copy never replaces a newer
 * version by an older one. An interrupted copy can simply be run again.
 */
public final class MySqlRebuild {

    private static final int DONE = 0;
    private static final int INVALID_ARGUMENTS = 2;
    private static final int FAILED = 4;

    private MySqlRebuild() {}

    /**
     * Exits with 0 if all rows are on their servers, with 2 on invalid arguments, and with 4 if a
     * server cannot be reached or refuses.
     *
     * @param args the arguments of the job, {@code --config FILE} and {@code --key value}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        MySqlSettings settings;
        try {
            settings =
                    KlineJobSettings.load(args)
                            .mysql()
                            .filter(mysql -> !mysql.formerUrls().isEmpty())
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "mysql.url and mysql.former-url are both"
                                                            + " needed"));
        } catch (IllegalArgumentException e) {
            System.err.println("klines: " + e.getMessage());
            return INVALID_ARGUMENTS;
        }
        long rows = 0;
        int moved;
        try (RebuildProgress progress =
                        RebuildProgress.ofTerminal(
                                "copying to MySQL", "pairs and wallets", "rows");
                MySqlCopy copy = MySqlCopy.open(settings)) {
            List<MySqlCopy.Move> moves = copy.moves();
            moved = moves.size();
            progress.reached(0, moved, 0);
            for (int i = 0; i < moved; i++) {
                rows += copy.copy(moves.get(i));
                progress.reached(i + 1, moved, rows);
            }
        } catch (SQLException e) {
            System.err.println("klines: MySQL: " + e.getMessage().lines().findFirst().orElse(""));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            System.err.println("klines: interrupted");
            return FAILED;
        }
        System.out.println(
                "the servers of mysql.url were sent "
                        + rows
                        + " rows of "
                        + moved
                        + " pairs and wallets");
        return DONE;
    }
}

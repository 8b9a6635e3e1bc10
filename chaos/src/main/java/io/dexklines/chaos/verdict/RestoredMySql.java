package io.dexklines.chaos.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was recorded of a run in which a MySQL server went back to a backup, and the verdict on it:
 * the job must notice the loss, the verification must report exactly the rows that are lost, and a
 * replay must put all of them right.
 *
 * @param seed the seed of the input
 * @param entries the number of entries that were sent
 * @param backupAtMs when the backup was taken, in milliseconds since the start of the input
 * @param restoredAtMs when the server had the backup, in milliseconds since the start of the input
 * @param rowsBefore the rows that the server had when it was killed
 * @param rowsOfBackup the rows with which it came back
 * @param losses how often the job found that MySQL went back in time, as its metric counts them
 * @param noticedAfterMs how long after the return of the server the metric showed that
 * @param logged the lines of the job's log that report it
 * @param loss what the server lacked after the end of the input
 * @param damaged the verification at that time
 * @param replayMs how long the replay took until its first checkpoint was complete
 * @param rest what the server lacked after the replay
 * @param replayed the verification after the replay
 * @param clients what the WebSocket clients saw, also during the replay
 */
public record RestoredMySql(
        long seed,
        long entries,
        long backupAtMs,
        long restoredAtMs,
        long rowsBefore,
        long rowsOfBackup,
        long losses,
        long noticedAfterMs,
        List<String> logged,
        MySqlLoss loss,
        Evidence.Verified damaged,
        long replayMs,
        MySqlLoss rest,
        Evidence.Verified replayed,
        Evidence.Clients clients) {

    private static final int NAME_WIDTH = 34;

    public RestoredMySql {
        logged = List.copyOf(logged);
    }

    /** Returns what is wrong, one text each. */
    public List<String> violations() {
        List<String> wrong = new ArrayList<>();
        require(wrong, loss.klines() + loss.older() > 0, "no kline was lost, so nothing is proved");
        require(wrong, losses > 0, "the metric mysqlLosses is 0");
        require(wrong, !logged.isEmpty(), "the job's log does not report a loss");
        equal(wrong, "lost", loss.klines() + loss.smartMoney(), damaged.lost());
        equal(wrong, "mismatched", loss.older() + loss.newestReopened(), damaged.mismatched());
        equal(wrong, "duplicated", 0, damaged.duplicated());
        equal(wrong, "entries off in the ledger", loss.trades(), damaged.ledgerOffBy());
        require(wrong, rest.isNothing(), "after the replay, MySQL still lacks: " + rest);
        require(wrong, replayed.isGood(), "after the replay, the verification failed");
        equal(wrong, "entries verified after the replay", entries, replayed.entries());
        require(wrong, replayed.compared() > 0, "after the replay, nothing was compared");
        require(wrong, clients.frames() > 0, "no client received a kline");
        clients.backwards().forEach(step -> wrong.add("a client saw " + step));
        return wrong;
    }

    private static void equal(List<String> wrong, String what, long really, long reported) {
        require(
                wrong,
                really == reported,
                "%s: really %d, verified %d".formatted(what, really, reported));
    }

    private static void require(List<String> wrong, boolean holds, String otherwise) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }

    /** Returns the whole report: the table, what is wrong, and the line that scripts parse. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        row(lines, "seed", seed);
        row(lines, "entries in", entries);
        row(lines, "backup taken", seconds(backupAtMs));
        row(lines, "MySQL back in time", seconds(restoredAtMs));
        row(lines, "rows before, of the backup", rowsBefore + ", " + rowsOfBackup);
        row(lines, "lost, by the server's own rows", loss);
        row(lines, "metric mysqlLosses", losses + " after " + seconds(noticedAfterMs));
        row(lines, "reports in the job's log", logged.size());
        logged.stream().limit(1).forEach(line -> lines.add("  " + line));
        report(lines, "verified after the loss", damaged);
        damaged.lines().forEach(line -> lines.add("  " + line));
        row(lines, "replay, until its first checkpoint", seconds(replayMs));
        row(lines, "lost after the replay", rest);
        report(lines, "verified after the replay", replayed);
        row(lines, "frames received by clients", clients.frames());
        row(lines, "backwards steps seen", clients.backwards().size());
        List<String> wrong = violations();
        wrong.forEach(one -> lines.add("VIOLATED " + one));
        if (!replayed.isGood()) {
            replayed.lines().forEach(line -> lines.add("  " + line));
        }
        lines.add(
                String.format(
                        Locale.ROOT,
                        "MYSQL-BACK-IN-TIME seed=%d reported-lost=%d reported-mismatched=%d lost=%d"
                                + " duplicated=%d mismatched=%d ledger=%s verdict=%s",
                        seed,
                        damaged.lost(),
                        damaged.mismatched(),
                        replayed.lost(),
                        replayed.duplicated(),
                        replayed.mismatched(),
                        ledger(replayed),
                        wrong.isEmpty() ? "passed" : "failed"));
        return lines;
    }

    private static void report(List<String> lines, String name, Evidence.Verified verified) {
        row(
                lines,
                name,
                "%d compared, %d lost, %d duplicated, %d mismatched, ledger %s"
                        .formatted(
                                verified.compared(),
                                verified.lost(),
                                verified.duplicated(),
                                verified.mismatched(),
                                ledger(verified)));
    }

    private static String ledger(Evidence.Verified verified) {
        return verified.ledgerOffBy() == 0 ? "balanced" : "off by " + verified.ledgerOffBy();
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
    }

    private static void row(List<String> lines, String name, Object value) {
        lines.add(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s %s", name, value));
    }
}

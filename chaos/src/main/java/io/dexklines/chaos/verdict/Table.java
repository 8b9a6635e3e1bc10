package io.dexklines.chaos.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The table of a run: one line for each measure, then one for each fault. */
final class Table {

    private static final int NAME_WIDTH = 42;

    private final List<String> lines = new ArrayList<>();

    private Table() {}

    static List<String> of(Evidence evidence) {
        Table table = new Table();
        table.row("seed", evidence.seed());
        table.input(evidence);
        table.faults(evidence.faults());
        table.row("processes that died by themselves", evidence.deaths().size());
        evidence.deaths().forEach(death -> table.lines.add("  " + death));
        table.job(evidence);
        table.results(evidence);
        return table.lines;
    }

    private void input(Evidence evidence) {
        Evidence.Input input = evidence.input();
        row("entries in", input.entries());
        row("distinct trades", input.distinctTrades());
        Map<String, Long> sent = new TreeMap<>(input.invalid());
        sent.put(Evidence.Excluded.LATE, (long) input.latePlaces().size());
        sent.put(Evidence.Excluded.DUPLICATE, input.swaps() - input.distinctTrades());
        Map<String, Long> excluded = evidence.excluded().byReason();
        excluded.keySet().forEach(reason -> sent.putIfAbsent(reason, 0L));
        sent.forEach(
                (reason, count) ->
                        row(
                                "entries " + reason,
                                "sent %d, excluded %d"
                                        .formatted(count, excluded.getOrDefault(reason, 0L))));
        row("hung upstream transactions", input.hungTransactions());
    }

    private void faults(List<Evidence.Fault> faults) {
        Map<String, List<Evidence.Fault>> byKind = new TreeMap<>();
        for (Evidence.Fault fault : faults) {
            byKind.computeIfAbsent(fault.kind(), kind -> new ArrayList<>()).add(fault);
        }
        byKind.forEach(
                (kind, some) ->
                        row(
                                "fault " + kind,
                                "%d, proven %d"
                                        .formatted(
                                                some.size(), count(some, Evidence.Fault::proven))));
        for (Evidence.Fault fault : faults) {
            lines.add(
                    String.format(
                            Locale.ROOT,
                            "  %5d s  %4d s  %-36s %-16s %s; live frames %d",
                            fault.fromMs() / 1000,
                            (fault.toMs() - fault.fromMs()) / 1000,
                            fault.kind(),
                            fault.target(),
                            fault.proven() ? fault.proof() : "NOT PROVEN: " + fault.proof(),
                            fault.liveFrames()));
        }
    }

    private void job(Evidence evidence) {
        Evidence.Job job = evidence.job();
        row("restarts of the job", job.restarts());
        row("checkpoints completed", job.checkpointsCompleted());
        row("checkpoints failed", job.checkpointsFailed());
        long[] recoveriesMs =
                evidence.faults().stream()
                        .mapToLong(Evidence.Fault::recoveryMs)
                        .filter(ms -> ms > 0)
                        .sorted()
                        .toArray();
        if (recoveriesMs.length > 0) {
            row(
                    "recovery time p50, p99",
                    seconds(percentile(recoveriesMs, 50))
                            + ", "
                            + seconds(percentile(recoveriesMs, 99)));
        }
        new TreeMap<>(job.longestStallMs())
                .forEach(
                        (chain, ms) -> {
                            if (ms > 0) {
                                row("longest stall, clock of " + chain, seconds(ms));
                            }
                        });
    }

    private void results(Evidence evidence) {
        Evidence.Verified verified = evidence.verified();
        Evidence.Notifications notifications = evidence.notifications();
        row("klines and events compared", verified.compared());
        row("lost", verified.lost());
        row("duplicated", verified.duplicated());
        row("mismatched", verified.mismatched());
        row("frames received by clients", evidence.clients().frames());
        row("backwards steps seen", evidence.clients().backwards().size());
        row("  across connections", evidence.clients().backwardsAcrossConnections());
        row(
                "ledger",
                verified.ledgerOffBy() == 0 ? "balanced" : "off by " + verified.ledgerOffBy());
        row(
                "notifications",
                "expected %d, committed %d, duplicates %d"
                        .formatted(
                                notifications.expected(),
                                notifications.committed(),
                                notifications.duplicates()));
        row("hanging transactions", evidence.hangingTransactions().size());
    }

    /**
     * Returns the smallest value that at least the given share of the values does not exceed.
     *
     * @param sorted at least one value, in ascending order
     * @param percent 1 to 100
     */
    static long percentile(long[] sorted, int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.length);
        return sorted[Math.max(rank, 1) - 1];
    }

    private static long count(List<Evidence.Fault> faults, Predicate<Evidence.Fault> which) {
        return faults.stream().filter(which).count();
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f s", ms / 1000.0);
    }

    private void row(String name, Object value) {
        lines.add(String.format(Locale.ROOT, "%-" + NAME_WIDTH + "s %s", name, value));
    }
}

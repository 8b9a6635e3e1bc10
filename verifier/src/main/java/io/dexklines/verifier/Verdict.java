package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What came of a verification. */
public final class Verdict {

    private static final int MAX_EXAMPLES = 5;

    private final Ledger ledger;
    private final Map<Sink, Long> comparedBySink;
    private final long refused;
    private final List<Problem> problems;
    private final String smallestSpan;

    Verdict(
            Ledger ledger,
            Map<Sink, Long> comparedBySink,
            long refused,
            List<Problem> problems,
            String smallestSpan) {
        this.ledger = ledger;
        this.comparedBySink = Map.copyOf(comparedBySink);
        this.refused = refused;
        this.problems = List.copyOf(problems);
        this.smallestSpan = smallestSpan;
    }

    /** Klines looked at, over all sinks, those that are missing included. */
    public long compared() {
        return comparedBySink.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Klines that a sink does not have. */
    public long lost() {
        return problems(Problem.Kind.LOST);
    }

    /**
     * Klines that MySQL does not have, or not in their newest version, because it refused them for
     * their content; they are in the topic of refused klines, and not lost.
     */
    public long refused() {
        return refused;
    }

    /** How often a trade was counted that was counted already. */
    public long duplicated() {
        return ledger.duplicated();
    }

    /**
     * Klines that are not what their trades make, klines that no trade makes, and trades that were
     * excluded for a reason that does not apply.
     */
    public long mismatched() {
        return problems(Problem.Kind.MISMATCHED)
                + problems(Problem.Kind.SURPLUS)
                + ledger.misjudged().size();
    }

    /**
     * Entries read less trades in MySQL's klines of the smallest interval less excluded entries;
     * where errors cancel each other out in that, how many they are. 0 when every entry is
     * accounted for once.
     */
    public long ledgerOffBy() {
        long missingTrades =
                problems.stream()
                        .filter(problem -> problem.sink() == Sink.MYSQL)
                        .filter(problem -> problem.key().span().equals(smallestSpan))
                        .mapToLong(Problem::missingTrades)
                        .sum();
        int unaccounted = ledger.unaccounted().size();
        int superfluous = ledger.superfluous().size();
        long balance = missingTrades + unaccounted - superfluous;
        return balance != 0 ? balance : unaccounted + superfluous;
    }

    /** Whether nothing is wrong. */
    public boolean isGood() {
        return problems.isEmpty() && ledger.isClean() && ledgerOffBy() == 0;
    }

    /** The whole report; the last line is the verdict itself. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                line(
                        "ledger: %d entries read = %d trades counted + %d excluded%s",
                        ledger.read(),
                        ledger.counted(),
                        ledger.excludedEntries(),
                        ledger.unaccounted().isEmpty()
                                ? ""
                                : " + " + ledger.unaccounted().size() + " neither"));
        ledger.excluded()
                .forEach((reason, count) -> lines.add(line("  %-16s %d", reason.text(), count)));
        for (Sink sink : Sink.values()) {
            lines.add(
                    line(
                            "%-6s compared %d, lost %d, mismatched %d, surplus %d%s",
                            sink,
                            comparedBySink.getOrDefault(sink, 0L),
                            problems(sink, Problem.Kind.LOST),
                            problems(sink, Problem.Kind.MISMATCHED),
                            problems(sink, Problem.Kind.SURPLUS),
                            sink == Sink.MYSQL ? ", refused " + refused : ""));
            lines.addAll(
                    examples(
                            problems.stream()
                                    .filter(problem -> problem.sink() == sink)
                                    .map(Problem::toString)
                                    .toList()));
        }
        lines.addAll(examples(ledger.duplicates()));
        lines.addAll(examples(ledger.unaccounted()));
        lines.addAll(examples(ledger.superfluous()));
        lines.addAll(examples(ledger.misjudged()));
        lines.add(toString());
        return lines;
    }

    /** The line that scripts read. */
    @Override
    public String toString() {
        return line(
                "VERDICT compared=%d lost=%d duplicated=%d mismatched=%d ledger=%s",
                compared(),
                lost(),
                duplicated(),
                mismatched(),
                ledgerOffBy() == 0 ? "balanced" : "off by " + ledgerOffBy());
    }

    private long problems(Problem.Kind kind) {
        return problems.stream().filter(problem -> problem.kind() == kind).count();
    }

    private long problems(Sink sink, Problem.Kind kind) {
        return problems.stream()
                .filter(problem -> problem.sink() == sink && problem.kind() == kind)
                .count();
    }

    private static List<String> examples(List<String> all) {
        Stream<String> shown = all.stream().limit(MAX_EXAMPLES).map(example -> "  " + example);
        return all.size() <= MAX_EXAMPLES
                ? shown.toList()
                : Stream.concat(shown, Stream.of("  and " + (all.size() - MAX_EXAMPLES) + " more"))
                        .toList();
    }

    private static String line(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}

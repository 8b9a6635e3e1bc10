package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The result of a verification. */
public final class Verdict {

    private static final int MAX_EXAMPLES = 5;

    private final Scope scope;
    private final Ledger ledger;
    private final Map<Sink, Long> comparedBySink;
    private final Map<Sink, Long> refused;
    private final long incomparable;
    private final List<Problem> problems;
    private final List<MySqlOutputs.Misplaced> misplaced;
    private final SmartMoneyResult smartMoney;
    private final String smallestSpan;

    Verdict(
            Scope scope,
            Ledger ledger,
            Map<Sink, Long> comparedBySink,
            Map<Sink, Long> refused,
            long incomparable,
            List<Problem> problems,
            List<MySqlOutputs.Misplaced> misplaced,
            SmartMoneyResult smartMoney,
            String smallestSpan) {
        this.scope = scope;
        this.ledger = ledger;
        this.comparedBySink = Map.copyOf(comparedBySink);
        this.refused = refused;
        this.incomparable = incomparable;
        this.problems = List.copyOf(problems);
        this.misplaced = List.copyOf(misplaced);
        this.smartMoney = smartMoney;
        this.smallestSpan = smallestSpan;
    }

    /** Returns how many entries of the topics the ledger covers. */
    public long entries() {
        return ledger.read;
    }

    /**
     * Returns how many different notifications the trades and lists in the topics make, missing
     * ones included, as far as the topics decide that.
     */
    public long notificationsExpected() {
        return smartMoney.notificationsExpected;
    }

    /**
     * Returns how many klines of all sinks, smart-money trades and notifications were compared,
     * missing ones included.
     */
    public long compared() {
        return comparedBySink.values().stream().mapToLong(Long::longValue).sum()
                + smartMoney.compared;
    }

    /** Returns how many klines, smart-money trades and notifications are missing from a sink. */
    public long lost() {
        return problems(Problem.Kind.LOST) + smartMoney.lost.size();
    }

    /**
     * Returns how many klines and smart-money trades MySQL lacks, or holds in an old version,
     * because it refused them for their content. They are not lost: the topic of refused rows holds
     * them.
     */
    public long refused() {
        return refused.values().stream().mapToLong(Long::longValue).sum() + smartMoney.refused;
    }

    /**
     * Returns how many klines, entries, smart-money trades and notifications were not compared
     * because retention has removed records that belong to them from the topics.
     */
    public long incomparable() {
        return incomparable + ledger.incomparable + smartMoney.incomparable;
    }

    /**
     * Returns how many smart-money comparisons the topics do not decide, because they depend on
     * when the job read a trade.
     */
    public long undecided() {
        return smartMoney.undecidedCount();
    }

    /**
     * Returns the number of trades that were counted again, plus the notifications and clusters
     * that repeat another one.
     */
    public long duplicated() {
        return ledger.duplicates.size() + smartMoney.doubled.size();
    }

    /**
     * Returns how many klines, smart-money trades and notifications differ from those of the trades
     * in the topics or belong to no trade, plus the number of trades excluded for a reason that
     * does not apply, plus the {@link #misplaced} rows.
     */
    public long mismatched() {
        return problems(Problem.Kind.MISMATCHED)
                + problems(Problem.Kind.SURPLUS)
                + ledger.misjudged.size()
                + misplaced()
                + smartMoney.mismatched.size()
                + smartMoney.surplus.size();
    }

    /** Returns the number of rows on a MySQL server where no reader looks for them. */
    public long misplaced() {
        return misplaced.stream().mapToLong(MySqlOutputs.Misplaced::rows).sum();
    }

    /**
     * Returns by how much the ledger is off: the entries read, less the trades in MySQL's klines of
     * the smallest interval, less the excluded entries. If errors cancel each other out in this
     * difference, returns their number. Returns 0 if every entry is accounted for once.
     */
    public long ledgerOffBy() {
        long missingTrades =
                problems.stream()
                        .filter(problem -> problem.sink() == Sink.MYSQL)
                        .filter(problem -> problem.key().span().equals(smallestSpan))
                        .mapToLong(Problem::missingTrades)
                        .sum();
        int unaccounted = ledger.unaccounted.size();
        int superfluous = ledger.superfluous.size();
        long balance = missingTrades + unaccounted - superfluous;
        return balance != 0 ? balance : unaccounted + superfluous;
    }

    /** Returns whether nothing is wrong. */
    public boolean isGood() {
        return problems.isEmpty()
                && misplaced.isEmpty()
                && ledger.isClean()
                && smartMoney.isClean()
                && ledgerOffBy() == 0;
    }

    /** Returns the whole report; its last line is {@link #toString}. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (scope.isBounded()) {
            lines.add("scope: " + scope);
        }
        lines.add(
                line(
                        "ledger: %d entries read = %d trades counted + %d excluded%s",
                        ledger.read,
                        ledger.counted,
                        ledger.excludedEntries(),
                        ledger.unaccounted.isEmpty()
                                ? ""
                                : " + " + ledger.unaccounted.size() + " neither"));
        ledger.excluded.forEach(
                (reason, count) -> lines.add(line("  %-16s %d", reason.text(), count)));
        ledger.late.forEach((chain, late) -> lines.addAll(late.lines(chain)));
        for (Sink sink : Sink.values()) {
            lines.add(
                    line(
                            "%-6s compared %d, lost %d, mismatched %d, surplus %d%s",
                            sink,
                            comparedBySink.getOrDefault(sink, 0L),
                            problems(sink, Problem.Kind.LOST),
                            problems(sink, Problem.Kind.MISMATCHED),
                            problems(sink, Problem.Kind.SURPLUS),
                            sink == Sink.RELAY
                                    ? ""
                                    : ", refused " + refused.getOrDefault(sink, 0L)));
            lines.addAll(
                    examples(
                            problems.stream()
                                    .filter(problem -> problem.sink() == sink)
                                    .map(Problem::toString)
                                    .toList()));
        }
        if (!misplaced.isEmpty()) {
            lines.add(line("MySQL  misplaced %d", misplaced()));
        }
        lines.addAll(examples(misplaced.stream().map(Object::toString).toList()));
        if (!smartMoney.isEmpty()) {
            lines.add(smartMoney.toString());
            lines.addAll(examples(smartMoney.lost));
            lines.addAll(examples(smartMoney.mismatched));
            lines.addAll(examples(smartMoney.surplus));
            lines.addAll(examples(smartMoney.doubled));
        }
        lines.addAll(examples(ledger.duplicates));
        lines.addAll(examples(ledger.unaccounted));
        lines.addAll(examples(ledger.superfluous));
        lines.addAll(examples(ledger.misjudged));
        if (incomparable() > 0) {
            lines.add(
                    line(
                            "incomparable: %d klines, %d entries and %d smart-money results, since"
                                    + " the topics no longer hold all of their records",
                            incomparable, ledger.incomparable, smartMoney.incomparable));
        }
        lines.add(toString());
        return lines;
    }

    /** Returns the line that scripts parse. */
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

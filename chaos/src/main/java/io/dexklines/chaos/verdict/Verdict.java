package io.dexklines.chaos.verdict;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The verdict on a run: its evidence, and what violates a rule. */
public final class Verdict {

    private static final int MAX_EXAMPLES = 5;

    private final Evidence evidence;
    private final Map<Rule, List<String>> violations;

    private Verdict(Evidence evidence, Map<Rule, List<String>> violations) {
        this.evidence = evidence;
        this.violations = violations;
    }

    /** Judges a run by all rules. */
    public static Verdict of(Evidence evidence) {
        Map<Rule, List<String>> violations = new EnumMap<>(Rule.class);
        for (Rule rule : Rule.values()) {
            List<String> found = rule.violations(evidence);
            if (!found.isEmpty()) {
                violations.put(rule, List.copyOf(found));
            }
        }
        return new Verdict(evidence, violations);
    }

    /** Returns whether no rule is violated. */
    public boolean isGood() {
        return violations.isEmpty();
    }

    /** Returns what violates each rule. Rules that hold are left out. */
    public Map<Rule, List<String>> violations() {
        return Map.copyOf(violations);
    }

    /** Returns the whole report: the table, what violates a rule, and {@link #toString}. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(Table.of(evidence));
        violations.forEach(
                (rule, found) -> {
                    lines.add("VIOLATED " + text(rule));
                    found.stream().limit(MAX_EXAMPLES).forEach(one -> lines.add("  " + one));
                    if (found.size() > MAX_EXAMPLES) {
                        lines.add("  and " + (found.size() - MAX_EXAMPLES) + " more");
                    }
                });
        if (violations.containsKey(Rule.NOTHING_LOST)
                || violations.containsKey(Rule.NOTHING_MISMATCHED)
                || violations.containsKey(Rule.LEDGER_BALANCED)
                || violations.containsKey(Rule.VERIFICATION_PASSED)) {
            evidence.verified().lines().forEach(line -> lines.add("  " + line));
        }
        lines.add(toString());
        return lines;
    }

    /** Returns the line that scripts parse. */
    @Override
    public String toString() {
        Evidence.Verified verified = evidence.verified();
        return String.format(
                Locale.ROOT,
                "CHAOS seed=%d faults=%d lost=%d duplicated=%d mismatched=%d backwards=%d ledger=%s"
                        + " verdict=%s",
                evidence.seed(),
                evidence.faults().size(),
                verified.lost(),
                verified.duplicated(),
                verified.mismatched(),
                evidence.clients().backwards().size(),
                verified.ledgerOffBy() == 0 ? "balanced" : "off by " + verified.ledgerOffBy(),
                isGood()
                        ? "passed"
                        : "failed ("
                                + violations.keySet().stream()
                                        .map(Verdict::text)
                                        .collect(Collectors.joining(", "))
                                + ")");
    }

    private static String text(Rule rule) {
        return rule.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

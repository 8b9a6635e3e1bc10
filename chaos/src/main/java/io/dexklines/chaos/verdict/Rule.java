package io.dexklines.chaos.verdict;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A rule of the verdict. Each is a guarantee of the product, or a condition of the proof. */
public enum Rule {

    /** Nothing is proved by a run in which nothing happened. */
    SOMETHING_HAPPENED(
            evidence -> {
                List<String> wrong = new ArrayList<>();
                require(wrong, evidence.input().entries() > 0, "no entry was sent");
                require(wrong, evidence.verified().compared() > 0, "nothing was compared");
                require(wrong, evidence.clients().frames() > 0, "no client received a kline");
                require(
                        wrong,
                        evidence.job().checkpointsCompleted() > 0,
                        "no checkpoint completed");
                return wrong;
            }),

    /** Every planned fault took effect. */
    FAULTS_PROVEN(
            evidence ->
                    evidence.faults().stream()
                            .filter(fault -> !fault.proven())
                            .map(fault -> fault.kind() + " of " + fault.target() + " is not proven")
                            .toList()),

    /** The brokers kept what they acknowledged, and the verification read all of it. */
    INPUT_COMPLETE(
            evidence -> {
                Evidence.Input input = evidence.input();
                List<String> wrong =
                        new ArrayList<>(
                                differs(
                                        "entries sent",
                                        input.entries(),
                                        "in the topics",
                                        evidence.verified().entries()));
                wrong.addAll(isZero("records lost by the brokers", input.lostByBrokers()));
                wrong.addAll(isZero("torn transactions", input.tornTransactions()));
                return wrong;
            }),

    NOTHING_LOST(evidence -> isZero("lost", evidence.verified().lost())),

    NOTHING_DUPLICATED(evidence -> isZero("duplicated", evidence.verified().duplicated())),

    NOTHING_MISMATCHED(evidence -> isZero("mismatched", evidence.verified().mismatched())),

    /** Every entry is counted or excluded, once. */
    LEDGER_BALANCED(
            evidence -> isZero("entries off in the ledger", evidence.verified().ledgerOffBy())),

    /** The verification found nothing wrong of another kind. */
    VERIFICATION_PASSED(
            evidence -> {
                Evidence.Verified verified = evidence.verified();
                boolean isCounted =
                        verified.lost() != 0
                                || verified.duplicated() != 0
                                || verified.mismatched() != 0
                                || verified.ledgerOffBy() != 0;
                return verified.isGood() || isCounted
                        ? List.of()
                        : List.of("the verification failed");
            }),

    /** No client saw a kline return to an older version. */
    NO_BACKWARDS_STEP(evidence -> evidence.clients().backwards()),

    /** Everything that cannot count is excluded for the reason for which it was sent. */
    EXCLUDED_AS_SENT(
            evidence -> {
                Map<String, Long> excluded = new TreeMap<>(evidence.excluded().byReason());
                excluded.remove(Evidence.Excluded.LATE);
                excluded.remove(Evidence.Excluded.DUPLICATE);
                Map<String, Long> sent = new TreeMap<>(evidence.input().invalid());
                return excluded.equals(sent)
                        ? List.of()
                        : List.of("sent " + sent + ", excluded " + excluded);
            }),

    /**
     * Every trade that was sent in time counts. Copies of it may be excluded as duplicate or late,
     * and not every trade that was sent late must be excluded.
     */
    EVERY_TRADE_IN_TIME_COUNTS(Rule::notCounted),

    NOTIFIED_ONCE(
            evidence -> {
                Evidence.Notifications sent = evidence.notifications();
                List<String> wrong =
                        new ArrayList<>(isZero("duplicate notifications", sent.duplicates()));
                wrong.addAll(
                        differs(
                                "notifications expected",
                                sent.expected(),
                                "committed",
                                sent.committed()));
                return wrong;
            }),

    NO_HANGING_TRANSACTION(evidence -> evidence.hangingTransactions()),

    /** Klines go on for clients while only a store is down. */
    LIVE_DURING_STORE_OUTAGES(
            evidence ->
                    evidence.faults().stream()
                            .filter(
                                    fault ->
                                            fault.clientsMustSeeFrames() && fault.liveFrames() == 0)
                            .map(
                                    fault ->
                                            "no frame during "
                                                    + fault.kind()
                                                    + " of "
                                                    + fault.target())
                            .toList());

    private final Function<Evidence, List<String>> violations;

    Rule(Function<Evidence, List<String>> violations) {
        this.violations = violations;
    }

    /** Returns what violates the rule, one text each. */
    List<String> violations(Evidence evidence) {
        return violations.apply(evidence);
    }

    private static List<String> notCounted(Evidence evidence) {
        Evidence.Input input = evidence.input();
        Map<String, String> reasons = evidence.excluded().reasons();
        Map<String, Long> excluded = evidence.excluded().byReason();
        long counted =
                input.swaps()
                        - excluded.getOrDefault(Evidence.Excluded.LATE, 0L)
                        - excluded.getOrDefault(Evidence.Excluded.DUPLICATE, 0L);
        long countedLate =
                input.latePlaces().stream().filter(place -> !reasons.containsKey(place)).count();
        List<String> wrong =
                new ArrayList<>(
                        differs(
                                "trades sent in time",
                                input.distinctTrades() - input.lateTrades(),
                                "counted",
                                counted - countedLate));
        if (!wrong.isEmpty()) {
            reasons.forEach(
                    (place, reason) -> {
                        if (reason.equals(Evidence.Excluded.LATE)
                                && !input.latePlaces().contains(place)) {
                            wrong.add("late, but not sent late, unless it is a copy: " + place);
                        }
                    });
        }
        return wrong;
    }

    private static void require(List<String> wrong, boolean holds, String otherwise) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }

    private static List<String> isZero(String what, long count) {
        return count == 0 ? List.of() : List.of(what + ": " + count);
    }

    private static List<String> differs(String what, long one, String where, long other) {
        return one == other ? List.of() : List.of(what + ": " + one + ", " + where + ": " + other);
    }
}

package io.dexklines.chaos.verdict;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The evidence of a run in which everything was right, unless a test changes it. */
final class TestingEvidence {

    private long entries = 100;
    private long entriesInTopics = 100;
    private long swaps = 90;
    private long copies;
    private long lostByBrokers;
    private long tornTransactions;
    private final Set<String> late = new HashSet<>();
    private final Map<String, String> excluded =
            new HashMap<>(Map.of("i1", "invalid", "i2", "invalid"));
    private long lost;
    private long duplicated;
    private long mismatched;
    private long ledgerOffBy;
    private boolean badForAnotherReason;
    private long frames = 500;
    private final List<String> backwards = new ArrayList<>();
    private final List<String> hanging = new ArrayList<>();
    private Evidence.Notifications notifications = new Evidence.Notifications(10, 10, 0);
    private final List<Evidence.Fault> faults =
            new ArrayList<>(
                    List.of(
                            new Evidence.Fault(
                                    "kill",
                                    "taskmanager-0",
                                    2_000,
                                    3_500,
                                    true,
                                    "pid 1 -> 2",
                                    4_200,
                                    5,
                                    false),
                            new Evidence.Fault(
                                    "stop",
                                    "mysql-0",
                                    4_000,
                                    34_000,
                                    true,
                                    "pid 3 stopped",
                                    0,
                                    60,
                                    true)));

    private TestingEvidence() {}

    static TestingEvidence good() {
        return new TestingEvidence();
    }

    TestingEvidence entries(long sent, long inTopics) {
        entries = sent;
        entriesInTopics = inTopics;
        return this;
    }

    /** Sends a late trade. */
    TestingEvidence sentLate(String place) {
        late.add(place);
        swaps++;
        return this;
    }

    /** Sends another copy of a trade that was sent in time. */
    TestingEvidence sentAgain() {
        copies++;
        swaps++;
        return this;
    }

    TestingEvidence excluded(String reason, String place) {
        excluded.put(place, reason);
        return this;
    }

    TestingEvidence lostByBrokers(long count) {
        lostByBrokers = count;
        return this;
    }

    TestingEvidence tornTransactions(long count) {
        tornTransactions = count;
        return this;
    }

    TestingEvidence lost(long count) {
        lost = count;
        return this;
    }

    TestingEvidence duplicated(long count) {
        duplicated = count;
        return this;
    }

    TestingEvidence mismatched(long count) {
        mismatched = count;
        return this;
    }

    TestingEvidence ledgerOffBy(long count) {
        ledgerOffBy = count;
        return this;
    }

    TestingEvidence badForAnotherReason() {
        badForAnotherReason = true;
        return this;
    }

    TestingEvidence frames(long count) {
        frames = count;
        return this;
    }

    TestingEvidence backwards(String... steps) {
        backwards.addAll(List.of(steps));
        return this;
    }

    TestingEvidence notifications(long expected, long committed, long duplicates) {
        notifications = new Evidence.Notifications(expected, committed, duplicates);
        return this;
    }

    TestingEvidence hanging(String transaction) {
        hanging.add(transaction);
        return this;
    }

    TestingEvidence fault(
            String kind, String target, boolean proven, long frames, boolean mustSeeFrames) {
        faults.add(
                new Evidence.Fault(
                        kind, target, 40_000, 41_000, proven, "", 0, frames, mustSeeFrames));
        return this;
    }

    Evidence build() {
        return new Evidence(
                7,
                new Evidence.Input(
                        entries,
                        swaps,
                        swaps - copies,
                        late.size(),
                        late,
                        Map.of("invalid", 2L),
                        1,
                        tornTransactions,
                        lostByBrokers),
                new Evidence.Verified(
                        entriesInTopics,
                        1000,
                        lost,
                        duplicated,
                        mismatched,
                        ledgerOffBy,
                        !badForAnotherReason && lost + duplicated + mismatched == 0,
                        List.of()),
                new Evidence.Excluded(excluded),
                faults,
                List.of("relay-1 (process 9)"),
                new Evidence.Job(1, 12, 1, Map.of("56", 6_000L, "137", 0L)),
                new Evidence.Clients(frames, backwards, 2),
                notifications,
                hanging);
    }
}

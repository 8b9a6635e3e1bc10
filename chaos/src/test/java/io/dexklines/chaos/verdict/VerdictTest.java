package io.dexklines.chaos.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A run in which everything is right, and runs in which one thing is not. */
class VerdictTest {

    @Test
    void aRunInWhichEverythingIsRightPasses() {
        Verdict verdict = Verdict.of(TestingEvidence.good().build());

        assertThat(verdict.violations()).isEmpty();
        assertThat(verdict)
                .hasToString(
                        "CHAOS seed=7 faults=2 lost=0 duplicated=0 mismatched=0 backwards=0"
                                + " ledger=balanced verdict=passed");
    }

    @Test
    void aRunInWhichNothingHappenedProvesNothing() {
        assertViolates(
                TestingEvidence.good().entries(0, 0), Rule.SOMETHING_HAPPENED, "no entry was sent");
        assertViolates(
                TestingEvidence.good().frames(0),
                Rule.SOMETHING_HAPPENED,
                "no client received a kline");
    }

    @Test
    void everyFaultMustBeProven() {
        assertViolates(
                TestingEvidence.good().fault("kill", "taskmanager-1", false, 3, false),
                Rule.FAULTS_PROVEN,
                "kill of taskmanager-1 is not proven");
    }

    @Test
    void whatWasSentMustBeInTheTopics() {
        assertViolates(
                TestingEvidence.good().entries(100, 99),
                Rule.INPUT_COMPLETE,
                "entries sent: 100, in the topics: 99");
        assertViolates(
                TestingEvidence.good().lostByBrokers(1),
                Rule.INPUT_COMPLETE,
                "records lost by the brokers: 1");
        assertViolates(
                TestingEvidence.good().tornTransactions(1),
                Rule.INPUT_COMPLETE,
                "torn transactions: 1");
    }

    @Test
    void whatCannotCountIsExcludedForItsReason() {
        assertViolates(
                TestingEvidence.good().excluded("future", "p"),
                Rule.EXCLUDED_AS_SENT,
                "sent {invalid=2}, excluded {future=1, invalid=2}");
    }

    @Test
    void whatTheVerificationFoundIsWrong() {
        assertViolates(TestingEvidence.good().lost(1), Rule.NOTHING_LOST, "lost: 1");
        assertViolates(
                TestingEvidence.good().duplicated(2), Rule.NOTHING_DUPLICATED, "duplicated: 2");
        assertViolates(
                TestingEvidence.good().mismatched(3), Rule.NOTHING_MISMATCHED, "mismatched: 3");
        assertViolates(
                TestingEvidence.good().ledgerOffBy(-4),
                Rule.LEDGER_BALANCED,
                "entries off in the ledger: -4");
    }

    @Test
    void aVerificationThatFailedForAnyOtherReasonIsWrong() {
        assertViolates(
                TestingEvidence.good().badForAnotherReason(),
                Rule.VERIFICATION_PASSED,
                "the verification failed");
    }

    @Test
    void aKlineThatReturnedToAnOlderVersionIsWrong() {
        assertViolates(
                TestingEvidence.good().backwards("56:0xa 1m 12:00 from 5 to 4 trades"),
                Rule.NO_BACKWARDS_STEP,
                "56:0xa 1m 12:00 from 5 to 4 trades");
    }

    @Test
    void aTradeThatWasSentLateMayBeExcludedOrCounted() {
        assertPasses(TestingEvidence.good().sentLate("p1").excluded("late", "p1"));
        assertPasses(TestingEvidence.good().sentLate("p1"));
    }

    @Test
    void aTradeThatWasSentInTimeMayNotBeLate() {
        assertViolates(
                TestingEvidence.good().sentLate("p1").excluded("late", "p2"),
                Rule.EVERY_TRADE_IN_TIME_COUNTS,
                "trades sent in time: 90, counted: 89",
                "late, but not sent late, unless it is a copy: p2");
        // also if as many trades that were sent late are counted
        assertViolates(
                TestingEvidence.good()
                        .sentLate("p1")
                        .sentLate("p2")
                        .excluded("late", "p1")
                        .excluded("late", "p3"),
                Rule.EVERY_TRADE_IN_TIME_COUNTS,
                "trades sent in time: 90, counted: 89",
                "late, but not sent late, unless it is a copy: p3");
    }

    @Test
    void aCopyOfACountedTradeIsADuplicateOrLate() {
        assertPasses(TestingEvidence.good().sentAgain().excluded("duplicate", "p1"));
        assertPasses(TestingEvidence.good().sentAgain().excluded("late", "p1"));
        assertViolates(
                TestingEvidence.good().sentAgain(),
                Rule.EVERY_TRADE_IN_TIME_COUNTS,
                "trades sent in time: 90, counted: 91");
    }

    @Test
    void everyNotificationIsCommittedOnce() {
        assertViolates(
                TestingEvidence.good().notifications(10, 9, 0),
                Rule.NOTIFIED_ONCE,
                "notifications expected: 10, committed: 9");
        assertViolates(
                TestingEvidence.good().notifications(10, 10, 1),
                Rule.NOTIFIED_ONCE,
                "duplicate notifications: 1");
    }

    @Test
    void noTransactionMayHang() {
        assertViolates(
                TestingEvidence.good().hanging("klines-notifications-3"),
                Rule.NO_HANGING_TRANSACTION,
                "klines-notifications-3");
    }

    @Test
    void klinesGoOnForClientsWhileOnlyAStoreIsDown() {
        assertViolates(
                TestingEvidence.good().fault("stop", "mysql-1", true, 0, true),
                Rule.LIVE_DURING_STORE_OUTAGES,
                "no frame during stop of mysql-1");
        assertPasses(TestingEvidence.good().fault("kill", "jobmanager-1", true, 0, false));
    }

    @Test
    void theReportHasTheTableTheViolationsAndOneLineForScripts() {
        List<String> lines =
                Verdict.of(
                                TestingEvidence.good()
                                        .sentLate("p1")
                                        .sentAgain()
                                        .excluded("late", "p3")
                                        .excluded("duplicate", "p2")
                                        .backwards("a", "b", "c", "d", "e", "f", "g")
                                        .build())
                        .lines();

        assertThat(lines)
                .containsExactly(
                        "seed                                       7",
                        "entries in                                 100",
                        "distinct trades                            91",
                        "entries duplicate                          sent 1, excluded 1",
                        "entries invalid                            sent 2, excluded 2",
                        "entries late                               sent 1, excluded 1",
                        "hung upstream transactions                 1",
                        "fault kill                                 1, proven 1",
                        "fault stop                                 1, proven 1",
                        "      2 s     1 s  kill                                 taskmanager-0   "
                                + " pid 1 -> 2; live frames 5",
                        "      4 s    30 s  stop                                 mysql-0         "
                                + " pid 3 stopped; live frames 60",
                        "processes that died by themselves          1",
                        "  relay-1 (process 9)",
                        "restarts of the job                        1",
                        "checkpoints completed                      12",
                        "checkpoints failed                         1",
                        "recovery time p50, p99                     4.2 s, 4.2 s",
                        "longest stall, clock of 56                 6.0 s",
                        "klines and events compared                 1000",
                        "lost                                       0",
                        "duplicated                                 0",
                        "mismatched                                 0",
                        "frames received by clients                 500",
                        "backwards steps seen                       7",
                        "  across connections                       2",
                        "ledger                                     balanced",
                        "notifications                              expected 10, committed 10, duplicates 0",
                        "hanging transactions                       0",
                        "VIOLATED no backwards step",
                        "  a",
                        "  b",
                        "  c",
                        "  d",
                        "  e",
                        "  and 2 more",
                        "VIOLATED every trade in time counts",
                        "  trades sent in time: 90, counted: 89",
                        "  late, but not sent late, unless it is a copy: p3",
                        "CHAOS seed=7 faults=2 lost=0 duplicated=0 mismatched=0 backwards=7"
                                + " ledger=balanced verdict=failed (no backwards step, every trade in"
                                + " time counts)");
    }

    @Test
    void aPercentileIsOneOfTheValues() {
        assertThat(Table.percentile(new long[] {4}, 50)).isEqualTo(4);
        assertThat(Table.percentile(new long[] {1, 2, 3, 4}, 50)).isEqualTo(2);
        assertThat(Table.percentile(new long[] {1, 2, 3, 4}, 99)).isEqualTo(4);
        assertThat(Table.percentile(new long[] {1, 2, 3, 4}, 1)).isEqualTo(1);
    }

    private static void assertPasses(TestingEvidence evidence) {
        assertThat(Verdict.of(evidence.build()).violations()).isEmpty();
    }

    private static void assertViolates(TestingEvidence evidence, Rule rule, String... why) {
        assertThat(Verdict.of(evidence.build()).violations()).containsOnlyKeys(rule);
        assertThat(Verdict.of(evidence.build()).violations().get(rule)).containsExactly(why);
    }
}

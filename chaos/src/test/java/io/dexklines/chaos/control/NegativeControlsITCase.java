package io.dexklines.chaos.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.verdict.Rule;
import io.dexklines.chaos.verdict.Verdict;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.sink.JobSink;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The verdict finds each fault that a job may have. Each fault is in an otherwise unchanged job,
 * with a schedule that provokes it. The unchanged job passes all schedules.
 *
 * <p>It prints how long each fault takes to be found.
 */
@Timeout(180)
@SuppressWarnings("try") // the close() of a run is declared to throw anything
class NegativeControlsITCase {

    /** The records before an old trade: more than one fetch brings. */
    private static final int NEWER = 2_000;

    @TempDir private static Path serversFolder;
    private static ControlServers servers;
    private static int runs;

    @TempDir private Path folder;

    /** What happens to a job. */
    private interface Schedule {
        void run(ControlledRun run) throws Exception;
    }

    /** A fault of a job, the schedule that provokes it, and the rules that it violates. */
    enum Control {
        NOTIFICATIONS_AT_LEAST_ONCE(
                new ControlledRun.Fault() {
                    @Override
                    public Sinks sinks(Sinks production, ControlledRun run) {
                        return new Sinks(
                                production.mysql(),
                                production.redis(),
                                production.relay(),
                                production.check(),
                                production.excluded(),
                                FaultySinks.notificationsAtLeastOnce(
                                        run.bootstrapServers(), run.notificationsTopic()));
                    }
                },
                NegativeControlsITCase::loseTaskManagerAfterNotifying,
                Rule.NOTIFIED_ONCE),
        NO_VERSIONS(
                new ControlledRun.Fault() {
                    @Override
                    public Sinks sinks(Sinks production, ControlledRun run) {
                        return new Sinks(
                                FaultySinks.mySqlWithoutVersions(
                                        run.database().jdbcUrl(),
                                        run.database().job().user(),
                                        run.database().job().password(),
                                        ControlledRun.NOON + 100),
                                JobSink.none(),
                                production.relay(),
                                JobSink.none(),
                                production.excluded(),
                                production.alerts());
                    }
                },
                NegativeControlsITCase::tradeInOrder,
                Rule.NOTHING_MISMATCHED),
        NO_DEDUPLICATION(
                fault(FaultySource.Fault.NO_IDENTITY),
                NegativeControlsITCase::redeliver,
                Rule.NOTHING_DUPLICATED),
        ONE_CLOCK_FOR_ALL_CHAINS(
                fault(FaultySource.Fault.ONE_CLOCK),
                NegativeControlsITCase::letAChainBeSilent,
                Rule.EVERY_TRADE_IN_TIME_COUNTS),
        NO_HOLD_AFTER_RESTORE(
                fault(FaultySource.Fault.NO_HOLD),
                NegativeControlsITCase::loseTaskManagerBehindAnOldTrade,
                Rule.LEDGER_BALANCED),
        A_STORE_THAT_FORGETS(
                new ControlledRun.Fault() {},
                NegativeControlsITCase::forgetAMinute,
                Rule.NOTHING_LOST);

        private final ControlledRun.Fault fault;
        private final Schedule schedule;
        private final Rule violated;

        Control(ControlledRun.Fault fault, Schedule schedule, Rule violated) {
            this.fault = fault;
            this.schedule = schedule;
            this.violated = violated;
        }

        private static ControlledRun.Fault fault(FaultySource.Fault fault) {
            return new ControlledRun.Fault() {
                @Override
                public Sources sources(Sources production) {
                    return FaultySource.in(production, fault);
                }
            };
        }
    }

    @BeforeAll
    static void startServers() {
        servers = ControlServers.start(serversFolder);
    }

    @AfterAll
    static void stopServers() {
        if (servers != null) {
            servers.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theVerdictFindsTheFault(Control control) throws Exception {
        Verdict verdict = run(control.fault, control.schedule);

        assertThat(verdict.isGood()).isFalse();
        assertThat(verdict.violations()).containsKey(control.violated);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "A_STORE_THAT_FORGETS")
    void theUnchangedJobPassesTheSchedule(Control control) throws Exception {
        Verdict verdict = run(new ControlledRun.Fault() {}, control.schedule);

        assertThat(verdict.violations()).isEmpty();
    }

    private Verdict run(ControlledRun.Fault fault, Schedule schedule) throws Exception {
        try (ControlledRun run = new ControlledRun(servers, ++runs, folder, fault)) {
            long startNs = System.nanoTime();
            schedule.run(run);
            Verdict verdict = Verdict.of(run.evidence());
            verdict.lines().forEach(System.out::println);
            System.out.printf(
                    "found after %d s%n",
                    Duration.ofNanos(System.nanoTime() - startNs).toSeconds());
            return verdict;
        }
    }

    private static void tradeInOrder(ControlledRun run) {
        run.trade(ControlledRun.BSC, 0, 100);
        run.trade(ControlledRun.SOLANA, 0, 100);
        run.awaitCounted(0);
        run.trade(ControlledRun.BSC, 100, 200);
        run.trade(ControlledRun.SOLANA, 100, 200);
    }

    private static void loseTaskManagerAfterNotifying(ControlledRun run) throws Exception {
        run.trade(ControlledRun.BSC, 0, 30);
        run.awaitCounted(0);
        run.checkpoint();
        run.trade(ControlledRun.BSC, 30, 60);
        run.awaitCounted(0);
        run.awaitUncommittedNotifications(60);
        run.killTaskManager();
        run.trade(ControlledRun.BSC, 60, 70);
        run.awaitCounted(0);
    }

    private static void redeliver(ControlledRun run) {
        run.trade(ControlledRun.BSC, 0, 60);
        for (int second = 30; second < 40; second++) {
            run.send(ControlledRun.BSC, second % 2, second, 0);
        }
        run.trade(ControlledRun.BSC, 60, 90);
        run.awaitCounted(10);
    }

    private static void letAChainBeSilent(ControlledRun run) {
        run.trade(ControlledRun.BSC, 0, 60);
        run.trade(ControlledRun.SOLANA, 0, 60);
        run.awaitCounted(0);
        run.trade(ControlledRun.BSC, 60, 600);
        run.awaitClosed(ControlledRun.BSC, 480);
        // the backlog of a chain that was silent, in order; what the fault excludes is never
        // written
        run.trade(ControlledRun.SOLANA, 60, 600);
        run.awaitCounted(3 * 540);
    }

    private static void loseTaskManagerBehindAnOldTrade(ControlledRun run) throws Exception {
        run.trade(ControlledRun.BSC, 0, 100);
        run.awaitCounted(0);
        run.checkpoint();
        // the transaction in partition 1 holds the clock, so that the old trade is counted
        Runnable commit = run.sendInTransaction(ControlledRun.BSC, 1, 400, NEWER);
        for (int number = 0; number < NEWER; number++) {
            run.send(ControlledRun.BSC, 0, 400, number);
        }
        RecordMetadata old = run.sendLate(ControlledRun.BSC, 0, 105, 0);
        run.awaitCounted(1);
        commit.run();
        run.waitInReplay(old, 300);
        run.killTaskManager();
        run.send(ControlledRun.BSC, 1, 401, 0);
    }

    private static void forgetAMinute(ControlledRun run) throws Exception {
        run.trade(ControlledRun.BSC, 0, 200);
        run.awaitCounted(0);
        run.awaitClosed(ControlledRun.BSC, 0);
        run.execute(
                "DELETE FROM kline WHERE interval_code = '1m' AND open_time = "
                        + ControlledRun.NOON);
    }
}

package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JobStatusTest {

    private static final Instant NOW = Instant.parse("2026-01-09T12:00:00Z");
    private static final long NOW_MS = NOW.toEpochMilli();

    private static final JobStatus WELL =
            new JobStatus(
                    new FlinkJob("1", "RUNNING", 0, 17, NOW_MS - 60_000),
                    new JobTraffic(131, 9),
                    new JobClocks(List.of(new JobClocks.ChainClock("56", 5_300)), List.of()),
                    new StoreBacklogs(List.of(new StoreBacklogs.Backlog("mysql", 40, 30))),
                    new StoreChecks(List.of(new StoreChecks.StoreCheck("mysql", 118, 0, 0, 2, 4))));

    @Test
    void aJobThatIsWellHasNoHints() {
        assertThat(WELL.lines(NOW))
                .containsExactly(
                        "job       RUNNING, 0 restarts, 17 checkpoints (1)",
                        "input     131 records/s, 9 not read yet",
                        "clocks    56       2026-01-09T11:59:54Z, 5.3 s behind",
                        "waiting   mysql    40 rows, the oldest for 30 s",
                        "checks    mysql    118 klines checked, 0 wrong, 0 missing, 2 ahead, 4"
                                + " unchecked");
        assertThat(WELL.hints(NOW)).isEmpty();
    }

    @Test
    void eachFaultHasAHint() {
        JobStatus ill =
                new JobStatus(
                        new FlinkJob("1", "RESTARTING", 2, 17, NOW_MS - 61_000),
                        WELL.traffic(),
                        new JobClocks(
                                List.of(),
                                List.of(
                                        new JobClocks.Holder(
                                                "56", "bsc-trades", 2, "open_transaction"),
                                        new JobClocks.Holder("1", "evm-trades-v4", 0, "replay"),
                                        new JobClocks.Holder("10", "evm-trades-v4", 0, "replay"))),
                        new StoreBacklogs(
                                List.of(
                                        new StoreBacklogs.Backlog("mysql", 40, 31),
                                        new StoreBacklogs.Backlog("redis", 40, 45))),
                        new StoreChecks(
                                List.of(
                                        new StoreChecks.StoreCheck("mysql", 118, 1, 0, 0, 0),
                                        new StoreChecks.StoreCheck("redis", 118, 0, 1, 0, 0))));

        assertThat(ill.hints(NOW))
                .containsExactly(
                        "the job is RESTARTING: see `klines logs jobmanager`",
                        "the job has restarted: Flink's UI shows why, under Exceptions",
                        "the last checkpoint is 61 s old: Flink's UI shows the task that does not"
                                + " answer, under Checkpoints",
                        "partition bsc-trades-2 (open_transaction) holds back the clock of chain 56:"
                                + " see docs/monitoring.md, What holds a clock",
                        "partition evm-trades-v4-0 (replay) holds back the clock of chains 1, 10:"
                                + " see docs/monitoring.md, What holds a clock",
                        "mysql has not accepted rows for 31 s: see `klines logs mariadb`",
                        "redis has not accepted rows for 45 s: see `klines logs redis`",
                        "mysql lacks klines or has wrong ones: `klines verify` finds them",
                        "redis lacks klines or has wrong ones: `klines verify` finds them");
    }

    @Test
    void aClusterThatDoesNotAnswerIsTheOnlyHint() throws Exception {
        FlinkRest nobody = new FlinkRest("http://127.0.0.1:" + Ports.free(), Optional.empty());

        JobStatus unknown = JobStatus.of(nobody, "7");

        assertThat(unknown.lines(NOW))
                .containsExactly(
                        "job       UNREACHABLE, 0 restarts, 0 checkpoints (7)",
                        "input     0 records/s, 0 not read yet");
        assertThat(unknown.hints(NOW))
                .containsExactly("Flink does not answer: see `klines logs jobmanager`");
    }
}

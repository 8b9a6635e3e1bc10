package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningStackTest {

    private static final String JOB_ID = "0123456789abcdef0123456789abcdef";
    private static final RunningStack STACK =
            new RunningStack(
                    "127.0.0.1:9092",
                    "/kafka/producer.properties",
                    "/kafka/verify.properties",
                    "jdbc:mysql://127.0.0.1:3306/klines",
                    "verify",
                    "/mariadb/verify-password",
                    "redis://127.0.0.1:6379",
                    "verify",
                    "/redis/verify-password",
                    "https://127.0.0.1:43210",
                    "http://127.0.0.1:8081",
                    "flink/tls",
                    "http://127.0.0.1:8080",
                    "http://127.0.0.1:8090",
                    List.of("127.0.0.1:9249", "127.0.0.1:9250"),
                    "http://127.0.0.1:9090",
                    JOB_ID,
                    "mariadb",
                    "flink/bin/flink");

    @TempDir Path folder;

    @Test
    void theStatusIsOneLineOfJson() {
        JobClocks clocks =
                new JobClocks(
                        List.of(new JobClocks.ChainClock("56", 5_300)),
                        List.of(new JobClocks.Holder("56", "bsc-trades", 2, "lag")));
        StoreChecks checks =
                new StoreChecks(List.of(new StoreChecks.StoreCheck("mysql", 118, 2, 1, 0, 4)));
        StoreBacklogs backlogs =
                new StoreBacklogs(List.of(new StoreBacklogs.Backlog("redis", 40, 7)));
        JobStatus status =
                new JobStatus(
                        new FlinkJob(JOB_ID, "RUNNING", 2, 17, 0),
                        new JobTraffic(131, 9),
                        clocks,
                        backlogs,
                        checks);
        assertThat(STACK.json(status))
                .isEqualTo(
                        "{\"kafka\":\"127.0.0.1:9092\","
                                + "\"kafka_producer_config\":\"/kafka/producer.properties\","
                                + "\"kafka_reader_config\":\"/kafka/verify.properties\","
                                + "\"mysql\":\"jdbc:mysql://127.0.0.1:3306/klines\","
                                + "\"mysql_user\":\"verify\","
                                + "\"mysql_password_file\":\"/mariadb/verify-password\","
                                + "\"redis\":\"redis://127.0.0.1:6379\","
                                + "\"redis_user\":\"verify\","
                                + "\"redis_password_file\":\"/redis/verify-password\","
                                + "\"flink\":\"https://127.0.0.1:43210\","
                                + "\"flink_ui\":\"http://127.0.0.1:8081\","
                                + "\"relay\":\"http://127.0.0.1:8080\","
                                + "\"relay_admin\":\"http://127.0.0.1:8090\","
                                + "\"flink_metrics\":[\"127.0.0.1:9249\",\"127.0.0.1:9250\"],"
                                + "\"prometheus\":\"http://127.0.0.1:9090\","
                                + "\"job\":{\"id\":\"0123456789abcdef0123456789abcdef\","
                                + "\"state\":\"RUNNING\",\"restarts\":2,\"checkpoints\":17},"
                                + "\"input\":{\"records_per_second\":131,\"pending_records\":9},"
                                + "\"clocks\":[{\"chain_id\":\"56\",\"lag_ms\":5300}],"
                                + "\"held_by\":[{\"chain_id\":\"56\",\"topic\":\"bsc-trades\",\"partition\":2,"
                                + "\"reason\":\"lag\"}],"
                                + "\"waiting\":[{\"store\":\"redis\",\"rows\":40,\"oldest_seconds\":7}],"
                                + "\"checks\":[{\"store\":\"mysql\",\"checked\":118,\"wrong\":2,"
                                + "\"missing\":1,\"ahead\":0,\"unchecked\":4}]}");
    }

    @Test
    void theStatusSaysWhereTheMetricsAre() {
        assertThat(STACK.monitoringLines())
                .containsExactly(
                        "metrics   Prometheus at http://127.0.0.1:9090, Flink's at"
                                + " http://127.0.0.1:9249/metrics http://127.0.0.1:9250/metrics");
    }

    @Test
    void aStackIsUpWhileItsProcessRunsAndItsAddressesAreWritten() throws Exception {
        RecordedProcess.write(RunningStack.processFile(folder), ProcessHandle.current());
        assertThat(RunningStack.in(folder)).isEmpty();

        STACK.write(folder);
        assertThat(RunningStack.in(folder)).contains(STACK);

        RunningStack.remove(folder);
        assertThat(RunningStack.in(folder)).isEmpty();
        assertThat(RunningStack.process(folder)).isEmpty();
    }

    @Test
    void aStackWhoseProcessWasKilledIsNotUp() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        RecordedProcess.write(RunningStack.processFile(folder), process.toHandle());
        STACK.write(folder);

        process.destroyForcibly().waitFor();

        assertThat(RunningStack.in(folder)).isEmpty();
    }
}

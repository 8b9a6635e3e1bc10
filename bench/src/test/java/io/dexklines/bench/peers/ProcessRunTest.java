package io.dexklines.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import io.dexklines.peer.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProcessRunTest {

    private static final int HEAP_MB = 16;

    @TempDir Path folder;

    @Test
    void anEngineThatHasCountedAllTradesHasEnded() throws Exception {
        try (EngineRun run = start("count", 3)) {
            awaitEnd(run);

            assertThat(run.trades()).isEqualTo(3);
        }
    }

    @Test
    void anEngineThatEndsEarlyIsAnErrorEvenIfItReportsNone() throws Exception {
        try (EngineRun run = start("count", 2)) {
            assertThatThrownBy(() -> awaitEnd(run))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "the process ended with exit status 0 after 2 of 3 trades; the end of its output:\n"
                                    + IntStream.rangeClosed(11, 40)
                                            .mapToObj(number -> "line " + number)
                                            .collect(Collectors.joining("\n")));
        }
    }

    @Test
    void anEngineThatFailsAfterTheLastTradeIsAnError() throws Exception {
        try (EngineRun run = start("fail", 3)) {
            assertThatThrownBy(() -> awaitEnd(run))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "the process ended with exit status 1 after 3 of 3 trades")
                    .hasMessageContaining("java.lang.IllegalStateException: no broker");
        }
    }

    @Test
    void anEngineEndsWhenAnyOfItsThreadsRunsOutOfMemory() throws Exception {
        try (EngineRun run = start("allocate", 1)) {
            assertThatThrownBy(() -> awaitEnd(run))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("exit status 3 after ")
                    .hasMessageContaining("java.lang.OutOfMemoryError");
        }
    }

    private EngineRun start(String manner, long counted) throws Exception {
        CleanTrades trades = new CleanTrades();
        trades.apply(
                new SimulatedRecord(
                        "sol-trades",
                        0,
                        0,
                        Delivery.PROMPT,
                        3,
                        "[{\"type\":\"buy\"},{\"type\":\"buy\"},{\"type\":\"sell\"}]"
                                .getBytes(UTF_8)));
        // these engines read no topics
        Setting setting = new Setting(null, null, trades, folder, HEAP_MB, Duration.ofSeconds(1));
        return ProcessRun.start(
                setting,
                System.getProperty("java.class.path"),
                List.of(),
                List.of(Engine.class.getName(), manner, Long.toString(counted)),
                1,
                () -> {});
    }

    private static void awaitEnd(EngineRun run) throws Exception {
        while (!run.hasEnded()) {
            Thread.onSpinWait();
        }
    }

    /** An engine that counts the given number of trades, writes a log and ends in some way. */
    static final class Engine {

        private Engine() {}

        public static void main(String[] args) throws InterruptedException {
            Progress.start();
            Progress.count(Long.parseLong(args[1]));
            IntStream.rangeClosed(1, 40).forEach(number -> System.out.println("line " + number));
            switch (args[0]) {
                case "fail" -> throw new IllegalStateException("no broker");
                case "allocate" -> {
                    new Thread(() -> Arrays.fill(new long[64 << 20], 1)).start();
                    new CountDownLatch(1).await();
                }
                default -> {}
            }
        }
    }
}

package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.PublishedMarket;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.Stack;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

/**
 * Kills and restarts servers while trades arrive. At the end, every kline in every sink must equal
 * an independent recomputation from the topics.
 */
class OutageITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** How long every server that the job writes klines to is down. Trades keep arriving. */
    private static final Duration OUTAGE = Duration.ofSeconds(60);

    private static final long MARKET_MINUTES_MS = Duration.ofMinutes(2).toMillis();

    @Test
    void nothingIsLostOrCountedTwiceWhenServersFail() throws Exception {
        long seed = Long.getLong("outage.seed", new Random().nextLong());
        System.out.println("outage.seed=" + seed);
        long startMs = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        Market market = new Market(new MarketSettings(seed, startMs, 60, 100, Long.MAX_VALUE));

        try (Running running = Running.start();
                KafkaProducer<byte[], byte[]> producer = running.producer()) {
            Stack stack = running.stack();
            Trading trading = new Trading(new PublishedMarket(market, producer), startMs);
            trading.on();
            awaitKlines(running);

            List<Long> flink = stack.flink().pids();
            stack.mariaDb().kill();
            stack.redis().kill();
            stack.relay().kill();
            outage(trading, running);
            stack.mariaDb().restart();
            stack.redis().restart();
            stack.relay().restart();
            trading.on();
            Verdict afterOutage = verify(running);
            assertThat(running.job().state()).isEqualTo("RUNNING");
            assertThat(running.job().restarts()).isZero();
            assertThat(stack.flink().pids()).isEqualTo(flink);
            assertNothingIsWrong(afterOutage);

            stack.flink().killTaskManager(0);
            trading.on();
            stack.flink().restartDeadTaskManagers();
            await().atMost(PATIENCE).until(() -> running.job().restarts() > 0);
            stack.kafka().kill();
            stack.kafka().restart();
            trading.on();

            stack.flink().awaitState(running.addresses().jobId(), "RUNNING", PATIENCE);
            assertNothingIsWrong(verify(running));
            // the market is in order, and no failure makes a trade late
            assertThat(running.excluded()).noneMatch(entry -> entry.contains("\"late\""));
        }
    }

    private static Verdict verify(Running running) throws InterruptedException {
        Verdict verdict =
                Verification.run(
                        running.cluster(),
                        Scope.ALL,
                        Duration.ofMinutes(2),
                        VerifyProgress.silent());
        System.out.println(verdict);
        return verdict;
    }

    private static void assertNothingIsWrong(Verdict verdict) {
        assertThat(verdict.compared()).isGreaterThan(1000);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.duplicated()).isZero();
        assertThat(verdict.mismatched()).isZero();
        assertThat(verdict.ledgerOffBy()).isZero();
    }

    /** Publishes trades until the outage ends, and asserts again and again that the job runs. */
    private static void outage(Trading trading, Running running) {
        long endsNs = System.nanoTime() + OUTAGE.toNanos();
        await().atMost(OUTAGE.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(5))
                .until(
                        () -> {
                            trading.on();
                            assertThat(running.job().state()).isEqualTo("RUNNING");
                            return System.nanoTime() > endsNs;
                        });
    }

    private static void awaitKlines(Running running) {
        await().atMost(PATIENCE)
                .until(() -> running.number("SELECT COUNT(*) FROM kline WHERE closed") > 0);
    }

    /** A simulated market, published two minutes of its own time at a time. */
    private static final class Trading {
        private final PublishedMarket market;
        private long untilMs;

        Trading(PublishedMarket market, long startMs) {
            this.market = market;
            this.untilMs = startMs;
        }

        void on() {
            untilMs += MARKET_MINUTES_MS;
            market.publishUntil(untilMs);
        }
    }
}

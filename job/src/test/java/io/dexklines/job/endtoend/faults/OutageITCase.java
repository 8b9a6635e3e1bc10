package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.stack.Stack;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Stops and kills servers of one stack while trades arrive. While a store is down, nothing but that
 * store stands still. After each outage, every kline in every sink must equal an independent
 * recomputation from the topics. {@link OutageNegativeControlITCase} shows that the checks can
 * fail.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@WholeStack.Own
class OutageITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Running running;
    private LiveTrading trading;

    /** What happens to the stores. */
    enum Outage {
        MYSQL_STOPPED(stack -> stack.mariaDb().suspend(), stack -> stack.mariaDb().resume()),
        MYSQL_KILLED(stack -> stack.mariaDb().kill(), stack -> stack.mariaDb().restart()),
        REDIS_STOPPED(stack -> stack.redis().suspend(), stack -> stack.redis().resume()),
        REDIS_KILLED(stack -> stack.redis().kill(), stack -> stack.redis().restart()),
        BOTH_STOPPED(
                stack -> {
                    stack.mariaDb().suspend();
                    stack.redis().suspend();
                },
                stack -> {
                    stack.mariaDb().resume();
                    stack.redis().resume();
                });

        private final Consumer<Stack> begin;
        private final Consumer<Stack> end;

        Outage(Consumer<Stack> begin, Consumer<Stack> end) {
            this.begin = begin;
            this.end = end;
        }
    }

    /**
     * The outages during which a TaskManager is lost too, so that what waits is restored. Between
     * them, rows wait for MySQL and for Redis, for servers that are gone and for such as only hang.
     */
    private static final Set<Outage> WITH_LOST_TASK_MANAGER =
            EnumSet.of(Outage.MYSQL_KILLED, Outage.BOTH_STOPPED);

    @BeforeAll
    void startStack() throws Exception {
        long seed = Long.getLong("outage.seed", new Random().nextLong());
        System.out.println("outage.seed=" + seed);
        running = Running.start();
        trading = new LiveTrading(running.brokers(), running.relayWebSocket(), running::job, seed);
        trading.awaitFramesOfEveryPair(PATIENCE);
    }

    @AfterEach
    void endOutages() {
        for (Outage outage : Outage.values()) {
            if (outage.name().endsWith("STOPPED")) {
                outage.end.accept(running.stack());
            }
        }
        if (!running.stack().mariaDb().isAlive()) {
            running.stack().mariaDb().restart();
        }
        if (!running.stack().redis().isAlive()) {
            running.stack().redis().restart();
        }
        running.stack().flink().restartDeadTaskManagers();
    }

    @AfterAll
    void stopStack() {
        if (trading != null) {
            trading.close();
        }
        if (running != null) {
            running.close();
        }
    }

    @Order(1)
    @ParameterizedTest
    @EnumSource
    void whileAStoreIsDownNothingElseWaits(Outage outage) throws Exception {
        Stack stack = running.stack();
        long restarts = running.job().restarts();
        outage.begin.accept(stack);

        trading.awaitThreeCheckpoints(PATIENCE);
        trading.awaitFramesOfEveryPair(PATIENCE);
        trading.awaitNotifications(PATIENCE);
        assertThat(running.job().restarts()).isEqualTo(restarts);

        if (WITH_LOST_TASK_MANAGER.contains(outage)) {
            stack.flink().killTaskManager(0);
            trading.trade();
            stack.flink().restartDeadTaskManagers();
            trading.awaitFramesOfEveryPair(PATIENCE);
            trading.awaitNotifications(PATIENCE);
            assertThat(running.job().restarts()).isGreaterThan(restarts);
        }

        outage.end.accept(stack);
        assertNothingIsWrong();
    }

    /** The last test, since the client of {@link LiveTrading} loses its relay. */
    @Order(2)
    @Test
    void nothingIsLostOrCountedTwiceWhenAllOtherServersFail() throws Exception {
        Stack stack = running.stack();
        stack.relay().kill();
        trading.awaitThreeCheckpoints(PATIENCE);
        stack.relay().restart();
        assertNothingIsWrong();

        long restarts = running.job().restarts();
        stack.flink().killTaskManager(0);
        trading.trade();
        stack.flink().restartDeadTaskManagers();
        await().atMost(PATIENCE).until(() -> running.job().restarts() > restarts);
        stack.kafka().kill();
        stack.kafka().restart();
        trading.trade();

        stack.flink().awaitState(running.addresses().jobId(), "RUNNING", PATIENCE);
        assertNothingIsWrong();
    }

    private void assertNothingIsWrong() throws Exception {
        Verdict verdict =
                Verification.run(
                        running.cluster(),
                        Scope.ALL,
                        Duration.ofMinutes(2),
                        VerifyProgress.silent());
        System.out.println(verdict);
        assertThat(verdict.isGood()).as("%s", verdict.lines()).isTrue();
        assertThat(verdict.compared()).isGreaterThan(1000);
        assertThat(running.committed("klines-refused")).isEmpty();
        // the market is in order, and no failure makes a trade late
        assertThat(running.excluded()).noneMatch(entry -> entry.contains("\"late\""));
    }
}

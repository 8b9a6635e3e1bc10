package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final int UNITS = Turns.UNITS_PER_PERIOD;

    private final Queue<Runnable> timers = new ArrayDeque<>();
    private final LongAdder waited = new LongAdder();
    private final Turns turns = new Turns(timers::add, waited);
    private final List<String> done = new ArrayList<>();

    @Test
    void anIdleEventLoopWorksAtOnce() {
        for (int task = 0; task < 4; task++) {
            ask("a", UNITS / 4);
        }

        assertThat(done).containsExactly("a", "a", "a", "a");
        assertThat(waited.sum()).isZero();
    }

    @Test
    void theOneRequestOfAClientComesBeforeTheNextOfAThousandOfAnother() {
        for (int task = 0; task < 1_000; task++) {
            ask("attacker", UNITS);
        }
        ask("victim", 1);
        assertThat(done).containsExactly("attacker");

        passPeriod();
        passPeriod();

        // the attacker was first in the queue, and then has to wait
        assertThat(done.subList(0, 3)).containsExactly("attacker", "attacker", "victim");
        assertThat(waited.sum()).isEqualTo(1_000);
    }

    @Test
    void aPeriodHasABoundedAmountOfWork() {
        for (int task = 0; task < 100; task++) {
            ask("a", UNITS / 8);
        }

        assertThat(done).hasSize(8);
        passPeriod();
        assertThat(done).hasSize(16);
    }

    @Test
    void aLongTaskUsesUpThePeriodsAfterIt() {
        ask("a", 3 * UNITS);
        ask("a", 1);

        passPeriod();
        passPeriod();
        assertThat(done).hasSize(1);
        passPeriod();
        assertThat(done).hasSize(2);
    }

    @Test
    void idlePeriodsAreNotSavedUp() {
        ask("a", UNITS);
        while (!timers.isEmpty()) {
            passPeriod();
        }
        for (int task = 0; task < 100; task++) {
            ask("a", UNITS);
        }

        assertThat(done).hasSize(2);
    }

    @Test
    void aTaskThatLeadsToAnotherEndsBeforeIt() {
        turns.take(
                "a",
                1,
                () -> {
                    ask("a", 1);
                    done.add("first");
                });

        assertThat(done).containsExactly("first", "a");
    }

    @Test
    void aTaskThatFailsDoesNotStopTheOthers() {
        ask("a", UNITS);
        turns.take(
                "a",
                1,
                () -> {
                    throw new IllegalStateException("for this test");
                });
        ask("b", 1);

        assertThatThrownBy(this::passPeriod).hasMessage("for this test");
        passPeriod();

        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void aLongerMessageIsMoreWork() {
        turns.takeMessage("a", "x".repeat(64 * 1024), () -> done.add("a"));
        ask("b", 1);

        for (int period = 0; period < 20; period++) {
            passPeriod();
        }
        assertThat(done).containsExactly("a");
        passPeriod();
        passPeriod();
        assertThat(done).containsExactly("a", "b");
    }

    private void ask(String client, int units) {
        turns.take(client, units, () -> done.add(client));
    }

    private void passPeriod() {
        timers.remove().run();
    }
}

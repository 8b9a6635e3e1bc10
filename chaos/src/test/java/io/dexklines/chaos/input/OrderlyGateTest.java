package io.dexklines.chaos.input;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OrderlyGateTest {

    private static final long FIRST_MS = 1_000_000;

    private final OrderlyGate gate = new OrderlyGate();

    @Test
    void aStepWaitsForOthersThatWerePlannedMuchEarlier() throws Exception {
        assertThat(gate.enter(FIRST_MS, 0)).isTrue();

        assertThat(gate.enter(FIRST_MS + 1_000, 0)).isTrue();
        assertThat(gate.enter(FIRST_MS + 1_001, 0)).isFalse();

        gate.leave(FIRST_MS);
        assertThat(gate.enter(FIRST_MS + 1_001, 0)).isTrue();
        assertThat(gate.enter(FIRST_MS + 9_000, 0)).isFalse();
    }

    @Test
    void isEmptyWhenEveryStepThatEnteredHasLeft() throws Exception {
        gate.enter(FIRST_MS, 0);
        gate.enter(FIRST_MS, 0);

        gate.leave(FIRST_MS);
        assertThat(gate.awaitEmpty(0)).isFalse();

        gate.leave(FIRST_MS);
        assertThat(gate.awaitEmpty(0)).isTrue();
    }
}

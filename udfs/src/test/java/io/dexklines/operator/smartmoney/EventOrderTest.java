package io.dexklines.operator.smartmoney;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.SmartMoneyEvent;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** The ids of smart-money events. */
@SuppressWarnings("try") // the harness's close() is declared to throw anything
class EventOrderTest {

    private static final long NOON_MS = 1_788_220_800_000L;

    @Test
    void idsAreTimesAndAscendWithinAMillisecond() throws Exception {
        try (Harness order = new Harness(null)) {
            assertThat(order.idAt(NOON_MS)).isEqualTo(1_788_220_800_000_000L);
            assertThat(order.idAt(NOON_MS)).isEqualTo(1_788_220_800_000_001L);
            assertThat(order.idAt(NOON_MS + 2)).isEqualTo(1_788_220_800_002_000L);
        }
    }

    @Test
    void idsAscendAlthoughTheClockGoesBack() throws Exception {
        OperatorSubtaskState checkpoint;
        try (Harness order = new Harness(null)) {
            order.idAt(NOON_MS);
            assertThat(order.idAt(NOON_MS - 60_000)).isEqualTo(1_788_220_800_000_001L);
            checkpoint = order.harness.snapshot(1, NOON_MS);
        }

        try (Harness order = new Harness(checkpoint)) {
            assertThat(order.idAt(NOON_MS - 30_000)).isEqualTo(1_788_220_800_000_002L);
        }
    }

    /** What was found after the checkpoint is found again, in another order perhaps. */
    @Test
    void afterAFailureAllIdsAreGreaterThanThoseOfTheFormerAttempt() throws Exception {
        OperatorSubtaskState checkpoint;
        long lastOfFormer;
        try (Harness order = new Harness(null)) {
            order.idAt(NOON_MS);
            checkpoint = order.harness.snapshot(1, NOON_MS);
            order.idAt(NOON_MS + 1);
            lastOfFormer = order.idAt(NOON_MS + 5);
        }

        try (Harness order = new Harness(checkpoint)) {
            assertThat(order.idAt(NOON_MS + 1_000)).isGreaterThan(lastOfFormer);
        }
    }

    private static final class Harness implements AutoCloseable {

        private final OneInputStreamOperatorTestHarness<SmartMoneyEvent, SmartMoneyEvent> harness;

        Harness(OperatorSubtaskState state) throws Exception {
            harness = new OneInputStreamOperatorTestHarness<>(new EventOrder());
            harness.setup(
                    CodecTypeInfo.SMART_MONEY_EVENT.createSerializer(new SerializerConfigImpl()));
            if (state != null) {
                harness.initializeState(state);
            }
            harness.open();
        }

        /** Returns the id that the next event gets at a time of the wall clock. */
        long idAt(long nowMs) throws Exception {
            harness.setProcessingTime(nowMs);
            harness.processElement(
                    SmartMoneyEvent.of(new ClusterAlert("c", "1", "0xt", "T", List.of(), 1, 1, 2)),
                    0);
            List<SmartMoneyEvent> ordered = harness.extractOutputValues();
            return ordered.get(ordered.size() - 1).eventId();
        }

        @Override
        public void close() throws Exception {
            harness.close();
        }
    }
}

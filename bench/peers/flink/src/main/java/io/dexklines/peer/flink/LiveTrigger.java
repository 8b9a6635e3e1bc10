package io.dexklines.peer.flink;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;

/**
 * A trigger that fires some time after a window has changed, and when the watermark closes it.
 * Flink's {@code ContinuousProcessingTimeTrigger} does not fire at the end, and fires without a
 * change.
 */
final class LiveTrigger extends Trigger<Object, TimeWindow> {

    private static final long serialVersionUID = 1;

    private final long delayMs;
    private final ValueStateDescriptor<Long> firesAt =
            new ValueStateDescriptor<>("fires-at", Types.LONG);

    LiveTrigger(Duration delay) {
        this.delayMs = delay.toMillis();
    }

    @Override
    public TriggerResult onElement(
            Object trade, long timestamp, TimeWindow window, TriggerContext context)
            throws IOException {
        if (window.maxTimestamp() > context.getCurrentWatermark()) {
            context.registerEventTimeTimer(window.maxTimestamp());
        }
        ValueState<Long> pending = context.getPartitionedState(firesAt);
        if (pending.value() == null) {
            long at = context.getCurrentProcessingTime() + delayMs;
            context.registerProcessingTimeTimer(at);
            pending.update(at);
        }
        return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onProcessingTime(long time, TimeWindow window, TriggerContext context) {
        context.getPartitionedState(firesAt).clear();
        return TriggerResult.FIRE;
    }

    @Override
    public TriggerResult onEventTime(long time, TimeWindow window, TriggerContext context) {
        return time == window.maxTimestamp() ? TriggerResult.FIRE : TriggerResult.CONTINUE;
    }

    @Override
    public void clear(TimeWindow window, TriggerContext context) throws IOException {
        context.deleteEventTimeTimer(window.maxTimestamp());
        ValueState<Long> pending = context.getPartitionedState(firesAt);
        if (pending.value() != null) {
            context.deleteProcessingTimeTimer(pending.value());
            pending.clear();
        }
    }
}

package io.dexklines.peer.flink;

import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Passes on the first trade of each identity. Repetitions go to a side output. An identity is
 * forgotten when a repetition would be late.
 */
final class FirstOnly extends KeyedProcessFunction<String, ReceivedTrade, ReceivedTrade> {

    private static final long serialVersionUID = 1;

    private final OutputTag<ReceivedTrade> duplicates;
    private final long memoryMs;
    private transient ValueState<Boolean> seen;

    FirstOnly(OutputTag<ReceivedTrade> duplicates, Duration memory) {
        this.duplicates = duplicates;
        this.memoryMs = memory.toMillis();
    }

    @Override
    public void open(OpenContext context) {
        seen = getRuntimeContext().getState(new ValueStateDescriptor<>("seen", Types.BOOLEAN));
    }

    @Override
    public void processElement(ReceivedTrade trade, Context context, Collector<ReceivedTrade> out)
            throws IOException {
        if (seen.value() == null) {
            seen.update(true);
            context.timerService().registerEventTimeTimer(trade.timeMs + memoryMs);
            out.collect(trade);
        } else {
            context.output(duplicates, trade.because("duplicate"));
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<ReceivedTrade> out) {
        seen.clear();
    }
}

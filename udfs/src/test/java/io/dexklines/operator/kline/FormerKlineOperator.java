package io.dexklines.operator.kline;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * What the operator left in state while one watermark spoke for all chains: klines, the watermark,
 * and one timer for each pair in one timer service. Emits nothing.
 */
final class FormerKlineOperator extends AbstractStreamOperator<KlineUpdates>
        implements OneInputStreamOperator<PairSwaps, KlineUpdates>,
                Triggerable<Pair, VoidNamespace> {

    private static final long serialVersionUID = 1L;

    private final transient KlineRules rules;
    private transient ValueState<PairKlines> klines;
    private transient ListState<Long> watermarks;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient long watermarkMs = Long.MIN_VALUE;

    private FormerKlineOperator(KlineRules rules) {
        this.rules = rules;
    }

    static HarnessEngine engine(KlineRules rules, Path rocks) {
        return new HarnessEngine(rules, 0, rocks) {
            @Override
            OneInputStreamOperator<PairSwaps, KlineUpdates> operator() {
                return new FormerKlineOperator(rules);
            }
        };
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        watermarks =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>("watermark", Types.LONG));
    }

    @Override
    public void open() throws Exception {
        super.open();
        klines =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("klines", CodecTypeInfo.PAIR_KLINES));
        timers = getInternalTimerService("close", VoidNamespaceSerializer.INSTANCE, this);
    }

    @Override
    public void processElement(StreamRecord<PairSwaps> element) throws Exception {
        PairKlines pair = new PairKlines();
        for (Swap swap : element.getValue().swaps()) {
            pair.add(element.getValue().pair(), swap, rules, watermarkMs);
        }
        update(pair);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        watermarkMs = mark.getTimestamp();
        super.processWatermark(mark);
    }

    @Override
    public void onEventTime(InternalTimer<Pair, VoidNamespace> timer) throws Exception {
        update(klines.value());
    }

    private void update(PairKlines pair) throws Exception {
        pair.takeChanged(rules, watermarkMs);
        pair.timerMs(pair.nextEventMs(rules, watermarkMs));
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, pair.timerMs());
        klines.update(pair);
    }

    @Override
    public void onProcessingTime(InternalTimer<Pair, VoidNamespace> timer) {
        throw new IllegalStateException("the operator sets no keyed processing-time timers");
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        watermarks.update(List.of(watermarkMs));
    }
}

package io.dexklines.operator.kline;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.kline.PairKlines.AddResult;
import io.dexklines.text.JsonObject;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
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
import org.apache.flink.util.OutputTag;

/**
 * Aggregates swaps into the klines of all intervals. The klines of a pair are one keyed value, a
 * {@link PairKlines}. This class provides it with state, watermarks and timers.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A trade that was late or a duplicate before a failure is so after it. Flink does not
 *       checkpoint watermarks. The operator therefore stores its highest watermark in operator
 *       state, and restores the maximum over all subtasks. In an aligned checkpoint, all subtasks
 *       store the same value, because they received the same watermarks before the barrier.
 *   <li>An interval added to the configuration begins after the latest trade that was counted
 *       without it, so all of its klines are whole. The start of each interval, and the time before
 *       which trades were late, are operator state.
 *   <li>A pair has at most one event-time timer, for the next time at which one of its klines
 *       closes or can no longer change. After the last such time, the pair leaves neither state nor
 *       timer.
 *   <li>A change is emitted within the live interval. The set of changed pairs is not part of a
 *       checkpoint, because it is flushed before each barrier. There are no keyed processing-time
 *       timers that could fire late after a restore.
 *   <li>All changes of a pair are emitted together, so a larger kline always contains the emitted
 *       smaller ones.
 * </ul>
 *
 * <p>When the input ends, or the job is stopped with {@code --drain}, all changes are emitted, and
 * nothing else happens. The watermark {@link Watermark#MAX_WATERMARK}, which Flink sends then, is
 * not a time: it is forwarded and closes no kline. Klines, timers and the highest real watermark
 * stay in state, so a job that is resumed from the savepoint continues as after a plain stop.
 */
public final class KlineOperator extends AbstractStreamOperator<KlineUpdates>
        implements OneInputStreamOperator<PairSwaps, KlineUpdates>,
                Triggerable<Pair, VoidNamespace> {

    /** The side output of late and duplicate trades. */
    public static final OutputTag<ExcludedTrade> EXCLUDED =
            new OutputTag<>("excluded", Types.POJO(ExcludedTrade.class));

    private static final long serialVersionUID = 1L;

    /** Part of the savepoint: never rename. */
    private static final String KLINES_STATE = "klines";

    /** Part of the savepoint: never rename. */
    private static final String WATERMARK_STATE = "watermark";

    /** Part of the savepoint: never rename. */
    private static final String LATEST_TRADE_STATE = "latest-trade";

    /** Part of the savepoint: never rename. */
    private static final String LATE_BEFORE_STATE = "late-before";

    /** Part of the savepoint: never rename. */
    private static final String WHOLE_FROM_STATE = "whole-from";

    /** Part of the savepoint: never rename. */
    private static final String TIMERS = "close";

    private static final long NO_RECORD = Long.MAX_VALUE;

    /**
     * The number of samples of the latency. Each flush adds one; at the default live interval, they
     * span nine minutes.
     */
    private static final int LATENCY_SAMPLES = 1024;

    private final List<String> intervalCodes;
    private final long allowedLatenessMs;
    private final long beginsAtMs;
    private final long liveIntervalMs;

    private transient KlineRules rules;
    private transient ValueState<PairKlines> klines;
    private transient ListState<Long> watermarks;
    private transient ListState<Long> latestTrades;
    private transient ListState<Long> lateBefore;
    private transient BroadcastState<String, Long> wholeFrom;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Set<Pair> changed;
    private transient boolean flushScheduled;

    /** The highest watermark, including those before a restore. Read by metric reporters. */
    private transient volatile long watermarkMs;

    /** The Kafka timestamp of the oldest record that is not yet flushed, epoch milliseconds. */
    private transient long oldestPublishedMs;

    /** The latest time of a counted trade, including those before a restore; epoch milliseconds. */
    private transient long latestTradeMs;

    private transient Counter counted;
    private transient Counter late;
    private transient Counter duplicate;
    private transient Counter emittedOpen;
    private transient Counter emittedClosed;
    private transient Histogram latencyMs;

    /**
     * @param rules the intervals, the allowed lateness and, for a job without state, the time at
     *     which klines begin
     * @param liveIntervalMs how long a change may wait before it is emitted, milliseconds
     */
    public KlineOperator(KlineRules rules, long liveIntervalMs) {
        this.intervalCodes =
                rules.intervals().stream().map(Interval::code).collect(Collectors.toList());
        this.allowedLatenessMs = rules.allowedLatenessMs();
        this.beginsAtMs = rules.lateBeforeMs();
        this.liveIntervalMs = liveIntervalMs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        OperatorStateStore store = context.getOperatorStateStore();
        watermarks = union(store, WATERMARK_STATE);
        latestTrades = union(store, LATEST_TRADE_STATE);
        lateBefore = union(store, LATE_BEFORE_STATE);
        // broadcast state, because all subtasks have the same entries
        wholeFrom =
                store.getBroadcastState(
                        new MapStateDescriptor<>(WHOLE_FROM_STATE, Types.STRING, Types.LONG));
        watermarkMs = highest(watermarks, Long.MIN_VALUE);
        latestTradeMs = highest(latestTrades, 0);
        rules = rules(context.isRestored());
        wholeFrom.clear();
        for (int i = 0; i < intervalCodes.size(); i++) {
            wholeFrom.put(rules.intervals().get(i).code(), rules.wholeFromMs().get(i));
        }
    }

    /** Combines the configured rules with those that the state was written under. */
    private KlineRules rules(boolean restored) throws Exception {
        KlineRules configured =
                KlineRules.of(
                        intervalCodes.stream().map(Interval::ofCode).collect(Collectors.toList()),
                        allowedLatenessMs);
        if (!restored) {
            return configured.beginningAt(beginsAtMs);
        }
        Map<Interval, Long> known = new EnumMap<>(Interval.class);
        for (Map.Entry<String, Long> entry : wholeFrom.entries()) {
            known.put(Interval.ofCode(entry.getKey()), entry.getValue());
        }
        // early versions of the state had no such entries, and all intervals were whole
        return known.isEmpty()
                ? configured
                : configured.continuing(known, latestTradeMs + 1, highest(lateBefore, 0));
    }

    @Override
    public void open() throws Exception {
        super.open();
        klines =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        KLINES_STATE, CodecTypeInfo.PAIR_KLINES));
        timers = getInternalTimerService(TIMERS, VoidNamespaceSerializer.INSTANCE, this);
        changed = new LinkedHashSet<>();
        flushScheduled = false;
        oldestPublishedMs = NO_RECORD;
        registerMetrics();
    }

    private void registerMetrics() {
        MetricGroup metrics = getMetricGroup();
        counted = metrics.counter(KlineMetric.TRADES_COUNTED.metricName());
        late = excludedFor(ExclusionReason.LATE);
        duplicate = excludedFor(ExclusionReason.DUPLICATE);
        emittedOpen = emittedAs("open");
        emittedClosed = emittedAs("closed");
        metrics.gauge(KlineMetric.WATERMARK_LAG_MS.metricName(), this::watermarkLagMs);
        latencyMs =
                metrics.histogram(
                        KlineMetric.KLINE_LATENCY_MS.metricName(),
                        new DescriptiveStatisticsHistogram(LATENCY_SAMPLES));
        for (int i = 0; i < rules.intervals().size(); i++) {
            long fromMs = rules.wholeFromMs().get(i);
            metrics.addGroup(KlineMetric.INTERVAL, rules.intervals().get(i).code())
                    .gauge(KlineMetric.WHOLE_FROM_MS.metricName(), () -> fromMs);
        }
    }

    private Counter excludedFor(ExclusionReason reason) {
        return getMetricGroup()
                .addGroup(KlineMetric.REASON, reason.text())
                .counter(KlineMetric.TRADES_EXCLUDED.metricName());
    }

    private Counter emittedAs(String kind) {
        return getMetricGroup()
                .addGroup(KlineMetric.KIND, kind)
                .counter(KlineMetric.KLINES_OUT.metricName());
    }

    /** Called by the threads of metric reporters. */
    private long watermarkLagMs() {
        long reached = watermarkMs;
        if (reached == Long.MIN_VALUE) {
            return -1;
        }
        return Math.max(0, getProcessingTimeService().getCurrentProcessingTime() - reached);
    }

    @Override
    public void processElement(StreamRecord<PairSwaps> element) throws Exception {
        PairSwaps batch = element.getValue();
        PairKlines held = klines.value();
        PairKlines pair = held == null ? new PairKlines() : held;
        boolean anyCounted = false;
        for (Swap swap : batch.swaps()) {
            AddResult result = pair.add(swap, rules, watermarkMs);
            if (result == AddResult.COUNTED) {
                pair.label(batch.labels(), swap.position());
                latestTradeMs = Math.max(latestTradeMs, swap.position().blockTimeSeconds() * 1000);
                anyCounted = true;
                counted.inc();
            } else {
                exclude(batch, swap, result);
            }
        }
        if (anyCounted) {
            updateTimer(pair);
            klines.update(pair);
            changed.add(batch.pair());
            // records of old brokers, or from other sources, have no timestamp
            if (element.hasTimestamp() && element.getTimestamp() > 0) {
                oldestPublishedMs = Math.min(oldestPublishedMs, element.getTimestamp());
            }
            scheduleFlush();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.equals(Watermark.MAX_WATERMARK)) {
            // not through super, which would fire all timers
            output.emitWatermark(mark);
            return;
        }
        watermarkMs = Math.max(watermarkMs, mark.getTimestamp());
        super.processWatermark(mark);
    }

    @Override
    public void onEventTime(InternalTimer<Pair, VoidNamespace> timer) throws Exception {
        PairKlines pair = klines.value();
        pair.timerMs(PairKlines.NO_TIMER);
        emit(timer.getKey(), pair);
        pair.dropEnded(rules, watermarkMs);
        if (pair.isEmpty()) {
            klines.clear();
        } else {
            updateTimer(pair);
            klines.update(pair);
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<Pair, VoidNamespace> timer) {
        throw new IllegalStateException("the operator sets no keyed processing-time timers");
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        watermarks.update(List.of(watermarkMs));
        latestTrades.update(List.of(latestTradeMs));
        lateBefore.update(List.of(rules.lateBeforeMs(watermarkMs)));
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    private static ListState<Long> union(OperatorStateStore store, String name) throws Exception {
        return store.getUnionListState(new ListStateDescriptor<>(name, Types.LONG));
    }

    private static long highest(ListState<Long> state, long otherwise) throws Exception {
        long highest = otherwise;
        for (long one : state.get()) {
            highest = Math.max(highest, one);
        }
        return highest;
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            getProcessingTimeService()
                    .registerTimer(
                            getProcessingTimeService().getCurrentProcessingTime() + liveIntervalMs,
                            timestamp -> {
                                flushScheduled = false;
                                flush();
                            });
        }
    }

    private void flush() throws Exception {
        for (Pair key : changed) {
            setCurrentKey(key);
            PairKlines pair = klines.value();
            if (pair != null && emit(key, pair)) {
                klines.update(pair);
            }
        }
        changed.clear();
        if (oldestPublishedMs != NO_RECORD) {
            long nowMs = getProcessingTimeService().getCurrentProcessingTime();
            // the producer's clock may be ahead
            latencyMs.update(Math.max(0, nowMs - oldestPublishedMs));
            oldestPublishedMs = NO_RECORD;
        }
    }

    /** Emits the changed klines of a pair. Returns whether there are any. */
    private boolean emit(Pair key, PairKlines pair) {
        List<Kline> updates = pair.takeChanged(rules, watermarkMs);
        if (updates.isEmpty()) {
            return false;
        }
        for (Kline kline : updates) {
            (kline.closed() ? emittedClosed : emittedOpen).inc();
        }
        output.collect(new StreamRecord<>(new KlineUpdates(key, pair.labels(), updates)));
        return true;
    }

    /** Sets the pair's only timer to the next time at which one of its klines closes or ends. */
    private void updateTimer(PairKlines pair) {
        long next = pair.nextEventMs(rules);
        if (next == pair.timerMs()) {
            return;
        }
        if (pair.timerMs() != PairKlines.NO_TIMER) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, pair.timerMs());
        }
        pair.timerMs(next);
        if (next != PairKlines.NO_TIMER) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, next);
        }
    }

    private void exclude(PairSwaps batch, Swap swap, AddResult result) {
        boolean isLate = result == AddResult.LATE;
        (isLate ? late : duplicate).inc();
        output.collect(
                EXCLUDED,
                new StreamRecord<>(
                        new ExcludedTrade(
                                isLate ? ExclusionReason.LATE : ExclusionReason.DUPLICATE,
                                isLate ? lateDetail(swap) : "its identity was counted already",
                                batch.topic(),
                                batch.partition(),
                                batch.offset(),
                                swap.position().index(),
                                json(batch.pair(), swap))));
    }

    private String lateDetail(Swap swap) {
        return swap.position().blockTimeSeconds() * 1000 < rules.lateBeforeMs()
                ? "the job's klines begin at " + rules.lateBeforeMs() + " ms"
                : "the watermark was at " + watermarkMs + " ms";
    }

    /** Returns what the operator knows of a trade, with the field names of the input topic. */
    private static String json(Pair pair, Swap swap) {
        TradePosition position = swap.position();
        return new JsonObject()
                .text("chain_id", pair.chainId())
                .text("pair_addr", pair.address())
                .text("type", swap.buy() ? "buy" : "sell")
                .whole("block_time", position.blockTimeSeconds())
                .whole("block_num", position.block())
                .whole("transaction_index", position.transactionIndex())
                .whole("log_index", position.logIndex())
                .number("token_price_usd", swap.priceUsd())
                .number("mcap", swap.mcapUsd())
                .number("total_usd", swap.volumeUsd())
                .number("token_amount", swap.volumeToken())
                .flag("clamp", swap.clamp())
                .toString();
    }
}

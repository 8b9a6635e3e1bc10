package io.dexklines.operator.kline;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.PairKlines;
import io.dexklines.kline.PairKlines.Verdict;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
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
 * Feeds {@link PairKlines} with state, watermarks and timers: the klines of all intervals of a pair
 * in one keyed value.
 *
 * <p>Guarantees, in the order of what can go wrong:
 *
 * <ul>
 *   <li>Flink does not checkpoint watermarks: after a restore they begin anew at their minimum. The
 *       highest watermark that a decision was made by is therefore operator state, the maximum over
 *       all subtasks; a trade that was late, or remembered, before a crash is so after it. In an
 *       aligned checkpoint all subtasks hold the same one, as all have seen the same watermarks
 *       before the barrier.
 *   <li>An interval that the job had not when its state was written begins after the latest trade
 *       that was counted without it, so its klines are whole from the first on. From when on, and
 *       what was late by other rules, is operator state too.
 *   <li>A pair has at most one event-time timer: for the next moment at which one of its klines
 *       closes or ends. When the last has ended, neither timer nor state is left.
 *   <li>A change leaves within the live interval: the pairs that changed are a list outside of the
 *       checkpoint, because it is emptied before every barrier. So there is no processing-time
 *       timer that a restore could find overdue.
 *   <li>Whenever anything of a pair is emitted, all its changes are: no larger kline is seen beside
 *       a smaller one that it does not hold yet.
 * </ul>
 *
 * <p>Emission when the input ends is by the last watermark, which closes and ends everything.
 */
public final class KlineOperator extends AbstractStreamOperator<KlineUpdates>
        implements OneInputStreamOperator<PairSwaps, KlineUpdates>,
                Triggerable<Pair, VoidNamespace> {

    /** The trades that were found late or duplicate. */
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

    private static final long NOTHING_WAITS = Long.MAX_VALUE;

    /** One for each flush: at the default live interval, those of nine minutes. */
    private static final int LATENCIES_REMEMBERED = 1024;

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

    /** The highest watermark that decisions were made by, also before a restore. */
    private transient volatile long watermarkMs;

    /** When the oldest record was published that is still to be emitted, epoch milliseconds. */
    private transient long oldestPublishedMs;

    /** The latest time of a trade that was counted, also before a restore. */
    private transient long latestTradeMs;

    private transient Counter counted;
    private transient Counter late;
    private transient Counter duplicate;
    private transient Counter emittedOpen;
    private transient Counter emittedClosed;
    private transient Histogram latencyMs;

    /**
     * @param rules the intervals and the allowed lateness, and when klines begin if there is no
     *     state
     * @param liveIntervalMs how long a change may wait for others before it is emitted,
     *     milliseconds
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
        // the same on all subtasks
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

    /** The configured rules, with what the state says of those before. */
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
        // state that does not say which intervals it is of has all of them
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
        oldestPublishedMs = NOTHING_WAITS;
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
                        new DescriptiveStatisticsHistogram(LATENCIES_REMEMBERED));
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

    /** Asked by a reporter's thread. */
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
            Verdict verdict = pair.add(swap, rules, watermarkMs);
            if (verdict == Verdict.COUNTED) {
                pair.label(batch.labels(), swap.position());
                latestTradeMs = Math.max(latestTradeMs, swap.position().blockTimeSeconds() * 1000);
                anyCounted = true;
                counted.inc();
            } else {
                exclude(batch, swap, verdict);
            }
        }
        if (anyCounted) {
            await(pair);
            klines.update(pair);
            changed.add(batch.pair());
            // what no broker has seen, or an old one, carries no time
            if (element.hasTimestamp() && element.getTimestamp() > 0) {
                oldestPublishedMs = Math.min(oldestPublishedMs, element.getTimestamp());
            }
            scheduleFlush();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
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
            await(pair);
            klines.update(pair);
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<Pair, VoidNamespace> timer) {
        throw new IllegalStateException("no processing-time timer is ever set by key");
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        // the watermark that ends an input is no time: a job resumed after it must go on
        watermarks.update(
                watermarkMs == Watermark.MAX_WATERMARK.getTimestamp()
                        ? List.of()
                        : List.of(watermarkMs));
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
        if (oldestPublishedMs != NOTHING_WAITS) {
            long nowMs = getProcessingTimeService().getCurrentProcessingTime();
            // the publisher's clock may be ahead
            latencyMs.update(Math.max(0, nowMs - oldestPublishedMs));
            oldestPublishedMs = NOTHING_WAITS;
        }
    }

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

    /** Lets the pair's one timer wait for its next event. */
    private void await(PairKlines pair) {
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

    private void exclude(PairSwaps batch, Swap swap, Verdict verdict) {
        boolean isLate = verdict == Verdict.LATE;
        (isLate ? late : duplicate).inc();
        output.collect(
                EXCLUDED,
                new StreamRecord<>(
                        new ExcludedTrade(
                                isLate ? ExclusionReason.LATE : ExclusionReason.DUPLICATE,
                                isLate ? whyLate(swap) : "its identity was counted already",
                                batch.topic(),
                                batch.partition(),
                                batch.offset(),
                                swap.position().index(),
                                HeldTradeJson.of(batch.pair(), swap))));
    }

    private String whyLate(Swap swap) {
        return swap.position().blockTimeSeconds() * 1000 < rules.lateBeforeMs()
                ? "the job's klines begin at " + rules.lateBeforeMs() + " ms"
                : "the watermark was at " + watermarkMs + " ms";
    }
}

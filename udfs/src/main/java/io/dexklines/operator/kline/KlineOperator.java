package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.clock.ClockState;
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
import io.dexklines.trade.NewestTrades;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairTape;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.state.StateBackendLoader;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerServiceImpl;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Aggregates swaps into the klines of all intervals. The klines of a pair are one keyed value, a
 * {@link PairKlines}. This class provides it with state, clocks and timers.
 *
 * <p>Each chain has a clock, see {@link ChainWatermarks}. Trades are late, and klines end, by the
 * clock of their chain. Klines close by a time that may be ahead of the clock. A Flink watermark
 * advances the clocks of all chains, including those of chains that are not known yet.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A trade that was late or a duplicate before a failure is so after it. Flink does not
 *       checkpoint watermarks, and those that it combines may fall. The operator therefore keeps
 *       the greatest time of each chain, stores it in operator state, and restores the maximum over
 *       all subtasks. In an aligned checkpoint, all subtasks store the same values, because they
 *       received the same watermarks before the barrier.
 *   <li>The klines of a job without state begin when the source says, if it says so before the
 *       first trade is counted. Each interval begins with its first whole kline after that.
 *   <li>An interval added to the configuration begins after the latest trade that was counted
 *       without it, so all of its klines are whole. The start of each interval, and the time before
 *       which trades of each chain were late, are operator state.
 *   <li>A pair has one timer, for the next time at which one of its klines closes or can no longer
 *       change. After the last end, the pair leaves neither state nor timer.
 *   <li>An end alone emits nothing. If a close follows soon, the timer waits for it, unless a trade
 *       comes before and drops what has ended.
 *   <li>With RocksDB, the pairs that trade are kept decoded in {@link HotPairs}. They are written
 *       before each barrier, so a checkpoint has them all, and a restored job has what the
 *       checkpoint has.
 *   <li>Only while klines are closed ahead of the clock, more is kept: klines that are closed past
 *       their end can still change until the clock has reached it. They are kept apart, each with a
 *       timer for its end, so a trade costs the same however long the clock is held.
 *   <li>A change is emitted within the live interval. The set of changed pairs is not part of a
 *       checkpoint, because it is flushed before each barrier. There are no keyed processing-time
 *       timers that could fire late after a restore.
 *   <li>All changes of a pair are emitted together, so a larger kline always contains the emitted
 *       smaller ones.
 *   <li>With a tape, a flush also emits the newest trades of each pair. They are not state: what a
 *       failed attempt did not emit is counted and emitted again, and what it emitted may be
 *       repeated, with the same identity.
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

    /** The side output of the newest trades of each pair. Nothing is emitted without a tape. */
    public static final OutputTag<PairTape> TAPE = new OutputTag<>("tape", CodecTypeInfo.PAIR_TAPE);

    private static final long serialVersionUID = 1L;

    /** Part of the savepoint: never rename. */
    private static final String KLINES_STATE = "klines";

    /** Part of the savepoint: never rename. */
    private static final String ENDED_STATE = "ended";

    /** Part of the savepoint: never rename. */
    private static final String WATERMARK_STATE = "watermark";

    /** Part of the savepoint: never rename. */
    private static final String CLOCKS_STATE = "clocks";

    /** Part of the savepoint: never rename. */
    private static final String LATEST_TRADE_STATE = "latest-trade";

    /** Part of the savepoint: never rename. */
    private static final String LATE_BEFORE_STATE = "late-before";

    /** Part of the savepoint: never rename. */
    private static final String WHOLE_FROM_STATE = "whole-from";

    /** The timers of former versions. Part of the savepoint: never rename. */
    private static final String FORMER_TIMERS = "close";

    /** The timers of a chain, before its identifier. Part of the savepoint: never rename. */
    private static final String CLOSING_TIMERS = "closing-";

    /** The timers of a chain, before its identifier. Part of the savepoint: never rename. */
    private static final String ENDS_TIMERS = "ends-";

    /**
     * The most decoded pairs of a subtask. Each takes about 4 kB, and 32 bytes for each identity.
     */
    static final int MAX_HOT_PAIRS = 10_000;

    /**
     * The longest time that what has ended waits for the next close, event time in milliseconds.
     */
    private static final long MAX_WAIT_FOR_CLOSE_MS = 3_600_000;

    private static final ChainTime NOT_STARTED =
            new ChainTime(ChainTime.NOT_STARTED, ChainTime.NOT_STARTED);

    private static final long NO_RECORD = Long.MAX_VALUE;

    private static final long NO_TRADE = 0;

    /**
     * The number of samples of the latency. Each flush adds one; at the default live interval, they
     * span nine minutes.
     */
    private static final int LATENCY_SAMPLES = 1024;

    private final List<String> intervalCodes;
    private final long allowedLatenessMs;
    private final long beginsAtMs;
    private final long liveIntervalMs;
    private final int tapeTrades;
    private final int maxHotPairs;

    /** Read by metric reporters. */
    private transient volatile KlineRules rules;

    /** The rules under which klines end when they close, to find the next close. */
    private transient KlineRules closes;

    private transient HotPairs klines;

    /**
     * What the klines of the pair are closed past the end of, although trades before it are not
     * late yet, by close time in epoch milliseconds. It is apart from the other klines, because
     * those are read and written with every trade.
     */
    private transient MapState<Long, PairKlines> ended;

    private transient ListState<Long> watermarks;
    private transient ListState<ClockState> clocks;
    private transient ListState<Long> latestTrades;
    private transient ListState<Long> lateBefore;
    private transient BroadcastState<String, Long> wholeFrom;
    private transient Map<String, Chain> chains;
    private transient Set<Pair> changed;

    /** Those of the changed pairs that may hold klines which are closed past their end. */
    private transient Set<Pair> past;

    /**
     * The newest trades of each pair since the last flush. It is empty without a tape, and at every
     * barrier, since a flush comes before.
     */
    private transient Map<Pair, NewestTrades> tape;

    private transient boolean flushScheduled;

    /** Whether the smallest interval is another one than that of the restored state. */
    private transient boolean smallestChanged;

    /** The highest Flink watermark, including those before a restore. No clock is behind it. */
    private transient long watermarkMs;

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
     * @param rules the intervals, the allowed lateness and, for a job without state, the earliest
     *     time at which klines begin; the source may tell a later one, see {@link
     *     ChainWatermarks#begin}
     * @param liveIntervalMs how long a change may wait before it is emitted, milliseconds
     * @param tapeTrades the most trades of a pair that one flush emits to {@link #TAPE}; 0 without
     *     a tape
     */
    public KlineOperator(KlineRules rules, long liveIntervalMs, int tapeTrades) {
        this(rules, liveIntervalMs, tapeTrades, MAX_HOT_PAIRS);
    }

    /**
     * @param maxHotPairs the most pairs that are kept decoded, with a state backend that encodes
     */
    KlineOperator(KlineRules rules, long liveIntervalMs, int tapeTrades, int maxHotPairs) {
        this.intervalCodes =
                rules.intervals().stream().map(Interval::code).collect(Collectors.toList());
        this.allowedLatenessMs = rules.allowedLatenessMs();
        this.beginsAtMs = rules.lateBeforeMs();
        this.liveIntervalMs = liveIntervalMs;
        this.tapeTrades = tapeTrades;
        this.maxHotPairs = maxHotPairs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        OperatorStateStore store = context.getOperatorStateStore();
        watermarks = union(store, WATERMARK_STATE, Types.LONG);
        clocks = union(store, CLOCKS_STATE, CodecTypeInfo.CLOCK_STATE);
        latestTrades = union(store, LATEST_TRADE_STATE, Types.LONG);
        lateBefore = union(store, LATE_BEFORE_STATE, Types.LONG);
        // broadcast state, because all subtasks have the same entries
        wholeFrom =
                store.getBroadcastState(
                        new MapStateDescriptor<>(WHOLE_FROM_STATE, Types.STRING, Types.LONG));
        watermarkMs = highest(watermarks, Long.MIN_VALUE);
        latestTradeMs = highest(latestTrades, NO_TRADE);
        rules = rules(context.isRestored());
        closes = KlineRules.of(rules.intervals(), 0);
        storeWholeFrom();
    }

    private void storeWholeFrom() throws Exception {
        wholeFrom.clear();
        for (int i = 0; i < intervalCodes.size(); i++) {
            wholeFrom.put(rules.intervals().get(i).code(), rules.wholeFromMs().get(i));
        }
    }

    /** Combines the configured rules with those that the state was written under. */
    private KlineRules rules(boolean restored) throws Exception {
        KlineRules configured = configuredRules();
        if (!restored) {
            return configured.beginningAt(beginsAtMs);
        }
        Map<Interval, Long> known = new EnumMap<>(Interval.class);
        for (Map.Entry<String, Long> entry : wholeFrom.entries()) {
            known.put(Interval.ofCode(entry.getKey()), entry.getValue());
        }
        smallestChanged =
                !known.isEmpty() && Collections.min(known.keySet()) != configured.smallest();
        // early versions of the state had no such entries, and all intervals were whole
        return known.isEmpty()
                ? configured
                : configured.continuing(known, latestTradeMs + 1, highest(lateBefore, 0));
    }

    private KlineRules configuredRules() {
        return KlineRules.of(
                intervalCodes.stream().map(Interval::ofCode).collect(Collectors.toList()),
                allowedLatenessMs);
    }

    @Override
    public void open() throws Exception {
        super.open();
        ValueState<PairKlines> stored =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        KLINES_STATE, CodecTypeInfo.PAIR_KLINES));
        klines = new HotPairs(stored, encodesState() ? maxHotPairs : 0, this, this::settle);
        ended =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        ENDED_STATE, Types.LONG, CodecTypeInfo.PAIR_KLINES));
        chains = new HashMap<>();
        changed = new LinkedHashSet<>();
        past = new HashSet<>();
        tape = new LinkedHashMap<>();
        flushScheduled = false;
        oldestPublishedMs = NO_RECORD;
        registerMetrics();
        Map<String, ClockState> kept = new HashMap<>();
        for (ClockState clock : clocks.get()) {
            kept.merge(clock.chainId(), clock, ClockState::max);
        }
        kept.values().forEach(this::addChain);
        if (smallestChanged) {
            putBackAll();
        }
        // every timer fires once, which sets the timer of the pair's chain instead
        timers(FORMER_TIMERS, this).advanceWatermark(Long.MAX_VALUE);
    }

    /** Returns whether keyed state hands out a new object at every access. */
    private boolean encodesState() {
        return StateBackendLoader.ROCKSDB_STATE_BACKEND_NAME.equals(
                getKeyedStateBackend().getBackendTypeIdentifier());
    }

    /**
     * Takes back all klines that are kept apart until the next flush. They are kept by the close
     * times of the intervals that there were, so a trade would not find its identity.
     */
    private void putBackAll() throws Exception {
        List<Pair> pairs;
        try (Stream<Pair> keys =
                this.<Pair>getKeyedStateBackend().getKeys(ENDED_STATE, VoidNamespace.INSTANCE)) {
            pairs = keys.distinct().collect(Collectors.toList());
        }
        for (Pair key : pairs) {
            setCurrentKey(key);
            PairKlines pair = klines.get(key);
            List<Long> closeTimesMs = new ArrayList<>();
            ended.keys().forEach(closeTimesMs::add);
            for (long closeTimeMs : closeTimesMs) {
                chain(key).putBack(pair, closeTimeMs);
            }
            changed.add(key);
            past.add(key);
            klines.put(key, pair);
        }
        if (!pairs.isEmpty()) {
            scheduleFlush();
        }
    }

    private Chain chain(Pair pair) {
        return chain(pair.chainId());
    }

    private Chain chain(String chainId) {
        Chain chain = chains.get(chainId);
        return chain == null ? addChain(new ClockState(chainId, NOT_STARTED, 0)) : chain;
    }

    private Chain addChain(ClockState kept) {
        Chain chain = new Chain(kept);
        chains.put(kept.chainId(), chain);
        return chain;
    }

    private InternalTimerServiceImpl<?, VoidNamespace> timers(
            String name, Triggerable<Pair, VoidNamespace> fired) {
        // only the implementation can be advanced apart from the operator's other timers
        return (InternalTimerServiceImpl<?, VoidNamespace>)
                getInternalTimerService(name, VoidNamespaceSerializer.INSTANCE, fired);
    }

    private void registerMetrics() {
        MetricGroup metrics = getMetricGroup();
        counted = metrics.counter(KlineMetric.TRADES_COUNTED.metricName());
        late = excludedFor(ExclusionReason.LATE);
        duplicate = excludedFor(ExclusionReason.DUPLICATE);
        emittedOpen = emittedAs("open");
        emittedClosed = emittedAs("closed");
        latencyMs =
                metrics.histogram(
                        KlineMetric.KLINE_LATENCY_MS.metricName(),
                        new DescriptiveStatisticsHistogram(LATENCY_SAMPLES));
        for (int i = 0; i < rules.intervals().size(); i++) {
            int interval = i;
            metrics.addGroup(KlineMetric.INTERVAL, rules.intervals().get(i).code())
                    .gauge(
                            KlineMetric.WHOLE_FROM_MS.metricName(),
                            () -> rules.wholeFromMs().get(interval));
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

    @Override
    public void processElement(StreamRecord<PairSwaps> element) throws Exception {
        PairSwaps batch = element.getValue();
        Chain chain = chain(batch.pair());
        long clockMs = chain.time.lateMs();
        PairKlines held = klines.get(batch.pair());
        PairKlines pair = held == null ? new PairKlines() : held;
        // what has changed is emitted before it is dropped
        if (chain.holdsEnded(pair) && !changed.contains(batch.pair())) {
            pair.dropEnded(chain.rules, clockMs);
        }
        boolean anyCounted = false;
        boolean anyPast = false;
        for (Swap swap : batch.swaps()) {
            anyPast |= chain.recall(pair, swap.position().blockTimeSeconds() * 1000);
            AddResult result = pair.add(batch.pair(), swap, chain.rules, clockMs);
            if (result == AddResult.COUNTED) {
                pair.label(batch.labels(), swap.position());
                latestTradeMs = Math.max(latestTradeMs, swap.position().blockTimeSeconds() * 1000);
                anyCounted = true;
                counted.inc();
                if (tapeTrades > 0) {
                    addToTape(batch.pair(), swap);
                }
            } else {
                exclude(batch, swap, result, chain);
            }
        }
        if (anyPast) {
            past.add(batch.pair());
        }
        if (anyCounted || anyPast) {
            chain.updateTimer(pair);
            changed.add(batch.pair());
            klines.put(batch.pair(), pair);
            // records of old brokers, or from other sources, have no timestamp
            if (anyCounted && element.hasTimestamp() && element.getTimestamp() > 0) {
                oldestPublishedMs = Math.min(oldestPublishedMs, element.getTimestamp());
            }
            scheduleFlush();
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        if (mark.equals(Watermark.MAX_WATERMARK)) {
            output.emitWatermark(mark);
            return;
        }
        watermarkMs = Math.max(watermarkMs, mark.getTimestamp());
        for (Chain chain : chains.values()) {
            chain.advance(new ChainTime(watermarkMs, watermarkMs));
        }
        // not through super, which would advance the timers by the watermark
        output.emitWatermark(mark);
    }

    /** Sets the time at which klines begin, unless trades have been counted. */
    private void begin(long timeMs) throws Exception {
        if (latestTradeMs != NO_TRADE) {
            return;
        }
        rules = configuredRules().beginningAt(Math.max(timeMs, beginsAtMs));
        storeWholeFrom();
        chains.values()
                .forEach(chain -> chain.rules = rules.alsoLateBefore(chain.rules.lateBeforeMs()));
    }

    /** Advances the clock of a chain. The times of chains are not forwarded: no sink needs them. */
    @Override
    public void processWatermark(WatermarkEvent event) throws Exception {
        OptionalLong begin = ChainWatermarks.readBegin(event.getWatermark());
        if (begin.isPresent()) {
            begin(begin.getAsLong());
            return;
        }
        Optional<ChainWatermarks.Advance> told = ChainWatermarks.read(event.getWatermark());
        if (told.isPresent()) {
            chain(told.get().chainId()).advance(told.get().time());
        } else {
            super.processWatermark(event);
        }
    }

    @Override
    public void onEventTime(InternalTimer<Pair, VoidNamespace> timer) throws Exception {
        PairKlines pair = klines.get(timer.getKey());
        pair.timerMs(PairKlines.NO_TIMER);
        Chain chain = chain(timer.getKey());
        emit(timer.getKey(), pair, chain);
        chain.removeEnded(pair);
        chain.updateTimer(pair);
        keep(timer.getKey(), pair);
    }

    /** Stores the klines of the pair that is the current key, unless nothing is left of it. */
    private void keep(Pair key, PairKlines pair) throws Exception {
        // the labels stay as long as klines can change
        if (pair.isEmpty() && ended.isEmpty()) {
            klines.remove(key);
        } else {
            klines.update(key, pair);
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<Pair, VoidNamespace> timer) {
        throw new IllegalStateException("the operator sets no keyed processing-time timers");
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        flush();
        writeBack();
    }

    /** Completes keyed state. */
    void writeBack() throws Exception {
        klines.writeBack();
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        watermarks.update(List.of(watermarkMs));
        List<ClockState> kept = new ArrayList<>(chains.size());
        chains.values().forEach(chain -> kept.add(chain.state()));
        clocks.update(kept);
        latestTrades.update(List.of(latestTradeMs));
        lateBefore.update(List.of(rules.lateBeforeMs(watermarkMs)));
    }

    @Override
    public void finish() throws Exception {
        flush();
        super.finish();
    }

    private static <T> ListState<T> union(
            OperatorStateStore store, String name, TypeInformation<T> type) throws Exception {
        return store.getUnionListState(new ListStateDescriptor<>(name, type));
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

    /** Emits the changes of all pairs. */
    void flush() throws Exception {
        for (Pair key : changed) {
            setCurrentKey(key);
            PairKlines pair = klines.get(key);
            if (pair == null) {
                continue;
            }
            boolean emitted = emit(key, pair, chain(key));
            boolean isPast = past.contains(key);
            if (isPast) {
                chain(key).removeEnded(pair);
            }
            if (emitted || isPast) {
                keep(key, pair);
            }
        }
        changed.clear();
        past.clear();
        emitTape();
        if (oldestPublishedMs != NO_RECORD) {
            long nowMs = getProcessingTimeService().getCurrentProcessingTime();
            // the producer's clock may be ahead
            latencyMs.update(Math.max(0, nowMs - oldestPublishedMs));
            oldestPublishedMs = NO_RECORD;
        }
    }

    private void addToTape(Pair pair, Swap trade) {
        NewestTrades newest = tape.get(pair);
        if (newest == null) {
            newest = new NewestTrades(tapeTrades);
            tape.put(pair, newest);
        }
        newest.add(trade);
    }

    private void emitTape() {
        tape.forEach((pair, newest) -> output.collect(TAPE, new StreamRecord<>(newest.tape(pair))));
        tape.clear();
    }

    /**
     * Stores a pair that leaves the cache and is the current key. Its changes are emitted first,
     * because the next flush would have to read it again.
     */
    private void settle(Pair key, PairKlines pair) throws Exception {
        if (changed.remove(key)) {
            emit(key, pair, chain(key));
        }
        if (past.remove(key)) {
            chain(key).removeEnded(pair);
        }
        keep(key, pair);
    }

    /** Emits the changed klines of a pair. Returns whether there are any. */
    private boolean emit(Pair key, PairKlines pair, Chain chain) {
        List<Kline> updates = pair.takeChanged(rules, chain.time.closingMs());
        if (updates.isEmpty()) {
            return false;
        }
        for (Kline kline : updates) {
            (kline.closed() ? emittedClosed : emittedOpen).inc();
        }
        output.collect(new StreamRecord<>(new KlineUpdates(key, pair.labels(), updates)));
        return true;
    }

    private void exclude(PairSwaps batch, Swap swap, AddResult result, Chain chain) {
        boolean isLate = result == AddResult.LATE;
        (isLate ? late : duplicate).inc();
        output.collect(
                EXCLUDED,
                new StreamRecord<>(
                        new ExcludedTrade(
                                isLate ? ExclusionReason.LATE : ExclusionReason.DUPLICATE,
                                isLate
                                        ? chain.lateDetail(swap)
                                        : "its identity was counted already",
                                batch.topic(),
                                batch.partition(),
                                batch.offset(),
                                swap.position().index(),
                                json(batch.pair(), swap))));
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

    /** Drops what {@link Chain#removeEnded} kept, once the clock has reached its end. */
    private final class Ends implements Triggerable<Pair, VoidNamespace> {

        @Override
        public void onEventTime(InternalTimer<Pair, VoidNamespace> timer) throws Exception {
            long closeTimeMs = timer.getTimestamp() + 1 - allowedLatenessMs;
            if (ended.contains(closeTimeMs)) {
                ended.remove(closeTimeMs);
            } else {
                // it was taken back, or the allowed lateness was another one
                dropAllEnded(chain(timer.getKey()));
            }
            if (ended.isEmpty()) {
                PairKlines pair = klines.get(timer.getKey());
                if (pair != null && pair.isEmpty()) {
                    klines.remove(timer.getKey());
                }
            }
        }

        private void dropAllEnded(Chain chain) throws Exception {
            List<Long> dropped = new ArrayList<>();
            for (long closeTimeMs : ended.keys()) {
                long endsAtMs = rules.endsAtMs(closeTimeMs);
                if (endsAtMs <= chain.time.lateMs()) {
                    dropped.add(closeTimeMs);
                } else {
                    chain.ends.registerEventTimeTimer(VoidNamespace.INSTANCE, endsAtMs);
                }
            }
            for (long closeTimeMs : dropped) {
                ended.remove(closeTimeMs);
            }
        }

        @Override
        public void onProcessingTime(InternalTimer<Pair, VoidNamespace> timer) {
            KlineOperator.this.onProcessingTime(timer);
        }
    }

    /** A chain, with its clock and its timers. */
    private final class Chain {

        private final String chainId;

        /** The operator's rules, and what was late in this chain under those before a restore. */
        private KlineRules rules;

        /** The one timer of each pair, for the next event that klines are not closed up to. */
        private final InternalTimerServiceImpl<?, VoidNamespace> closing;

        /** Timers for the ends that klines are closed up to, but that the clock has not reached. */
        private final InternalTimerServiceImpl<?, VoidNamespace> ends;

        /** Read by metric reporters. */
        private volatile ChainTime time;

        Chain(ClockState kept) {
            chainId = kept.chainId();
            rules = KlineOperator.this.rules.alsoLateBefore(kept.lateBeforeMs());
            time = kept.time().max(new ChainTime(watermarkMs, watermarkMs));
            closing = timers(CLOSING_TIMERS + chainId, KlineOperator.this);
            ends = timers(ENDS_TIMERS + chainId, new Ends());
            getMetricGroup()
                    .addGroup(KlineMetric.CHAIN, chainId)
                    .gauge(KlineMetric.CLOCK_LAG_MS.metricName(), this::lagMs);
        }

        ClockState state() {
            return new ClockState(chainId, time, rules.lateBeforeMs(time.lateMs()));
        }

        /** Takes a new time, unless the clock is ahead of it, and fires the timers that are due. */
        void advance(ChainTime told) throws Exception {
            time = time.max(told);
            // in this order, because a timer for an end is set where klines are closed past it
            closing.advanceWatermark(time.closingMs());
            ends.advanceWatermark(time.lateMs());
        }

        boolean isClosedAhead() {
            return time.closingMs() > time.lateMs();
        }

        /**
         * Removes what has ended from the pair that is the current key; keeps it if it can change.
         */
        void removeEnded(PairKlines pair) throws Exception {
            pair.dropEnded(rules, time.lateMs());
            if (isClosedAhead()) {
                for (Map.Entry<Long, PairKlines> taken :
                        pair.takeEnded(rules, time.closingMs()).entrySet()) {
                    ended.put(taken.getKey(), taken.getValue());
                    ends.registerEventTimeTimer(
                            VoidNamespace.INSTANCE, rules.endsAtMs(taken.getKey()));
                }
            }
        }

        /**
         * Takes back what {@link #removeEnded} kept of the klines that contain a time. Returns
         * whether klines are closed past the end of any of them.
         */
        boolean recall(PairKlines pair, long timeMs) throws Exception {
            boolean anyPast = false;
            if (isClosedAhead()) {
                for (Interval interval : rules.intervals()) {
                    long closeTimeMs = interval.closeTimeMs(interval.openTimeMs(timeMs));
                    if (rules.endsAtMs(closeTimeMs) <= time.closingMs()) {
                        anyPast = true;
                        putBack(pair, closeTimeMs);
                    }
                }
            }
            return anyPast;
        }

        void putBack(PairKlines pair, long closeTimeMs) throws Exception {
            PairKlines kept = ended.get(closeTimeMs);
            if (kept != null) {
                pair.putBack(kept, rules);
                ended.remove(closeTimeMs);
            }
        }

        /** Sets the timer of the pair that is the current key. */
        void updateTimer(PairKlines pair) {
            long next = nextEventMs(pair);
            if (next == pair.timerMs()) {
                return;
            }
            if (pair.timerMs() != PairKlines.NO_TIMER) {
                closing.deleteEventTimeTimer(VoidNamespace.INSTANCE, pair.timerMs());
            }
            pair.timerMs(next);
            if (next != PairKlines.NO_TIMER) {
                closing.registerEventTimeTimer(VoidNamespace.INSTANCE, next);
            }
        }

        /** Returns the time of the next close, or of the next end if no close follows soon. */
        private long nextEventMs(PairKlines pair) {
            long next = pair.nextEventMs(rules, time.closingMs());
            long close = pair.nextEventMs(closes, time.closingMs());
            return close != PairKlines.NO_TIMER && close - next <= MAX_WAIT_FOR_CLOSE_MS
                    ? close
                    : next;
        }

        /** Returns whether a pair holds what has ended, because its timer waits for a close. */
        boolean holdsEnded(PairKlines pair) {
            return time.lateMs() > allowedLatenessMs
                    && pair.nextEventMs(closes, Long.MIN_VALUE)
                            <= time.lateMs() - allowedLatenessMs;
        }

        String lateDetail(Swap swap) {
            return rules.hasEnded(swap.position().blockTimeSeconds() * 1000, time.lateMs())
                    ? "the clock of chain " + chainId + " was at " + time.lateMs() + " ms"
                    : "the job's klines begin at " + rules.lateBeforeMs() + " ms";
        }

        /** Called by the threads of metric reporters. */
        private long lagMs() {
            long reachedMs = time.lateMs();
            return reachedMs == ChainTime.NOT_STARTED
                    ? -1
                    : Math.max(
                            0, getProcessingTimeService().getCurrentProcessingTime() - reachedMs);
        }
    }
}

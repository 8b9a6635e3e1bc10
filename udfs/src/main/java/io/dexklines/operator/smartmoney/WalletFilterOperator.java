package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.smartmoney.WalletFilter;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes the trades of wallets that may be listed, and drops all others before the shuffle.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>No trade of a wallet that was listed when the trade was read is missed, not even at the
 *       first start or after a restore. A trade arrives at a wall-clock time. It waits until the
 *       watermark of the lists has reached that time, and only then may be dropped.
 *   <li>At most {@link SmartMoneyRules#maxWaitingTrades} trades wait in memory. Beyond that, the
 *       oldest pass unfiltered and wait in the keyed state of the next operator, which checks
 *       exactly.
 *   <li>While the lists cannot be read, at most {@link SmartMoneyRules#maxUndecidedTrades} trades
 *       wait there. Beyond that, trades are let go and counted: the klines do not wait for the
 *       lists. Trades of wallets that the filter does not contain are let go from half of that
 *       number on, so the trades of the wallets that are listed as far as is known keep the other
 *       half.
 *   <li>Watermarks and idleness of the trades are ignored. Downstream, event time is the watermark
 *       of the lists. The arrival of a trade is always after all emitted watermarks, even if the
 *       clock is set back. Trades that a restore finds waiting arrive again.
 *   <li>All subtasks have the same filters, because these depend only on the broadcast changes. A
 *       checkpoint writes only the filters that changed.
 *   <li>The clocks of all machines are assumed to agree. If the clock of the lists is ahead, a list
 *       change made just before a trade, by less than the difference, may apply too late.
 * </ul>
 *
 * <p>When an input ends, or the job is stopped with {@code --drain}, nothing is decided. The
 * watermark {@link Watermark#MAX_WATERMARK}, which Flink sends then, is not a time: lists that end
 * have not been read up to the arrival of the waiting trades. It is not forwarded, so no operator
 * downstream takes it for a time. The waiting trades stay in state, and a job that is resumed from
 * the savepoint decides them as after a plain stop.
 */
public final class WalletFilterOperator extends AbstractStreamOperator<WalletTrade>
        implements TwoInputStreamOperator<TradeBatch, ListChange, WalletTrade> {

    private static final long serialVersionUID = 1L;

    /** Part of the savepoint: never rename. */
    private static final String FILTERS_STATE = "filters";

    /** Part of the savepoint: never rename. */
    private static final String WAITING_STATE = "waiting";

    /** Part of the savepoint: never rename. */
    private static final String UNDECIDED_STATE = "undecided";

    private static final Logger LOG = LoggerFactory.getLogger(WalletFilterOperator.class);

    private static final long NO_TIME = Long.MIN_VALUE;

    /** The filter version of a trade that has not been checked since a restore. */
    private static final long NOT_CHECKED = -1;

    private final SmartMoneyRules rules;

    private transient WalletFilter filter;

    /** The filter, as the prefilter sees it. */
    private transient SharedWalletFilter shared;

    private transient BroadcastState<String, byte[]> filters;
    private transient ListState<WalletTrade> waitingState;
    private transient ListState<Tuple2<Long, Long>> undecidedState;
    private transient List<WalletTrade> restored;

    /** The waiting trades, ascending by arrival. */
    private transient Queue<Waiting> waiting;

    /** The trades that wait behind the filter. */
    private transient UndecidedTrades undecided;

    /** How many trades of wallets in the filter may wait behind it. */
    private transient long mostKnown;

    /** How many trades may wait behind the filter before one of another wallet is let go. */
    private transient long mostUnknown;

    private transient boolean letsGo;

    private transient long newestArrivalMs;
    private transient long listsMs;
    private transient long emittedMs;

    private transient Counter hits;
    private transient Counter dropped;
    private transient Counter unfiltered;
    private transient Counter letGo;

    // values of gauges, read by the threads of metric reporters
    private transient volatile long listed;
    private transient volatile long stale;
    private transient volatile long layers;
    private transient volatile long filterBytes;
    private transient volatile long undecidedTrades;

    /**
     * A trade that waits for the lists.
     *
     * @param filterVersion the version of the filter that the trade was last checked against
     */
    private record Waiting(Trade trade, long fingerprint, long arrivalMs, long filterVersion) {}

    /** Creates the operator. */
    public WalletFilterOperator(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        filters =
                context.getOperatorStateStore()
                        .getBroadcastState(
                                new MapStateDescriptor<>(
                                        FILTERS_STATE,
                                        Types.STRING,
                                        PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
        filter = new WalletFilter(rules.falsePositiveRate(), rules.expectedWallets());
        for (Map.Entry<String, byte[]> chain : filters.immutableEntries()) {
            filter.restore(chain.getKey(), chain.getValue());
        }
        waitingState =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        WAITING_STATE, CodecTypeInfo.WALLET_TRADE));
        restored = new ArrayList<>();
        waitingState.get().forEach(restored::add);
        undecidedState =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>(
                                        UNDECIDED_STATE, Types.TUPLE(Types.LONG, Types.LONG)));
        undecided = new UndecidedTrades();
        List<Tuple2<Long, Long>> before = new ArrayList<>();
        undecidedState.get().forEach(before::add);
        before.sort(Comparator.comparing(slice -> slice.f0));
        before.forEach(slice -> undecided.add(slice.f0, slice.f1));
    }

    @Override
    public void open() throws Exception {
        super.open();
        waiting = new ArrayDeque<>();
        newestArrivalMs = NO_TIME;
        listsMs = NO_TIME;
        emittedMs = NO_TIME;
        hits = counter(SmartMoneyMetric.FILTER_HITS);
        dropped = counter(SmartMoneyMetric.FILTER_DROPPED);
        unfiltered = counter(SmartMoneyMetric.FILTER_UNFILTERED);
        letGo = counter(SmartMoneyMetric.LET_GO);
        int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        mostKnown = (rules.maxUndecidedTrades() + subtasks - 1) / subtasks;
        mostUnknown = (mostKnown + 1) / 2;
        undecidedTrades = undecided.total();
        gauge(SmartMoneyMetric.UNDECIDED, () -> undecidedTrades);
        gauge(SmartMoneyMetric.FILTER_WAITING, () -> (long) waiting.size());
        gauge(SmartMoneyMetric.WALLETS_LISTED, () -> listed);
        gauge(SmartMoneyMetric.FILTER_STALE, () -> stale);
        gauge(SmartMoneyMetric.FILTER_LAYERS, () -> layers);
        gauge(SmartMoneyMetric.FILTER_BYTES, () -> filterBytes);
        measure();
        measureBytes();
        long nowMs = arrivalMs();
        for (WalletTrade held : restored) {
            Trade trade = held.trade();
            waiting.add(
                    new Waiting(
                            trade, WalletFilter.fingerprint(trade.maker()), nowMs, NOT_CHECKED));
        }
        restored = null;
        shared = SharedWalletFilter.open(getRuntimeContext(), filter);
        shared.setWaiting(waiting.size());
    }

    @Override
    public void close() throws Exception {
        if (shared != null) {
            shared.close();
        }
        super.close();
    }

    @Override
    public void processElement1(StreamRecord<TradeBatch> element) {
        long nowMs = arrivalMs();
        List<Trade> trades = element.getValue().trades();
        for (int i = 0; i < trades.size(); i++) {
            filter(trades.get(i), nowMs);
        }
        shared.setWaiting(waiting.size());
    }

    @Override
    public void processElement2(StreamRecord<ListChange> element) {
        shared.apply(element.getValue());
    }

    @Override
    public void processWatermark1(Watermark mark) {
        // block time has no meaning here
    }

    @Override
    public void processWatermark1(WatermarkEvent mark) {
        // nor have the clocks of the chains
    }

    @Override
    public void processWatermark2(Watermark mark) {
        if (!mark.equals(Watermark.MAX_WATERMARK)) {
            advanceLists(mark.getTimestamp());
        }
    }

    @Override
    protected void processWatermarkStatus(WatermarkStatus status, int input) {
        // Idle trades do not hold the lists back, and idle lists do not advance.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        Map<String, byte[]> changed = filter.takeChanged();
        if (!changed.isEmpty()) {
            filters.putAll(changed);
            measureBytes();
        }
        List<WalletTrade> held = new ArrayList<>(waiting.size());
        for (Waiting trade : waiting) {
            held.add(passed(trade.trade(), trade.arrivalMs()));
        }
        waitingState.update(held);
        undecidedState.update(undecided.snapshot());
    }

    /** Returns the current time, but not before earlier arrivals, and after emitted watermarks. */
    private long arrivalMs() {
        long nowMs = getProcessingTimeService().getCurrentProcessingTime();
        newestArrivalMs = Math.max(Math.max(nowMs, newestArrivalMs), emittedMs + 1);
        return newestArrivalMs;
    }

    private void filter(Trade trade, long arrivalMs) {
        long fingerprint = WalletFilter.fingerprint(trade.maker());
        if (filter.mightContain(trade.chainId(), fingerprint)) {
            passUndecided(hits, mostKnown, trade, arrivalMs);
        } else if (arrivalMs <= listsMs) {
            dropped.inc();
        } else {
            waiting.add(new Waiting(trade, fingerprint, arrivalMs, filter.version()));
            while (waiting.size() > rules.maxWaitingTrades()) {
                Waiting oldest = waiting.remove();
                if (isKnownByNow(oldest)) {
                    passUndecided(hits, mostKnown, oldest.trade(), oldest.arrivalMs());
                } else {
                    passUndecided(unfiltered, mostUnknown, oldest.trade(), oldest.arrivalMs());
                }
            }
        }
    }

    /** Returns whether a trade that did not pass when it arrived would pass now. */
    private boolean isKnownByNow(Waiting trade) {
        return trade.filterVersion() != filter.version()
                && filter.mightContain(trade.trade().chainId(), trade.fingerprint());
    }

    /** Decides the trades that arrived up to a watermark of the lists, and forwards it. */
    private void advanceLists(long newListsMs) {
        listsMs = Math.max(listsMs, newListsMs);
        undecided.decided(listsMs);
        undecidedTrades = undecided.total();
        letsGo = letsGo && undecidedTrades > 0;
        measure();
        while (!waiting.isEmpty() && waiting.peek().arrivalMs() <= listsMs) {
            Waiting trade = waiting.remove();
            if (isKnownByNow(trade)) {
                pass(hits, trade.trade(), trade.arrivalMs());
            } else {
                dropped.inc();
            }
        }
        shared.setWaiting(waiting.size());
        shared.advance(listsMs);
        if (listsMs > emittedMs) {
            emittedMs = listsMs;
            output.emitWatermark(new Watermark(listsMs));
        }
    }

    /** Passes a trade that may have to wait behind the filter, unless too many wait there. */
    private void passUndecided(Counter counter, long most, Trade trade, long arrivalMs) {
        if (arrivalMs > listsMs) {
            if (undecided.total() >= most) {
                letGo(trade);
                return;
            }
            undecided.add(arrivalMs, 1);
            undecidedTrades = undecided.total();
        }
        pass(counter, trade, arrivalMs);
    }

    private void letGo(Trade trade) {
        if (!letsGo) {
            LOG.warn(
                    "the lists of wallets cannot be read, and {} trades wait for them: later ones"
                            + " are let go, from {} on",
                    undecided.total(),
                    trade.txHash());
        }
        letsGo = true;
        letGo.inc();
    }

    private void pass(Counter counter, Trade trade, long arrivalMs) {
        counter.inc();
        output.collect(new StreamRecord<>(passed(trade, arrivalMs), arrivalMs));
    }

    private static WalletTrade passed(Trade trade, long arrivalMs) {
        return new WalletTrade(trade, Wallet.ofMaker(trade), arrivalMs);
    }

    private void measure() {
        listed = filter.listed();
        stale = filter.stale();
        layers = filter.layers();
    }

    private void measureBytes() throws Exception {
        long bytes = 0;
        for (Map.Entry<String, byte[]> chain : filters.immutableEntries()) {
            bytes += chain.getValue().length;
        }
        filterBytes = bytes;
    }

    private void gauge(SmartMoneyMetric metric, Gauge<Long> value) {
        getMetricGroup().gauge(metric.metricName(), value);
    }

    private Counter counter(SmartMoneyMetric metric) {
        return getMetricGroup().counter(metric.metricName());
    }
}

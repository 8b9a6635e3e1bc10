package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * Drops the trades of wallets that are not listed in the thread that decoded them, so that they are
 * not serialized for the {@link WalletFilterOperator}, whose filter it reads.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A trade is dropped only when the lists are known as of its arrival here and do not contain
 *       its wallet. Until then it is held, unless its wallet may be listed: then it passes at once.
 *   <li>It has no state. What is held passes before each checkpoint and at the end of the input,
 *       and waits in the {@link WalletFilterOperator} instead.
 *   <li>Here and there, at most {@link SmartMoneyRules#maxWaitingTrades} trades wait, apart from
 *       those in flight. Beyond that, the oldest that are held pass. So while the lists cannot be
 *       read, all trades pass.
 *   <li>If the filter is in another JVM, every trade passes.
 * </ul>
 */
final class WalletPrefilterOperator extends AbstractStreamOperator<TradeBatch>
        implements OneInputStreamOperator<TradeBatch, TradeBatch>, BoundedOneInput {

    private static final long serialVersionUID = 1L;

    /** How often held trades are decided if no trade arrives, milliseconds. */
    static final long DECIDE_EVERY_MS = 20;

    private final SmartMoneyRules rules;

    /** The filter of this subtask; null if it has not been found. */
    private transient SharedWalletFilter filter;

    /** Trades of unknown wallets, ascending by arrival. */
    private transient Deque<Held> held;

    private transient long newestArrivalMs;
    private transient boolean timerIsSet;
    private transient Counter dropped;

    /** Read by the threads of metric reporters. */
    private transient volatile int heldTrades;

    /**
     * The trades of one record that are held.
     *
     * @param filterVersion the version of the filter that does not contain their wallets
     */
    private record Held(TradeBatch batch, long arrivalMs, long filterVersion) {}

    /**
     * Creates the operator.
     *
     * @param rules the settings, of which it uses the number of waiting trades
     */
    WalletPrefilterOperator(SmartMoneyRules rules) {
        this.rules = rules;
    }

    @Override
    public void open() throws Exception {
        super.open();
        held = new ArrayDeque<>();
        newestArrivalMs = Long.MIN_VALUE;
        dropped = getMetricGroup().counter(SmartMoneyMetric.FILTER_DROPPED.metricName());
        getMetricGroup()
                .gauge(
                        SmartMoneyMetric.FILTER_WAITING.metricName(),
                        (Gauge<Long>) () -> (long) heldTrades);
    }

    @Override
    public void processElement(StreamRecord<TradeBatch> element) {
        TradeBatch batch = element.getValue();
        if (!findFilter()) {
            passHeld();
            pass(batch);
            return;
        }
        decide();
        List<Trade> known = new ArrayList<>(0);
        List<Trade> unknown = new ArrayList<>(batch.trades().size());
        long arrivalMs = arrivalMs();
        long version = filter.split(batch.trades(), known, unknown);
        if (!known.isEmpty()) {
            pass(part(batch, known));
        }
        if (!unknown.isEmpty()) {
            hold(new Held(part(batch, unknown), arrivalMs, version));
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) {
        passHeld();
    }

    @Override
    public void endInput() {
        passHeld();
    }

    @Override
    public void processWatermark(Watermark mark) {
        // the filter has no use for block time
    }

    @Override
    public void processWatermark(WatermarkEvent mark) {
        // nor for the clocks of the chains
    }

    @Override
    public void processWatermarkStatus(WatermarkStatus status) {
        // nor does it matter to the filter whether trades are idle
    }

    private boolean findFilter() {
        if (filter == null || filter.isClosed()) {
            filter = SharedWalletFilter.find(getRuntimeContext()).orElse(null);
        }
        return filter != null;
    }

    /**
     * Returns the current time, but not before earlier arrivals, and after what is known of the
     * lists: a change of the lists may carry the clock of another machine.
     */
    private long arrivalMs() {
        long nowMs = getProcessingTimeService().getCurrentProcessingTime();
        newestArrivalMs = Math.max(Math.max(nowMs, newestArrivalMs), filter.listsMs() + 1);
        return newestArrivalMs;
    }

    private void hold(Held trades) {
        held.add(trades);
        heldTrades += trades.batch().trades().size();
        while (!held.isEmpty() && heldTrades + filter.waiting() > rules.maxWaitingTrades()) {
            pass(release());
        }
        if (!timerIsSet && !held.isEmpty()) {
            setTimer();
        }
    }

    private void setTimer() {
        timerIsSet = true;
        getProcessingTimeService()
                .registerTimer(
                        getProcessingTimeService().getCurrentProcessingTime() + DECIDE_EVERY_MS,
                        timeMs -> {
                            timerIsSet = false;
                            decide();
                            if (!held.isEmpty()) {
                                setTimer();
                            }
                        });
    }

    /** Decides the held trades as of whose arrival the lists are known. */
    private void decide() {
        while (!held.isEmpty() && held.peek().arrivalMs() <= filter.listsMs()) {
            long versionBefore = held.peek().filterVersion();
            TradeBatch batch = release();
            if (versionBefore == filter.version()) {
                dropped.inc(batch.trades().size());
            } else {
                List<Trade> known = new ArrayList<>(0);
                List<Trade> unknown = new ArrayList<>(batch.trades().size());
                filter.split(batch.trades(), known, unknown);
                dropped.inc(unknown.size());
                if (!known.isEmpty()) {
                    pass(part(batch, known));
                }
            }
        }
    }

    private void passHeld() {
        while (!held.isEmpty()) {
            pass(release());
        }
    }

    private TradeBatch release() {
        TradeBatch batch = held.remove().batch();
        heldTrades -= batch.trades().size();
        return batch;
    }

    private void pass(TradeBatch batch) {
        output.collect(new StreamRecord<>(batch));
    }

    /** Returns the batch with some of its trades. */
    private static TradeBatch part(TradeBatch batch, List<Trade> trades) {
        return trades.size() == batch.trades().size()
                ? batch
                : new TradeBatch(batch.topic(), batch.partition(), batch.offset(), trades);
    }
}

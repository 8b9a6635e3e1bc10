package io.dexklines.job.sink.redis;

import io.dexklines.job.sink.LatestKlines;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.PairLabels;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator that passes on klines to Redis, and sends the recent ones again if Redis has lost its
 * data: those of {@link LatestKlines}. Their writes are guarded like all others, so an old version
 * changes nothing.
 *
 * <p>The operator has no state. After a restart it knows only the klines that it has received
 * since, and does not resume an interrupted repetition.
 */
final class RecentKlines extends AbstractStreamOperator<KlineUpdates>
        implements OneInputStreamOperator<KlineUpdates, KlineUpdates> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(RecentKlines.class);

    /** The number of klines in one portion. Barriers and new klines pass between two portions. */
    private static final int PORTION = 1_000;

    /** Detects that Redis has lost its data. */
    interface Watcher extends Serializable {

        /**
         * Starts to watch for the loss of data.
         *
         * @param subtask the number of the subtask, each of which watches by itself
         * @param onLoss called at each loss, by any thread
         * @return closes the watch, and does not throw
         */
        AutoCloseable watch(int subtask, Runnable onLoss) throws IOException;
    }

    private final Watcher watcher;
    private final int seriesRemembered;
    private final long intervalMs;

    private transient LatestKlines latest;
    private transient AutoCloseable watch;
    private transient Counter sentAgain;
    private transient Iterator<PairKline> toSend;
    private transient volatile boolean lost;

    /**
     * @param seriesRemembered the most pairs and intervals whose recent klines a subtask holds
     * @param intervalMs how often to check whether there was a loss, milliseconds
     */
    RecentKlines(Watcher watcher, int seriesRemembered, long intervalMs) {
        this.watcher = watcher;
        this.seriesRemembered = seriesRemembered;
        this.intervalMs = intervalMs;
    }

    @Override
    public void open() throws Exception {
        super.open();
        latest = new LatestKlines(seriesRemembered);
        toSend = Collections.emptyIterator();
        sentAgain = getMetricGroup().counter(RedisCacheMetric.KLINES_SENT_AGAIN.metricName());
        watch =
                watcher.watch(
                        getRuntimeContext().getTaskInfo().getIndexOfThisSubtask(),
                        () -> lost = true);
        schedule(intervalMs);
    }

    @Override
    public void processElement(StreamRecord<KlineUpdates> element) {
        latest.offerAll(element.getValue());
        output.collect(element);
    }

    private void schedule(long inMs) {
        long atMs = getProcessingTimeService().getCurrentProcessingTime() + inMs;
        getProcessingTimeService().registerTimer(atMs, timeMs -> sendAgain());
    }

    private void sendAgain() {
        if (lost) {
            lost = false;
            List<PairKline> recent = latest.snapshot();
            if (!recent.isEmpty()) {
                LOG.warn("Redis has lost its data: {} klines are sent again", recent.size());
            }
            toSend = recent.iterator();
        }
        for (int i = 0; i < PORTION && toSend.hasNext(); i++) {
            PairKline next = toSend.next();
            output.collect(
                    new StreamRecord<>(
                            new KlineUpdates(
                                    next.pair(), PairLabels.UNKNOWN, List.of(next.kline()))));
            sentAgain.inc();
        }
        schedule(toSend.hasNext() ? 1 : intervalMs);
    }

    @Override
    public void close() throws Exception {
        if (watch != null) {
            watch.close();
        }
        super.close();
    }
}

package io.dexklines.job.sink.check;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Draws samples of the closed klines of a subtask and compares them with the stores. Each server
 * has a thread, so that none waits for another, and the task's thread waits for none.
 */
final class KlineCheckWriter implements SinkWriter<KlineUpdates> {

    /** The longest time between two looks for samples that are due. */
    private static final long MAX_TICK_MS = 1_000;

    private static final long CLOSE_TIMEOUT_MS = 1_000;

    private final ProcessingTimeService time;
    private final long drawEveryMs;
    private final Reservoir reservoir;
    private final List<StoreCheck> checks = new ArrayList<>();
    private final List<ScheduledExecutorService> threads = new ArrayList<>();

    /**
     * @param random chooses the samples
     */
    KlineCheckWriter(
            CheckSettings settings,
            List<CheckedStore> servers,
            MetricGroup metrics,
            ProcessingTimeService time,
            RandomGenerator random) {
        this.time = time;
        this.drawEveryMs = settings.delay().toMillis();
        // of the klines within each delay: most klines close together with others
        this.reservoir =
                new Reservoir(
                        (int)
                                Math.max(
                                        1,
                                        Math.min(
                                                StoreCheck.MAX_WAITING,
                                                settings.klinesPerSecond() * drawEveryMs / 1000)),
                        random);
        Map<String, Map<CheckMetric, Counter>> counters = new HashMap<>();
        for (CheckedStore server : servers) {
            Map<CheckMetric, Counter> ofStore =
                    counters.computeIfAbsent(server.store(), store -> counters(metrics, store));
            checks.add(new StoreCheck(server, settings, ofStore, time::getCurrentProcessingTime));
        }
        long tickMs = Math.max(1, Math.min(MAX_TICK_MS, drawEveryMs / 2));
        for (int i = 0; i < checks.size(); i++) {
            ScheduledExecutorService thread = thread("kline-check-" + servers.get(i).store());
            threads.add(thread);
            thread.scheduleWithFixedDelay(
                    checks.get(i)::compare, tickMs, tickMs, TimeUnit.MILLISECONDS);
        }
        schedule();
    }

    private static Map<CheckMetric, Counter> counters(MetricGroup metrics, String store) {
        MetricGroup group = metrics.addGroup(CheckMetric.STORE, store);
        Map<CheckMetric, Counter> counters = new EnumMap<>(CheckMetric.class);
        for (CheckMetric metric : CheckMetric.values()) {
            counters.put(metric, group.counter(metric.metricName(), new ThreadSafeSimpleCounter()));
        }
        return counters;
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                run -> {
                    Thread thread = new Thread(run, name);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void write(KlineUpdates updates, Context context) {
        for (Kline kline : updates.klines()) {
            if (kline.closed()) {
                PairKline closed = new PairKline(updates.pair(), kline);
                PairKline.Key key = closed.key();
                Sample sample = new Sample(closed, time.getCurrentProcessingTime());
                reservoir.offer(key, sample);
                for (StoreCheck check : checks) {
                    check.replace(key, sample);
                }
            }
        }
    }

    private void schedule() {
        time.registerTimer(time.getCurrentProcessingTime() + drawEveryMs, nowMs -> draw());
    }

    private void draw() {
        for (Sample sample : reservoir.drain()) {
            for (StoreCheck check : checks) {
                check.add(sample);
            }
        }
        schedule();
    }

    @Override
    public void flush(boolean endOfInput) {
        // samples are no part of a checkpoint
    }

    @Override
    public void close() {
        threads.forEach(ScheduledExecutorService::shutdownNow);
        checks.forEach(StoreCheck::close);
        long deadlineNanos = System.nanoTime() + CLOSE_TIMEOUT_MS * 1_000_000;
        try {
            for (ScheduledExecutorService thread : threads) {
                thread.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.dexklines.job.sink.check;

import io.dexklines.job.config.CheckSettings;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares samples with one server. A sample waits until it is due. It is compared again until the
 * server holds it as it was emitted, or until the patience with it ends: what is found then counts.
 *
 * <p>The task's thread adds samples and never waits for the server. Another thread compares. The
 * samples are lost when the job restarts.
 */
final class StoreCheck implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreCheck.class);

    /** The most samples that wait. More wait only if the settings ask for hundreds a second. */
    static final int MAX_WAITING = 10_000;

    /** A sample is compared about this many times within the patience. */
    private static final int COMPARISONS = 10;

    /** The shortest time between two warnings, so that a broken store does not fill the log. */
    private static final long WARN_INTERVAL_MS = 10_000;

    private final CheckedStore server;
    private final long delayMs;
    private final long patienceMs;
    private final Map<CheckMetric, Counter> counters;
    private final LongSupplier clock;
    private final Map<PairKline.Key, Waiting> waiting = new ConcurrentHashMap<>();

    private volatile KlineReader reader;
    private volatile boolean closed;
    private boolean unreachable;
    private long nextWarningMs = Long.MIN_VALUE;

    /** A sample, compared by identity: an equal one that replaced it is another. */
    private static final class Waiting {
        private final Sample sample;
        private long nextMs;

        private Waiting(Sample sample, long nextMs) {
            this.sample = sample;
            this.nextMs = nextMs;
        }
    }

    /**
     * @param counters a counter of each metric, which several threads may increment
     * @param clock the wall clock, epoch milliseconds
     */
    StoreCheck(
            CheckedStore server,
            CheckSettings settings,
            Map<CheckMetric, Counter> counters,
            LongSupplier clock) {
        this.server = server;
        this.delayMs = settings.delay().toMillis();
        this.patienceMs = settings.patience().toMillis();
        this.counters = counters;
        this.clock = clock;
    }

    /** Adds a sample that the server has to hold, unless a newer version of its kline waits. */
    void add(Sample sample) {
        if (!server.readers().holds(sample.kline().pair())) {
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            count(CheckMetric.KLINES_UNCHECKED);
            return;
        }
        waiting.merge(
                sample.kline().key(),
                new Waiting(sample, sample.emittedAtMs() + delayMs),
                (held, added) ->
                        added.sample.kline().kline().supersedes(held.sample.kline().kline())
                                ? added
                                : held);
    }

    /** Replaces a waiting sample by a later version of its kline. */
    void replace(PairKline.Key key, Sample sample) {
        if (waiting.containsKey(key)) {
            waiting.computeIfPresent(
                    key, (same, held) -> new Waiting(sample, sample.emittedAtMs() + delayMs));
        }
    }

    /** Returns the number of samples that wait. */
    int waiting() {
        return waiting.size();
    }

    /** Compares the samples that are due. Does not throw. */
    void compare() {
        long nowMs = clock.getAsLong();
        List<Waiting> due =
                waiting.values().stream()
                        .filter(each -> each.nextMs <= nowMs)
                        .sorted(Comparator.comparingLong(each -> each.sample.emittedAtMs()))
                        .toList();
        boolean reachable = true;
        for (Waiting each : due) {
            reachable = reachable && compare(each, nowMs);
            if (!reachable && atEnd(each, nowMs)) {
                settle(each, CheckMetric.KLINES_UNCHECKED);
            }
            each.nextMs = nowMs + Math.max(1, patienceMs / COMPARISONS);
        }
    }

    private boolean atEnd(Waiting each, long nowMs) {
        return nowMs >= each.sample.emittedAtMs() + patienceMs;
    }

    /** Returns false if the server cannot be read. */
    private boolean compare(Waiting each, long nowMs) {
        StoredKline stored;
        try {
            stored = reader().read(each.sample.kline().key());
            unreachable = false;
        } catch (IOException | RuntimeException e) {
            warnUnreachable(e);
            return false;
        }
        Verdict verdict = Verdict.of(each.sample.kline().kline(), stored);
        switch (verdict) {
            case RIGHT -> settle(each, CheckMetric.KLINES_CHECKED);
            case NOT_KEPT -> settle(each, CheckMetric.KLINES_UNCHECKED);
            default -> {
                if (atEnd(each, nowMs) && settle(each, CheckMetric.KLINES_CHECKED)) {
                    report(each.sample.kline(), verdict, stored, nowMs);
                }
            }
        }
        return true;
    }

    /** Ends the wait of a sample. Returns false if a correction has replaced it. */
    private boolean settle(Waiting each, CheckMetric metric) {
        boolean current = waiting.remove(each.sample.kline().key(), each);
        if (current) {
            count(metric);
        }
        return current;
    }

    private void report(PairKline kline, Verdict verdict, StoredKline stored, long nowMs) {
        switch (verdict) {
            case MISSING -> count(CheckMetric.KLINES_MISSING);
            case AHEAD -> count(CheckMetric.KLINES_AHEAD);
            default -> count(CheckMetric.KLINES_WRONG);
        }
        // a version that is ahead is no fault of the store
        if (verdict == Verdict.AHEAD || nowMs < nextWarningMs) {
            LOG.debug("{}: {} {}: {}", server.name(), verdict, kline, stored);
            return;
        }
        nextWarningMs = nowMs + WARN_INTERVAL_MS;
        LOG.warn(
                "{} does not hold the {} kline of {}:{} that opens at {} as it was emitted: {}",
                server.name(),
                kline.kline().interval().code(),
                kline.pair().chainId(),
                kline.pair().address(),
                Instant.ofEpochMilli(kline.kline().openTimeMs()),
                describe(kline, stored));
    }

    private static String describe(PairKline kline, StoredKline stored) {
        if (stored instanceof StoredKline.Version version) {
            return Verdict.differences(kline.kline(), version);
        }
        return stored instanceof StoredKline.Unreadable unreadable
                ? unreadable.why()
                : "it is missing; emitted: " + StoredKline.Version.of(kline.kline()).values();
    }

    /** Logs the first failure of an outage as a warning and further ones at debug level. */
    private void warnUnreachable(Exception e) {
        if (unreachable || closed) {
            LOG.debug("{} still cannot be compared: {}", server.name(), e.getMessage());
        } else {
            LOG.warn("{} cannot be compared: {}", server.name(), e.getMessage());
        }
        unreachable = true;
    }

    private KlineReader reader() throws IOException {
        if (reader == null) {
            reader = server.readers().open();
        }
        if (closed) {
            // close() may have come before the reader
            reader.close();
            throw new IOException("closed");
        }
        return reader;
    }

    private void count(CheckMetric metric) {
        counters.get(metric).inc();
    }

    /** Ends a comparison that is under way. Never throws. */
    @Override
    public void close() {
        closed = true;
        KlineReader current = reader;
        if (current != null) {
            current.close();
        }
    }
}

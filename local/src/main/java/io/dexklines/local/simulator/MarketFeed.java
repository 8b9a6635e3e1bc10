package io.dexklines.local.simulator;

import io.dexklines.local.pace.Pace;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Publishes each record of a market when its time has come, and the past of the market at once.
 * While the broker is unreachable, the feed waits, then it catches up. It skips records only if it
 * falls too far behind.
 *
 * <p>Where the feed is faster than real time, what the producer sends to different partitions at
 * the same time is far apart in the market's time. There the feed sends in steps, and waits for the
 * acknowledgements of each before it sends the next: of one slice in the past, whose records have
 * one partition, and of one second while it catches up. The broker thus appends the trades of each
 * chain in order, apart from the delays that the market itself has.
 *
 * <p>{@link #run} belongs to one thread, {@link #stop} may be called from any thread.
 */
public final class MarketFeed {

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final long CATCH_UP_STEP_MS = 1_000;

    private final Market market;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Pace pace;
    private final Duration maxBehind;
    private final PrintStream log;

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();
    private volatile boolean stopped;
    private volatile Thread runner;

    private Producer<byte[], byte[]> producer;
    private boolean unreachable;

    /** The record that was published last. */
    private SimulatedRecord previous;

    private Sent sent = Sent.NOTHING;
    private Sent reported = Sent.NOTHING;
    private long startedAtMs;
    private long reportedAtMs;

    /** Counts of what was passed to the producer so far. The bytes are those of the values. */
    private record Sent(long records, long trades, long bytes, long heldBack, long redelivered) {
        static final Sent NOTHING = new Sent(0, 0, 0, 0, 0);

        Sent plus(SimulatedRecord one) {
            return new Sent(
                    records + 1,
                    trades + one.trades(),
                    bytes + one.value().length,
                    heldBack + (one.delivery() == Delivery.HELD_BACK ? 1 : 0),
                    redelivered + (one.delivery() == Delivery.REDELIVERED ? 1 : 0));
        }
    }

    /**
     * @param producers creates a producer at the start and after a fatal error; the feed closes it
     * @param maxBehind longest delay, for example after a suspend, that the feed catches up with;
     *     beyond it, the feed skips to the present
     * @param log receives problems and, every ten seconds, a line of statistics
     */
    public MarketFeed(
            Market market,
            Supplier<Producer<byte[], byte[]>> producers,
            Pace pace,
            Duration maxBehind,
            PrintStream log) {
        this.market = market;
        this.producers = producers;
        this.pace = pace;
        this.maxBehind = maxBehind;
        this.log = log;
    }

    /** Publishes until the market ends or {@link #stop} is called. */
    public void run() {
        runner = Thread.currentThread();
        producer = producers.get();
        startedAtMs = pace.nowMs();
        reportedAtMs = startedAtMs;
        try {
            for (Optional<SimulatedRecord> next = market.next();
                    next.isPresent() && !stopped;
                    next = market.next()) {
                publish(next.get());
            }
            if (!stopped) {
                producer.flush();
            }
        } catch (InterruptedException | InterruptException e) {
            // stop() has interrupted this thread
            stopped = true;
        } finally {
            runner = null;
            // with the flag set, the producer would discard what it has buffered
            Thread.interrupted();
            producer.close(CLOSE_TIMEOUT);
            reportSince(Sent.NOTHING, startedAtMs, "total", 0);
        }
    }

    /** Makes {@link #run} return soon. Records that were already sent are still delivered. */
    public void stop() {
        stopped = true;
        Thread running = runner;
        if (running != null) {
            running.interrupt();
        }
    }

    /** Returns the number of records that the broker has acknowledged. */
    public long acknowledgedRecords() {
        return acknowledged.get();
    }

    private void publish(SimulatedRecord next) throws InterruptedException {
        pace.awaitMs(next.sendTimeMs());
        if (beginsStep(next)) {
            producer.flush();
            reportPast(next);
        }
        while (!send(next)) {
            pace.awaitMs(pace.nowMs() + RETRY_PAUSE.toMillis());
            if (stopped) {
                return;
            }
        }
        sent = sent.plus(next);
        previous = next;
        long nowMs = pace.nowMs();
        long behindMs = market.isPast(next) ? 0 : nowMs - next.sendTimeMs();
        if (nowMs - reportedAtMs >= REPORT_INTERVAL.toMillis()) {
            String when = Instant.ofEpochMilli(nowMs).toString();
            reportSince(reported, reportedAtMs, when, behindMs);
            reported = sent;
            reportedAtMs = nowMs;
        }
        if (behindMs / 1000 > maxBehind.toSeconds()) {
            log.printf("%d s behind: skipping to the present%n", behindMs / 1000);
            market.skipTo(nowMs);
        }
    }

    /** Returns whether the records before this one have to be acknowledged before it is sent. */
    private boolean beginsStep(SimulatedRecord next) {
        if (previous == null) {
            return false;
        }
        if (market.isPast(previous)) {
            // the draws of the past are the numbers of its slices
            return !market.isPast(next) || next.partitionDraw() != previous.partitionDraw();
        }
        return pace.nowMs() - next.sendTimeMs() > CATCH_UP_STEP_MS
                && Math.floorDiv(next.sendTimeMs(), CATCH_UP_STEP_MS)
                        != Math.floorDiv(previous.sendTimeMs(), CATCH_UP_STEP_MS);
    }

    /** Prints what the past had, before the first record after it. */
    private void reportPast(SimulatedRecord next) {
        if (market.isPast(previous) && !market.isPast(next)) {
            reportSince(Sent.NOTHING, startedAtMs, "the past is published", 0);
        }
    }

    /** Returns whether the producer has accepted the record. If so, it retries until delivery. */
    private boolean send(SimulatedRecord next) throws InterruptedException {
        try {
            int partitions = producer.partitionsFor(next.topic()).size();
            Future<RecordMetadata> delivery =
                    producer.send(
                            new ProducerRecord<>(
                                    next.topic(),
                                    next.partitionDraw() % partitions,
                                    null,
                                    next.value()),
                            this::delivered);
            if (delivery.isDone()) {
                delivery.get();
            }
            if (unreachable) {
                log.println("the broker is reachable again");
                unreachable = false;
            }
            return true;
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (TimeoutException e) {
            warnOnce(next, e);
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException timeout) {
                warnOnce(next, timeout);
                return false;
            }
            // rejected permanently, for example because of its size; delivered() counts it
            return true;
        } catch (KafkaException | IllegalStateException e) {
            log.println("the producer failed, creating another one: " + e.getMessage());
            producer.close(Duration.ZERO);
            producer = producers.get();
            return false;
        }
    }

    private void warnOnce(SimulatedRecord next, TimeoutException cause) {
        if (!unreachable) {
            log.println(
                    "waiting for the broker and topic " + next.topic() + ": " + cause.getMessage());
            unreachable = true;
        }
    }

    private void delivered(RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            acknowledged.incrementAndGet();
        } else if (!(failure instanceof TimeoutException) && rejected.getAndIncrement() == 0) {
            log.println("the broker rejected a record: " + failure.getMessage());
        }
    }

    private void reportSince(Sent from, long fromMs, String when, long behindMs) {
        long nowMs = pace.nowMs();
        double seconds = Math.max(1, nowMs - fromMs) / 1000.0;
        log.printf(
                Locale.ROOT,
                "%s: %d trades (%.0f/s) in %d records (%.1f MB), %d of them delayed and %d"
                        + " redelivered; in total %d acknowledged, %d rejected; %d ms behind%n",
                when,
                sent.trades - from.trades,
                (sent.trades - from.trades) / seconds,
                sent.records - from.records,
                (sent.bytes - from.bytes) / 1e6,
                sent.heldBack - from.heldBack,
                sent.redelivered - from.redelivered,
                acknowledged.get(),
                rejected.get(),
                behindMs);
    }
}

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
 * Publishes a market as its time comes. While the broker is away it waits and then catches up: no
 * record is left out, unless it falls too far behind.
 *
 * <p>{@link #run} belongs to one thread; {@link #stop} may be called from any.
 */
public final class MarketFeed {

    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Market market;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final Pace pace;
    private final Duration maxBehind;
    private final PrintStream log;

    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean stopped;
    private volatile Thread runner;

    private Producer<byte[], byte[]> producer;
    private boolean away;
    private Sent sent = Sent.NOTHING;
    private Sent reported = Sent.NOTHING;
    private long startedAtMs;
    private long reportedAtMs;

    /** What was handed to the producer so far; bytes are those of the values. */
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
     * @param producers makes the producer, and another when that one cannot go on; the feed closes
     *     them
     * @param maxBehind further behind, as after a machine's sleep, the missed part of the market is
     *     skipped
     * @param log takes a line of statistics every ten seconds, and what goes wrong
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
            // stop() woke us
            stopped = true;
        } finally {
            runner = null;
            // the flag would make the producer give up what it still holds
            Thread.interrupted();
            producer.close(CLOSE_TIMEOUT);
            reportSince(Sent.NOTHING, startedAtMs, "the end", 0);
        }
    }

    /** Makes {@link #run} return soon; what was sent before is still delivered. */
    public void stop() {
        stopped = true;
        Thread running = runner;
        if (running != null) {
            running.interrupt();
        }
    }

    /** Records that the broker has acknowledged. */
    public long acknowledgedRecords() {
        return acknowledged.get();
    }

    private void publish(SimulatedRecord next) throws InterruptedException {
        pace.awaitMs(next.sendTimeMs());
        while (!send(next)) {
            pace.awaitMs(pace.nowMs() + RETRY_PAUSE.toMillis());
            if (stopped) {
                return;
            }
        }
        sent = sent.plus(next);
        long nowMs = pace.nowMs();
        if (nowMs - reportedAtMs >= REPORT_INTERVAL.toMillis()) {
            String when = Instant.ofEpochMilli(nowMs).toString();
            reportSince(reported, reportedAtMs, when, nowMs - next.sendTimeMs());
            reported = sent;
            reportedAtMs = nowMs;
        }
        if ((nowMs - next.sendTimeMs()) / 1000 > maxBehind.toSeconds()) {
            log.printf("%d s behind: skipping to now%n", (nowMs - next.sendTimeMs()) / 1000);
            market.skipTo(nowMs);
        }
    }

    /** Returns whether the producer has taken the record; it then delivers it, however late. */
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
            if (away) {
                log.println("the broker is back");
                away = false;
            }
            return true;
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (TimeoutException e) {
            brokerIsAway(next, e);
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException timeout) {
                brokerIsAway(next, timeout);
                return false;
            }
            // refused for good, such as for its size: counted by delivered()
            return true;
        } catch (KafkaException | IllegalStateException e) {
            log.println("the producer cannot go on, starting another: " + e.getMessage());
            producer.close(Duration.ZERO);
            producer = producers.get();
            return false;
        }
    }

    private void brokerIsAway(SimulatedRecord next, TimeoutException cause) {
        if (!away) {
            log.println(
                    "waiting for the broker and topic " + next.topic() + ": " + cause.getMessage());
            away = true;
        }
    }

    private void delivered(RecordMetadata metadata, Exception failure) {
        if (failure == null) {
            acknowledged.incrementAndGet();
        } else if (!(failure instanceof TimeoutException) && refused.getAndIncrement() == 0) {
            log.println("a record was refused: " + failure.getMessage());
        }
    }

    private void reportSince(Sent from, long fromMs, String when, long behindMs) {
        long nowMs = pace.nowMs();
        double seconds = Math.max(1, nowMs - fromMs) / 1000.0;
        log.printf(
                Locale.ROOT,
                "%s: %d trades (%.0f/s) in %d records (%.1f MB), %d of them late and %d once more;"
                        + " in all %d acknowledged, %d refused; %d ms behind%n",
                when,
                sent.trades - from.trades,
                (sent.trades - from.trades) / seconds,
                sent.records - from.records,
                (sent.bytes - from.bytes) / 1e6,
                sent.heldBack - from.heldBack,
                sent.redelivered - from.redelivered,
                acknowledged.get(),
                refused.get(),
                behindMs);
    }
}

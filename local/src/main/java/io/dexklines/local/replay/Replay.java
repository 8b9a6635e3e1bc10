package io.dexklines.local.replay;

import io.dexklines.local.pace.Pace;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes the lines of a file that are not blank, each unchanged as one record with a null key.
 *
 * <p>All lines go to one partition, which keeps the order of the file. With several partitions, a
 * job could read one far ahead of the others: idle partitions do not hold back the watermark, so
 * their trades would be late.
 */
public final class Replay {

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;
    private final double recordsPerSecond;
    private final Pace pace;

    /**
     * The result of a replay.
     *
     * @param records number of records that the broker acknowledged
     * @param bytes total size of their values
     * @param durationMs time from the first line to the last acknowledgement
     */
    public record Result(long records, long bytes, long durationMs) {}

    /** A record that the broker rejected. */
    private record Rejection(long line, Exception reason) {}

    /**
     * @param producer keeps the order within a partition; the caller closes it
     * @param topic an existing topic
     * @param partition receives all records
     * @param recordsPerSecond upper limit, positive; {@link Double#POSITIVE_INFINITY} for none
     * @param pace the clock that the rate refers to
     */
    public Replay(
            Producer<byte[], byte[]> producer,
            String topic,
            int partition,
            double recordsPerSecond,
            Pace pace) {
        if (!(recordsPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "the rate must be positive, not " + recordsPerSecond);
        }
        this.producer = producer;
        this.topic = topic;
        this.partition = partition;
        this.recordsPerSecond = recordsPerSecond;
        this.pace = pace;
    }

    /** Creates a replay to partition 0 without a rate limit. */
    public static Replay unpaced(Producer<byte[], byte[]> producer, String topic) {
        return new Replay(producer, topic, 0, Double.POSITIVE_INFINITY, Pace.ofSystemClock());
    }

    /**
     * Publishes all lines and returns once all are acknowledged.
     *
     * @throws ReplayException if the broker rejects a record; earlier records may or may not be on
     *     the topic
     * @throws IOException if the file cannot be read
     * @throws InterruptedException if the thread is interrupted
     */
    public Result run(ReplaySource source, ReplayProgress progress)
            throws ReplayException, IOException, InterruptedException {
        long startMs = pace.nowMs();
        AtomicLong acknowledged = new AtomicLong();
        AtomicReference<Rejection> rejection = new AtomicReference<>();
        long records = 0;
        long bytes = 0;
        try {
            for (byte[] value = source.nextLine(); value != null; value = source.nextLine()) {
                if (rejection.get() != null) {
                    break;
                }
                // truncation to 0 paces the infinite rate
                pace.awaitMs(startMs + (long) (records * 1000 / recordsPerSecond));
                long line = source.lineNumber();
                producer.send(
                        new ProducerRecord<>(topic, partition, null, value),
                        (metadata, failure) -> {
                            if (failure == null) {
                                acknowledged.incrementAndGet();
                            } else {
                                rejection.compareAndSet(null, new Rejection(line, failure));
                            }
                        });
                records++;
                bytes += value.length;
                progress.advanced(records, source);
            }
            producer.flush();
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            throw new InterruptedException();
        } catch (KafkaException e) {
            rejection.compareAndSet(null, new Rejection(source.lineNumber(), e));
        }
        if (rejection.get() != null) {
            Rejection first = rejection.get();
            throw new ReplayException(
                    "topic %s rejected line %d of %s: %s (%d records were acknowledged)"
                            .formatted(
                                    topic,
                                    first.line,
                                    source.name(),
                                    first.reason.getMessage(),
                                    acknowledged.get()),
                    first.reason);
        }
        return new Result(acknowledged.get(), bytes, pace.nowMs() - startMs);
    }
}

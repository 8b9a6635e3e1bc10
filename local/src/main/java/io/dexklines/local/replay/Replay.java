package io.dexklines.local.replay;

import io.dexklines.local.pace.Pace;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes the lines of a file as they are, each as one record with a null key.
 *
 * <p>All lines go to one partition, so that they are read in the file's order. Spread over several,
 * a day is read as fast as the first of them is: those that are still idle do not hold its
 * watermark back, and what lies on them is late when its turn comes.
 */
public final class Replay {

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final int partition;
    private final double recordsPerSecond;
    private final Pace pace;

    /**
     * What was published.
     *
     * @param records acknowledged by the broker
     * @param bytes of their values
     * @param durationMs from the first line to the last acknowledgement
     */
    public record Result(long records, long bytes, long durationMs) {}

    /** The first record that was not accepted. */
    private record Refusal(long line, Exception reason) {}

    /**
     * @param producer keeps the order within a partition; stays open
     * @param topic an existing one
     * @param partition where all records go
     * @param recordsPerSecond at most so many; {@link Double#POSITIVE_INFINITY} for as fast as the
     *     broker takes them
     * @param pace what the rate is measured by
     */
    public Replay(
            Producer<byte[], byte[]> producer,
            String topic,
            int partition,
            double recordsPerSecond,
            Pace pace) {
        if (!(recordsPerSecond > 0)) {
            throw new IllegalArgumentException("a rate is positive, not " + recordsPerSecond);
        }
        this.producer = producer;
        this.topic = topic;
        this.partition = partition;
        this.recordsPerSecond = recordsPerSecond;
        this.pace = pace;
    }

    /** A replay as fast as it goes, to the first partition. */
    public static Replay unpaced(Producer<byte[], byte[]> producer, String topic) {
        return new Replay(producer, topic, 0, Double.POSITIVE_INFINITY, Pace.ofTheMachine());
    }

    /**
     * Publishes all lines and returns once all are acknowledged.
     *
     * @throws ReplayException at the first record that is not accepted; those before it may or may
     *     not be on the topic
     * @throws IOException if the file cannot be read
     * @throws InterruptedException if it was told to end early
     */
    public Result run(ReplaySource source, ReplayProgress progress)
            throws ReplayException, IOException, InterruptedException {
        long startMs = pace.nowMs();
        AtomicLong acknowledged = new AtomicLong();
        AtomicReference<Refusal> refusal = new AtomicReference<>();
        long records = 0;
        long bytes = 0;
        try {
            for (byte[] value = source.nextLine(); value != null; value = source.nextLine()) {
                if (refusal.get() != null) {
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
                                refusal.compareAndSet(null, new Refusal(line, failure));
                            }
                        });
                records++;
                bytes += value.length;
                progress.advanced(records, source);
            }
            producer.flush();
        } catch (org.apache.kafka.common.errors.InterruptException e) {
            // restores what the client has cleared
            throw new InterruptedException();
        } catch (KafkaException e) {
            refusal.compareAndSet(null, new Refusal(source.lineNumber(), e));
        }
        if (refusal.get() != null) {
            Refusal first = refusal.get();
            throw new ReplayException(
                    "line %d of %s was not accepted on topic %s: %s (%d records were acknowledged)"
                            .formatted(
                                    first.line,
                                    source.name(),
                                    topic,
                                    first.reason.getMessage(),
                                    acknowledged.get()),
                    first.reason);
        }
        return new Result(acknowledged.get(), bytes, pace.nowMs() - startMs);
    }
}

package io.dexklines.job.endtoend;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.SimulatedRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A simulated market whose records are published up to the time that a test asks for. */
public record PublishedMarket(Market market, KafkaProducer<byte[], byte[]> producer) {

    /** What a producer may have in its batches, which have no order among partitions. */
    private static final long BATCHED_MS = 1_000;

    /**
     * Publishes the records before {@code timeMs}, the market's time, and the first one after it.
     * Over all partitions, the broker appends them in the order of their times to the second.
     */
    public void publishUntil(long timeMs) {
        long flushAtMs = 0;
        SimulatedRecord record;
        do {
            record = market.next().orElseThrow();
            if (record.sendTimeMs() >= flushAtMs) {
                producer.flush();
                flushAtMs = record.sendTimeMs() + BATCHED_MS;
            }
            int partitions = producer.partitionsFor(record.topic()).size();
            producer.send(
                    new ProducerRecord<>(
                            record.topic(),
                            record.partitionDraw() % partitions,
                            null,
                            record.value()));
        } while (record.sendTimeMs() < timeMs);
        producer.flush();
    }
}

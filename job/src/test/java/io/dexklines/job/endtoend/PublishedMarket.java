package io.dexklines.job.endtoend;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.SimulatedRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A simulated market whose records are published up to the time that a test asks for. */
public record PublishedMarket(Market market, KafkaProducer<byte[], byte[]> producer) {

    /**
     * Publishes the records before {@code timeMs}, the market's time, and the first one after it.
     */
    public void publishUntil(long timeMs) {
        SimulatedRecord record;
        do {
            record = market.next().orElseThrow();
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

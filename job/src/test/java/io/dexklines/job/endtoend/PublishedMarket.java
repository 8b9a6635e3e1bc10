package io.dexklines.job.endtoend;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.SimulatedRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A made-up market, published as far as a test wants its time to have come. */
public record PublishedMarket(Market market, KafkaProducer<byte[], byte[]> producer) {

    /** Publishes what happens up to that time of the market, and the first record behind it. */
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

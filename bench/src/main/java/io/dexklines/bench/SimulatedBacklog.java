package io.dexklines.bench;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.stack.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The trades of a simulated market in the topics of a broker, and how far the job has read them.
 * Each of the three topics has four partitions.
 */
final class SimulatedBacklog implements AutoCloseable {

    private static final List<String> TOPICS = List.of("sol-trades", "bsc-trades", "evm-trades-v4");
    private static final List<String> OTHER_TOPICS =
            List.of(
                    "trades-excluded",
                    "klines-refused",
                    "smart-money-wallets",
                    "smart-money-follows",
                    "smart-money-notifications",
                    "smart-money-clusters");
    private static final int PARTITIONS = 4;
    private static final String GROUP = "dex-klines";
    private static final long POLL_MS = 50;

    private final Market market;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private long trades;
    private long records;
    private long bytes;

    /** Creates the topics and publishes nothing yet. */
    SimulatedBacklog(EmbeddedKafka kafka, MarketSettings settings) {
        TOPICS.forEach(topic -> kafka.createTopic(topic, PARTITIONS));
        OTHER_TOPICS.forEach(topic -> kafka.createTopic(topic, 1));
        market = new Market(settings);
        producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.LINGER_MS_CONFIG,
                                20),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers()));
    }

    /** Publishes further trades until there are {@code total}, and waits for the broker. */
    void publish(long total) {
        while (trades < total) {
            SimulatedRecord record = market.next().orElseThrow();
            producer.send(
                    new ProducerRecord<>(
                            record.topic(),
                            record.partitionDraw() % PARTITIONS,
                            null,
                            record.value()));
            trades += record.trades();
            bytes += record.value().length;
            records++;
        }
        producer.flush();
    }

    /** Returns the number of published trades. */
    long trades() {
        return trades;
    }

    /** Returns the number of published records. */
    long records() {
        return records;
    }

    double bytesPerTrade() {
        return (double) bytes / trades;
    }

    double tradesPerRecord() {
        return (double) trades / records;
    }

    /** Returns the number of records that the job's latest checkpoint covers. */
    long recordsRead() throws Exception {
        return admin
                .listConsumerGroupOffsets(GROUP)
                .partitionsToOffsetAndMetadata()
                .get()
                .values()
                .stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    /**
     * Waits until a checkpoint covers at least {@code least} records, and returns how many it
     * covers.
     *
     * @throws IllegalStateException after the timeout
     */
    long awaitRead(long least, Duration timeout) throws Exception {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadlineNs) {
            long read = recordsRead();
            if (read >= least) {
                return read;
            }
            Thread.sleep(POLL_MS);
        }
        throw new IllegalStateException("not done within " + timeout);
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }
}

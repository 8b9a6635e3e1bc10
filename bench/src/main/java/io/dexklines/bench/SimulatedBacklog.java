package io.dexklines.bench;

import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.stack.EmbeddedKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The trades of a simulated market in the topics of a broker, and how far they have been read. Each
 * of the three topics has four partitions.
 */
public final class SimulatedBacklog implements AutoCloseable {

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
    private final Function<SimulatedRecord, Optional<byte[]>> value;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Admin admin;
    private long trades;
    private long records;
    private long bytes;

    /** Creates the topics and publishes nothing yet. */
    SimulatedBacklog(EmbeddedKafka kafka, MarketSettings settings) {
        this(kafka, settings, record -> Optional.of(record.value()));
    }

    /**
     * Creates the topics and publishes nothing yet.
     *
     * @param value what is published of a record of the market; empty to leave it out
     */
    public SimulatedBacklog(
            EmbeddedKafka kafka,
            MarketSettings settings,
            Function<SimulatedRecord, Optional<byte[]>> value) {
        this.value = value;
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
    public void publish(long total) {
        while (trades < total) {
            SimulatedRecord record = market.next().orElseThrow();
            value.apply(record).ifPresent(published -> publish(record, published));
        }
        producer.flush();
    }

    private void publish(SimulatedRecord record, byte[] published) {
        producer.send(
                new ProducerRecord<>(
                        record.topic(), record.partitionDraw() % PARTITIONS, null, published));
        trades += record.trades();
        bytes += published.length;
        records++;
    }

    /** Returns the number of published trades. */
    public long trades() {
        return trades;
    }

    /** Returns the number of published records. */
    public long records() {
        return records;
    }

    public double bytesPerTrade() {
        return (double) bytes / trades;
    }

    public double tradesPerRecord() {
        return (double) trades / records;
    }

    /** Returns the number of records that the job's latest checkpoint covers. */
    long recordsRead() throws Exception {
        return recordsRead(GROUP);
    }

    /** Returns the number of records up to the offsets that a consumer group has committed. */
    public long recordsRead(String group) throws InterruptedException, ExecutionException {
        return admin
                .listConsumerGroupOffsets(group)
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

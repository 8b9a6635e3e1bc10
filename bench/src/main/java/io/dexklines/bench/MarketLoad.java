package io.dexklines.bench;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Publishes the trades of a simulated market at a constant rate, as cheaply as possible: the
 * records of at least two seconds are made before and repeated with new times and transactions. So
 * no record is repeated within a second of block time, and the trades keep their order.
 */
final class MarketLoad implements AutoCloseable {

    private static final long SEED = 1;

    /** The rate of the market, of which a record has about 150 trades. */
    private static final double MARKET_TRADES_PER_SECOND = 1000;

    private static final int DISTINCT_SECONDS = 2;
    private static final int PARTITIONS = 4;

    /** More than the largest record, so that the producer uses its buffers again. */
    private static final int BATCH_BYTES = 1 << 19;

    private final List<RepeatableRecord> records = new ArrayList<>();
    private final PacedProducer producer;
    private Latencies delays = new Latencies();
    private long trades;

    /** The index of the record that is published next. */
    private int next;

    /**
     * Makes the records.
     *
     * @param brokers the brokers, whose topics have four partitions
     * @param pairs the number of pairs on all chains
     * @param rate trades per second
     */
    MarketLoad(Brokers brokers, int pairs, int rate) {
        Market market =
                new Market(
                        new MarketSettings(
                                SEED,
                                System.currentTimeMillis(),
                                MARKET_TRADES_PER_SECOND,
                                pairs,
                                Long.MAX_VALUE));
        for (long distinct = 0; distinct < (long) DISTINCT_SECONDS * rate; ) {
            SimulatedRecord record = market.next().orElseThrow();
            // a redelivered record would have other transactions than the record itself
            if (record.trades() > 0 && record.delivery() != Delivery.REDELIVERED) {
                records.add(
                        new RepeatableRecord(
                                record.topic(),
                                record.partitionDraw() % PARTITIONS,
                                record.trades(),
                                record.value()));
                distinct += record.trades();
            }
        }
        this.producer =
                new PacedProducer(
                        "load",
                        brokers,
                        rate,
                        Map.of(
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "lz4",
                                ProducerConfig.BATCH_SIZE_CONFIG,
                                BATCH_BYTES),
                        this::publish);
    }

    /** Returns the mean number of trades in a record. */
    double tradesPerRecord() {
        return records.stream().mapToInt(RepeatableRecord::trades).average().orElseThrow();
    }

    /** Starts a thread that publishes until the load is closed. */
    void start() {
        producer.start();
    }

    private int publish(PacedProducer to, long dueNs) {
        RepeatableRecord record = records.get(next);
        next = (next + 1) % records.size();
        to.send(record.topic(), record.partition(), record.next(System.currentTimeMillis() / 1000));
        published(record.trades(), (System.nanoTime() - dueNs) / 1000);
        return record.trades();
    }

    private synchronized void published(int more, long delayMicros) {
        trades += more;
        delays.add(delayMicros);
    }

    /** Returns the number of published trades. */
    synchronized long trades() {
        return trades;
    }

    /**
     * Returns how long after its time each record since the last call was published. A publisher
     * that cannot keep up is later and later.
     */
    synchronized Latencies delays() {
        Latencies since = delays;
        delays = new Latencies();
        return since;
    }

    @Override
    public void close() {
        producer.close();
    }
}

package io.dexklines.bench;

import io.dexklines.local.kafka.Brokers;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes trades at a constant rate, on a thread of its own, from its start until its close. */
final class PacedProducer implements AutoCloseable {

    private static final double NANOS_PER_SECOND = 1e9;

    private final KafkaProducer<byte[], byte[]> producer;
    private final int rate;
    private final Trades trades;
    private final Thread thread;
    private volatile boolean ended;

    /** What is published. Called by the thread of the producer. */
    interface Trades {

        /**
         * Publishes the next trades.
         *
         * @param dueNs the time at which they are due, by {@link System#nanoTime}
         * @return the number of trades
         */
        int publish(PacedProducer producer, long dueNs);
    }

    /**
     * @param name the name of the thread
     * @param rate trades per second
     * @param properties further properties of the producer
     */
    PacedProducer(
            String name, Brokers brokers, int rate, Map<String, Object> properties, Trades trades) {
        this.rate = rate;
        this.trades = trades;
        Map<String, Object> all = new HashMap<>(properties);
        all.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer =
                new KafkaProducer<>(
                        brokers.client(all), new ByteArraySerializer(), new ByteArraySerializer());
        this.thread = new Thread(this::publish, name);
    }

    /** Starts the thread. */
    void start() {
        thread.start();
    }

    private void publish() {
        long startNs = System.nanoTime();
        long published = 0;
        while (!ended) {
            long dueNs = startNs + (long) (published * NANOS_PER_SECOND / rate);
            while (System.nanoTime() < dueNs) {
                LockSupport.parkNanos(dueNs - System.nanoTime());
            }
            published += trades.publish(this, dueNs);
        }
    }

    /** Sends a record. The producer has copied the value when the method returns. */
    void send(String topic, int partition, byte[] value) {
        producer.send(new ProducerRecord<>(topic, partition, null, value));
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}

package io.dexklines.chaos.input;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.SimulatedChain;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer of one chain: a thread that carries out the steps of the chain when their times have
 * come, in their order. While brokers are unreachable, it waits, then it catches up. What another
 * chain's producer waits for does not delay it.
 */
final class ChainFeed {

    private static final Logger LOG = LoggerFactory.getLogger(ChainFeed.class);

    /** Memory of the steps that wait, in kB. A step takes at least 1 kB. */
    private static final int QUEUE_KB = 128 << 10;

    private static final long RETRY_MS = 200;

    private final SimulatedChain chain;
    private final Producers producers;
    private final SentRecords sent;
    private final CountDownLatch stopped;
    private final OrderlyGate gate = new OrderlyGate();
    private final UpstreamTransactions transactions;
    private final BlockingQueue<Queued> queue = new LinkedBlockingQueue<>();
    private final Semaphore memory = new Semaphore(QUEUE_KB);

    /** Records that a producer has given up, although it could be sent again. */
    private final ConcurrentLinkedQueue<PlannedRecord> failed = new ConcurrentLinkedQueue<>();

    private final Thread thread;
    private Producer<byte[], byte[]> producer;
    private volatile Throwable failure;

    /** A step in the queue; the last one has none. */
    private record Queued(PlannedStep step, int kilobytes) {}

    /**
     * @param run the beginning of the names that brokers know the producers by
     * @param stopped counted down when no time is to be waited for any more
     */
    ChainFeed(
            SimulatedChain chain,
            Brokers brokers,
            String run,
            SentRecords sent,
            CountDownLatch stopped) {
        this.chain = chain;
        this.producers = new Producers(brokers);
        this.sent = sent;
        this.stopped = stopped;
        String name = run + chain.id() + '-';
        this.transactions = new UpstreamTransactions(producers, sent, gate, name);
        this.producer = producers.idempotent(name + "feed");
        this.thread = new Thread(this::run, name + "feed");
        thread.setDaemon(true);
        thread.start();
    }

    /** Queues a step. Waits while too many bytes are in the queue. */
    void put(PlannedStep step) throws InterruptedException {
        int kilobytes = step.records().stream().mapToInt(ChainFeed::kilobytes).sum();
        memory.acquire(kilobytes);
        queue.add(new Queued(step, kilobytes));
    }

    private static int kilobytes(PlannedRecord record) {
        return Math.min(QUEUE_KB / 4, 1 + (record.bytes() >> 10));
    }

    /** Notes that no more steps come. */
    void end() {
        queue.add(new Queued(null, 0));
    }

    /**
     * Waits until all steps are carried out and acknowledged. Only after {@link #end}.
     *
     * @throws IllegalStateException if that takes too long, or the feed has failed
     */
    void await(Duration timeout) throws InterruptedException {
        thread.join(timeout.toMillis());
        if (thread.isAlive() || failure != null) {
            throw new IllegalStateException(
                    "the feed of chain " + chain.id() + " did not end", failure);
        }
    }

    private void run() {
        try {
            for (Queued next = queue.take(); next.step() != null; next = queue.take()) {
                carryOut(next.step());
                memory.release(next.kilobytes());
            }
            while (!gate.awaitEmpty(RETRY_MS)) {
                sendFailedAgain();
            }
            transactions.close();
            producer.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the feed of chain {} failed", chain.id(), e);
            failure = e;
        }
    }

    private void carryOut(PlannedStep step) throws InterruptedException {
        long waitMs = step.sendMs() - System.currentTimeMillis();
        if (waitMs > 0) {
            stopped.await(waitMs, TimeUnit.MILLISECONDS);
        }
        while (!gate.enter(step.plannedMs(), RETRY_MS)) {
            sendFailedAgain();
        }
        sendFailedAgain();
        if (step instanceof PlannedTransaction transaction) {
            transactions.begin(transaction);
        } else {
            step.records().forEach(this::send);
        }
    }

    private void sendFailedAgain() {
        for (PlannedRecord record = failed.poll(); record != null; record = failed.poll()) {
            send(record);
        }
    }

    private void send(PlannedRecord record) {
        try {
            int partitions = producer.partitionsFor(record.chain().topic()).size();
            producer.send(
                    sent.sending(record, partitions),
                    (metadata, e) -> {
                        if (e == null) {
                            sent.acknowledged(record);
                            gate.leave(record.plannedMs());
                        } else if (e instanceof RecordTooLargeException) {
                            sent.rejected(record);
                            gate.leave(record.plannedMs());
                        } else {
                            failed.add(record);
                        }
                    });
        } catch (TimeoutException e) {
            failed.add(record);
        } catch (KafkaException | IllegalStateException e) {
            LOG.info("creating another producer for chain {}: {}", chain.id(), e.toString());
            producer.close(Duration.ZERO);
            producer = producers.idempotent(thread.getName());
            failed.add(record);
        }
    }
}

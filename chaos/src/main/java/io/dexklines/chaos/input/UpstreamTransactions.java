package io.dexklines.chaos.input;

import io.dexklines.chaos.input.PlannedTransaction.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the upstream transactions of one chain, one after another, except that they stay open
 * as long as they are to. A fault may end a transaction otherwise than planned: the topics tell.
 */
final class UpstreamTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamTransactions.class);

    /** How much longer than planned a transaction may stay open before the broker aborts it. */
    private static final Duration GRACE = Duration.ofMinutes(3);

    private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    private final Producers producers;
    private final SentRecords sent;
    private final OrderlyGate gate;
    private final String idPrefix;
    private final ScheduledThreadPoolExecutor thread;

    /** The transactions that wait for their ends. Used by the thread only. */
    private final List<Open> open = new ArrayList<>();

    private record Open(PlannedTransaction transaction, Producer<byte[], byte[]> producer) {}

    /**
     * @param gate has let the transactions in, and is left when their records are in the topic
     * @param idPrefix the beginning of all transactional ids
     */
    UpstreamTransactions(Producers producers, SentRecords sent, OrderlyGate gate, String idPrefix) {
        this.producers = producers;
        this.sent = sent;
        this.gate = gate;
        this.idPrefix = idPrefix;
        this.thread =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread created = new Thread(task, idPrefix + "transactions");
                            created.setDaemon(true);
                            return created;
                        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Begins a transaction, and ends it when its time has come. Does not wait. */
    void begin(PlannedTransaction transaction) {
        thread.execute(() -> beginNow(transaction));
    }

    /** Ends all transactions now, and waits for that. */
    void close() throws InterruptedException {
        thread.execute(() -> List.copyOf(open).forEach(this::end));
        thread.shutdown();
        if (!thread.awaitTermination(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("upstream transactions do not end");
        }
    }

    private void beginNow(PlannedTransaction transaction) {
        boolean abandoned = transaction.ending() == Ending.ABANDON;
        Duration timeout =
                Duration.ofMillis(Math.max(1_000, transaction.holdMs()))
                        .plus(abandoned ? Duration.ZERO : GRACE);
        sent.beginning(transaction);
        Producer<byte[], byte[]> producer =
                producers.transactional(idPrefix + transaction.number(), timeout);
        Open begun = new Open(transaction, producer);
        try {
            retried(producer::initTransactions);
            producer.beginTransaction();
            int partitions = producer.partitionsFor(transaction.chain().topic()).size();
            List<Future<RecordMetadata>> written = new ArrayList<>();
            for (PlannedRecord record : transaction.records()) {
                written.add(producer.send(sent.sending(record, partitions)));
            }
            producer.flush();
            for (Future<RecordMetadata> each : written) {
                each.get();
            }
            open.add(begun);
        } catch (KafkaException | ExecutionException e) {
            LOG.info("upstream transaction {} is given up: {}", transaction.number(), e.toString());
            producer.close(Duration.ZERO);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            producer.close(Duration.ZERO);
            return;
        } finally {
            gate.leave(transaction.plannedMs());
        }
        if (transaction.holdMs() == 0) {
            end(begun);
        } else {
            thread.schedule(() -> end(begun), transaction.holdMs(), TimeUnit.MILLISECONDS);
        }
    }

    private void end(Open begun) {
        if (!open.remove(begun)) {
            return;
        }
        PlannedTransaction transaction = begun.transaction();
        Producer<byte[], byte[]> producer = begun.producer();
        try {
            switch (transaction.ending()) {
                case COMMIT -> {
                    retried(producer::commitTransaction);
                    sent.committed(transaction);
                }
                case ABORT -> retried(producer::abortTransaction);
                case ABANDON -> {}
            }
        } catch (KafkaException e) {
            LOG.info(
                    "upstream transaction {} ends otherwise than planned: {}",
                    transaction.number(),
                    e.toString());
        }
        // without a timeout, closing would abort
        producer.close(Duration.ZERO);
    }

    /** Makes a request. One whose answer does not come in time may be repeated. */
    private static void retried(Runnable request) {
        long deadlineNs = System.nanoTime() + ANSWER_TIMEOUT.toNanos();
        while (true) {
            try {
                request.run();
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() > deadlineNs) {
                    throw e;
                }
            }
        }
    }
}

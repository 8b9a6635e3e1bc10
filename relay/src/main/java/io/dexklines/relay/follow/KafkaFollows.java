package io.dexklines.relay.follow;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
import io.dexklines.relay.metrics.RelayMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The follows of users in a compacted topic of Kafka. One thread reads the topic, another one
 * writes to it, and neither is an event loop, so that brokers that do not answer delay nothing else
 * of the relay. Thread-safe.
 *
 * <p>The user of Kafka needs the rights to read and to write this one topic, and no others.
 */
public final class KafkaFollows implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaFollows.class);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long FIRST_RETRY_MS = 1_000;
    private static final long LONGEST_RETRY_MS = 5_000;
    private static final int MAX_WAITING = 64;
    private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private static final String LOADING = "the follows are being read, try again";
    private static final String UNREACHABLE = "Kafka does not answer, try again";
    private static final String NOT_READ =
            "the follows cannot be read from Kafka, and the log of the relay says why";
    private static final String NOT_WRITTEN =
            "the change cannot be written to Kafka, and the log of the relay says why";
    private static final String UNCONFIRMED =
            "Kafka has not confirmed the change, which may take effect nevertheless; try again";
    private static final String NO_CODEC =
            "the topic has records in a compression that the relay cannot read; the topic's"
                    + " compression.type has to be uncompressed or gzip";

    private final FollowSettings settings;
    private final RelayMetrics metrics;
    private final Thread reader = new Thread(this::readAgainAndAgain, "follows-reader");
    private final ThreadPoolExecutor writer =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MAX_WAITING),
                    new ThreadFactoryBuilder()
                            .setNameFormat("follows-writer")
                            .setDaemon(true)
                            .build());

    /**
     * What can be asked.
     *
     * @param book the follows
     * @param problem why they can neither be read nor changed; null while they can
     */
    private record State(FollowBook book, String problem) {}

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile State state;

    /** The value of the gauge. */
    private long counted;

    /** Null until the first change. Only the writer opens it. */
    private Producer<byte[], byte[]> producer;

    /** Whether a change has failed, after which a producer may be unusable. */
    private volatile boolean broken;

    /** Begins to read the topic, as soon as brokers answer. */
    public KafkaFollows(FollowSettings settings, RelayMetrics metrics) {
        this.settings = settings;
        this.metrics = metrics;
        this.state = new State(new FollowBook(settings.maxBytes()), LOADING);
        reader.setDaemon(true);
        reader.start();
    }

    /** Returns the most wallets that a user can follow. */
    public int maxPerUser() {
        return settings.maxPerUser();
    }

    /**
     * Returns the follows of a user, in the order of the wallets.
     *
     * @throws FollowsUnavailableException if the topic was not read yet or no broker answers
     */
    public List<Follow> of(String userId) {
        return available().of(userId);
    }

    /**
     * Makes a user follow a wallet, with new conditions if the user does already. Does not block.
     *
     * @return completes when all replicas have the change, or fails with a {@link
     *     FollowsUnavailableException}
     * @throws FollowsUnavailableException if the topic was not read yet or no broker answers
     * @throws TooManyFollowsException if the user follows as many wallets already
     */
    public CompletionStage<Void> put(String userId, Follow follow) {
        FollowBook current = available();
        current.beginWrite(follow.wallet(), userId, settings.maxPerUser());
        return write(current, userId, follow.wallet(), follow)
                .whenComplete((done, e) -> current.endWrite(userId));
    }

    /**
     * Makes a user no longer follow a wallet. Does not block, and succeeds if the user does not
     * follow it.
     *
     * @return as of {@link #put}
     * @throws FollowsUnavailableException if the topic was not read yet or no broker answers
     */
    public CompletionStage<Void> remove(String userId, Wallet wallet) {
        return write(available(), userId, wallet, null);
    }

    private FollowBook available() {
        State current = state;
        if (current.problem() != null) {
            throw new FollowsUnavailableException(current.problem(), null);
        }
        return current.book();
    }

    // ---- writing

    private CompletableFuture<Void> write(
            FollowBook current, String userId, Wallet wallet, Follow follow) {
        CompletableFuture<Void> written = new CompletableFuture<>();
        long deadlineNanos = System.nanoTime() + MAX_WAIT_NANOS;
        try {
            writer.execute(
                    () -> {
                        if (System.nanoTime() - deadlineNanos > 0) {
                            written.completeExceptionally(
                                    new FollowsUnavailableException(UNREACHABLE, null));
                        } else {
                            send(current, userId, wallet, follow, written);
                        }
                    });
        } catch (RejectedExecutionException e) {
            written.completeExceptionally(new FollowsUnavailableException(UNREACHABLE, e));
        }
        return written;
    }

    private void send(
            FollowBook current,
            String userId,
            Wallet wallet,
            Follow follow,
            CompletableFuture<Void> written) {
        byte[] value = follow == null ? null : FollowRecords.value(follow, userId);
        List<CompletableFuture<Void>> all = new ArrayList<>();
        try {
            for (FollowRecords.Key key : current.keysOf(wallet, userId)) {
                CompletableFuture<Void> one = new CompletableFuture<>();
                all.add(one);
                producer()
                        .send(
                                new ProducerRecord<>(settings.topic(), key.bytes(), value),
                                (at, e) -> {
                                    if (e == null) {
                                        current.wrote(key, follow, at.partition(), at.offset());
                                        one.complete(null);
                                    } else {
                                        one.completeExceptionally(failed(e));
                                    }
                                });
            }
        } catch (RuntimeException | LinkageError e) {
            written.completeExceptionally(failed(e));
            return;
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .whenComplete(
                        (done, e) -> {
                            if (e == null) {
                                written.complete(null);
                            } else {
                                written.completeExceptionally(e.getCause());
                            }
                        });
    }

    private synchronized Producer<byte[], byte[]> producer() {
        if (broken && producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
        broken = false;
        if (producer == null) {
            if (isClosed()) {
                throw new KafkaException("the relay is shutting down");
            }
            producer = new KafkaProducer<>(KafkaClients.producer(settings.shared()));
        }
        return producer;
    }

    private FollowsUnavailableException failed(Throwable e) {
        broken = true;
        LOG.warn("could not write a follow to {}", settings, e);
        return new FollowsUnavailableException(
                e instanceof RetriableException ? UNCONFIRMED : NOT_WRITTEN, e);
    }

    // ---- reading

    private void readAgainAndAgain() {
        long retryMs = FIRST_RETRY_MS;
        while (!isClosed()) {
            try (Consumer<byte[], byte[]> consumer =
                    new KafkaConsumer<>(KafkaClients.consumer(settings.shared()))) {
                read(consumer);
            } catch (InterruptException e) {
                LOG.debug("closing", e);
            } catch (FollowsUnavailableException e) {
                fail(e.getMessage(), e);
            } catch (NoClassDefFoundError e) {
                fail(NO_CODEC, e);
            } catch (RuntimeException | LinkageError e) {
                fail(e instanceof RetriableException ? UNREACHABLE : NOT_READ, e);
            }
            Uninterruptibles.awaitUninterruptibly(closing, retryMs, TimeUnit.MILLISECONDS);
            retryMs = Math.min(LONGEST_RETRY_MS, 2 * retryMs);
        }
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    private void fail(String problem, Throwable e) {
        if (!problem.equals(state.problem())) {
            LOG.warn("cannot read the follows of {}", settings, e);
        }
        state = new State(new FollowBook(settings.maxBytes()), problem);
        count(0);
    }

    /** Reads the topic from its beginning until the relay is closed or an error occurs. */
    private void read(Consumer<byte[], byte[]> from) {
        FollowBook fresh = new FollowBook(settings.maxBytes());
        Set<TopicPartition> assigned = new HashSet<>();
        assign(from, assigned);
        Map<TopicPartition, Long> ends = from.endOffsets(assigned);
        boolean loaded = false;
        long checkedNanos = System.nanoTime();
        while (!isClosed()) {
            for (ConsumerRecord<byte[], byte[]> record : from.poll(POLL)) {
                apply(fresh, record);
            }
            if (fresh.isOverfull()) {
                throw new FollowsUnavailableException(
                        "the follows of all users take more memory than this relay permits", null);
            }
            if (!loaded && isAt(from, ends)) {
                loaded = true;
                state = new State(fresh, null);
                LOG.info("read {} follows from {}", fresh.size(), settings);
            }
            if (loaded) {
                count(fresh.size());
            }
            if (loaded && System.nanoTime() - checkedNanos > CHECK_NANOS) {
                check(from, assigned);
                checkedNanos = System.nanoTime();
            }
        }
    }

    private void apply(FollowBook to, ConsumerRecord<byte[], byte[]> record) {
        try {
            FollowRecords.Key key = FollowRecords.key(record.key());
            Follow follow =
                    record.value() == null ? null : FollowRecords.follow(key, record.value());
            to.read(key, follow, record.partition(), record.offset());
        } catch (IllegalArgumentException e) {
            // the job refuses it too, and says why
            LOG.debug("no follow at {}:{}", record.partition(), record.offset(), e);
        }
    }

    /** Asks the brokers, since a poll does not tell that none of them answers. */
    private void check(Consumer<byte[], byte[]> from, Set<TopicPartition> assigned) {
        State before = state;
        try {
            assign(from, assigned);
            from.endOffsets(assigned);
            if (UNREACHABLE.equals(before.problem())) {
                LOG.info("brokers of {} answer again", settings);
                state = new State(before.book(), null);
            }
        } catch (TimeoutException e) {
            if (before.problem() == null) {
                LOG.warn("no broker of {} answers", settings, e);
                state = new State(before.book(), UNREACHABLE);
            }
        }
    }

    /** Reads all partitions, those that were added from their beginning. */
    private void assign(Consumer<byte[], byte[]> from, Set<TopicPartition> assigned) {
        List<PartitionInfo> partitions = from.partitionsFor(settings.topic());
        if (partitions == null || partitions.isEmpty()) {
            throw new FollowsUnavailableException(
                    "there is no topic " + settings.topic() + " in Kafka", null);
        }
        List<TopicPartition> added =
                partitions.stream()
                        .map(each -> new TopicPartition(each.topic(), each.partition()))
                        .filter(assigned::add)
                        .toList();
        if (!added.isEmpty()) {
            from.assign(assigned);
            from.seekToBeginning(added);
        }
    }

    private static boolean isAt(Consumer<byte[], byte[]> from, Map<TopicPartition, Long> offsets) {
        try {
            return offsets.entrySet().stream()
                    .allMatch(each -> from.position(each.getKey()) >= each.getValue());
        } catch (TimeoutException e) {
            return false;
        }
    }

    /** Sets the gauge. Only the reader calls it. */
    private void count(long follows) {
        metrics.follows.add(follows - counted);
        counted = follows;
    }

    @Override
    public void close() {
        closing.countDown();
        reader.interrupt();
        writer.shutdownNow();
        synchronized (this) {
            if (producer != null) {
                producer.close(CLOSE_TIMEOUT);
            }
        }
        try {
            reader.join(CLOSE_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

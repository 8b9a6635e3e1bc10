package io.dexklines.chaos.input;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.SimulatedChain;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running chaos input: publishes the steps of an {@link InputPlan} in real time, with one
 * producer for each chain, whatever happens to the brokers meanwhile. {@link #ledger} then tells
 * what is in the topics. Thread-safe.
 */
public final class ChaosInput implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChaosInput.class);

    /** How far ahead of their times steps are made. */
    private static final long HORIZON_MS = 1_000;

    private static final Duration END_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMinutes(1);

    /** Longer than the broker lets an abandoned transaction stay open. */
    private static final Duration READ_TIMEOUT = Duration.ofMinutes(5);

    private final Brokers brokers;
    private final InputSettings settings;
    private final SentRecords sent;
    private final Map<TopicPartition, Long> begins;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<SimulatedChain, ChainFeed> feeds = new EnumMap<>(SimulatedChain.class);
    private final Collection<Silence> silences = new ConcurrentLinkedQueue<>();
    private final Thread planner;
    private volatile Throwable failure;
    private InputLedger ledger;

    private ChaosInput(Brokers brokers, InputSettings settings) {
        this.brokers = brokers;
        this.settings = settings;
        this.sent = new SentRecords(settings.seed() * 31 + settings.startMs());
        this.begins = WrittenRecords.ends(brokers, topics());
        String run = "chaos-%x-%x-".formatted(settings.seed(), settings.startMs());
        for (SimulatedChain chain : SimulatedChain.values()) {
            feeds.put(chain, new ChainFeed(chain, brokers, run, sent, stopped));
        }
        this.planner = new Thread(this::plan, run + "plan");
        planner.setDaemon(true);
        planner.start();
    }

    /**
     * Starts to publish to the topics of the simulated chains, which must exist.
     *
     * @param settings should differ in seed or start from those of earlier inputs to the same
     *     topics, whose trades would be duplicates otherwise
     */
    public static ChaosInput start(Brokers brokers, InputSettings settings) {
        return new ChaosInput(brokers, settings);
    }

    /** Returns the topics to which the input publishes. */
    public static Set<String> topics() {
        return Arrays.stream(SimulatedChain.values())
                .map(SimulatedChain::topic)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns the pairs that trade most, {@code chain_id:pair_addr}, the same number of a chain.
     */
    public static List<String> popularPairs(InputSettings settings, int ofEachChain) {
        return InputPlan.popularPairs(settings, ofEachChain);
    }

    private void plan() {
        try {
            InputPlan plan = new InputPlan(settings, silences::add);
            for (Optional<PlannedStep> next = plan.next();
                    next.isPresent() && !isStopped(next.get());
                    next = plan.next()) {
                feeds.get(next.get().chain()).put(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        } finally {
            feeds.values().forEach(ChainFeed::end);
        }
    }

    /** Waits until a step is near. Returns whether the input was stopped before. */
    private boolean isStopped(PlannedStep step) throws InterruptedException {
        long waitMs = step.plannedMs() - HORIZON_MS - System.currentTimeMillis();
        return stopped.await(Math.max(0, waitMs), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits until the input has reached its length, and everything is acknowledged.
     *
     * @throws IllegalStateException if it did not end in time, or has failed
     */
    public void awaitEnd(Duration timeout) throws InterruptedException {
        planner.join(timeout.toMillis());
        if (planner.isAlive() || failure != null) {
            throw new IllegalStateException("the input did not end", failure);
        }
        for (ChainFeed feed : feeds.values()) {
            feed.await(timeout);
        }
    }

    /**
     * Stops the input now. Returns when everything that was sent is acknowledged, the backlogs of
     * silent chains are published and upstream transactions have ended, but for those that the
     * broker has to abort.
     *
     * @throws IllegalStateException if that takes more than ten minutes, or the input has failed
     */
    public void stop() throws InterruptedException {
        stopped.countDown();
        awaitEnd(END_TIMEOUT);
    }

    /** Returns how many records brokers have acknowledged so far. */
    public long acknowledgedRecords() {
        return sent.acknowledgedRecords();
    }

    /** Returns how many valid trades are in them, copies included. */
    public long acknowledgedTrades() {
        return sent.acknowledgedTrades();
    }

    /** Returns the silences that have begun, or begin within a second. */
    public List<Silence> silences() {
        return List.copyOf(silences);
    }

    /**
     * Reads the topics and returns what they hold of this input. Only after its end.
     *
     * @throws IllegalStateException if the topics cannot be read to their ends
     */
    public synchronized InputLedger ledger() throws InterruptedException {
        if (ledger == null) {
            ledger =
                    InputLedger.of(
                            sent.snapshot(),
                            WrittenRecords.read(brokers, topics(), begins, sent, READ_TIMEOUT));
        }
        return ledger;
    }

    /** Stops the input, but does not wait longer than a minute for brokers that do not answer. */
    @Override
    public void close() {
        stopped.countDown();
        try {
            awaitEnd(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            LOG.warn("the input is left as it is", e);
        }
    }
}

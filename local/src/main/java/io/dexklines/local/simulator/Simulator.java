package io.dexklines.local.simulator;

import static java.util.Map.entry;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.pace.Pace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The process that publishes a simulated market until it receives SIGTERM. */
@Command(
        name = "simulator",
        description = "Publishes simulated trades of four chains to Kafka in real time.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Simulator implements Callable<Integer> {

    private static final Duration MAX_BEHIND = Duration.ofMinutes(10);
    private static final int STOP_TIMEOUT_SECONDS = 10;

    /** The largest number of hours of {@code --history}: one week. */
    public static final int MAX_HISTORY_HOURS = 168;

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "Address of the Kafka broker.")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            paramLabel = "FILE",
            description = "Properties of Kafka's clients, such as the login (default: none).")
    private Path clientProperties;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_SEED,
            description = "Seed of pairs, wallets and trades (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_TRADES_PER_SECOND,
            description = "Trades per second over all chains (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_PAIRS,
            description = "Number of pairs over all chains (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description =
                    "Stop after N blocks over all chains, without those of --history"
                            + " (default: never).")
    private long blocks = Long.MAX_VALUE;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = {
                "When the market opens, such as 2026-01-05T00:00:00Z (default: now).",
                "Records of the past are published immediately."
            })
    private Instant start;

    @Option(
            names = "--history",
            paramLabel = "HOURS",
            defaultValue = "0",
            description = {
                "Publish trades of so many hours before the start first, at once and fewer of them"
                        + " (default: ${DEFAULT-VALUE}).",
                "Has no effect where a topic has, or has had, records."
            })
    private int historyHours;

    @Option(
            names = "--hostile",
            description =
                    "Give some tokens symbols with markup, control characters and the like, which"
                            + " break what does not escape them.")
    private boolean hostile;

    @Spec private CommandLine.Model.CommandSpec spec;

    private final PrintStream log = System.out;

    public static void main(String[] args) {
        System.exit(CommandErrors.install(new CommandLine(new Simulator())).execute(args));
    }

    /**
     * Returns the wallets that trade often on a chain, in canonical form. They are the same for
     * every seed.
     *
     * @param chainId such as {@code 56}
     * @return an empty list for a chain that is not simulated
     */
    public static List<String> frequentWallets(String chainId) {
        return SimulatedChain.ofId(chainId)
                .map(chain -> Wallets.frequent(chain).stream().map(Address::text).toList())
                .orElse(List.of());
    }

    @Override
    public Integer call() throws Exception {
        Pace pace = Pace.ofSystemClock();
        Brokers brokers = brokers();
        checkHistory();
        Duration past = Duration.ofHours(historyHours);
        if (!past.isZero() && !TradeTopics.areEmpty(brokers, pace, log)) {
            log.println("the topics have trades already: no history is published");
            past = Duration.ZERO;
        }
        long startMs = start == null ? pace.nowMs() : start.toEpochMilli();
        MarketFeed feed =
                new MarketFeed(
                        new Market(settings(startMs, past)),
                        () -> producer(brokers),
                        pace,
                        maxBehind(),
                        log);
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(feed, finished), "simulator-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        log.printf(
                "seed %d, %s trades/s, %d pairs, from %s after %d h of history, to %s%n",
                seed, rate, pairs, Instant.ofEpochMilli(startMs), past.toHours(), bootstrapServers);
        try {
            feed.run();
        } finally {
            finished.countDown();
        }
        return CommandLine.ExitCode.OK;
    }

    private void checkHistory() {
        if (historyHours < 0 || historyHours > MAX_HISTORY_HOURS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--history must be 0 to %d hours, not %d"
                            .formatted(MAX_HISTORY_HOURS, historyHours));
        }
    }

    private MarketSettings settings(long startMs, Duration past) {
        try {
            return new MarketSettings(
                    seed,
                    startMs,
                    rate,
                    pairs,
                    blocks,
                    past,
                    MarketSettings.DEFAULT_MAX_PAST_TRADES,
                    hostile);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /** Returns no limit if a start was given, because it may lie in the past. */
    private Duration maxBehind() {
        return start == null ? MAX_BEHIND : ChronoUnit.FOREVER.getDuration();
    }

    private static void stop(MarketFeed feed, CountDownLatch finished) {
        feed.stop();
        try {
            finished.await(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Brokers brokers() {
        try {
            return clientProperties == null
                    ? Brokers.open(bootstrapServers)
                    : Brokers.of(bootstrapServers, clientProperties);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static Producer<byte[], byte[]> producer(Brokers brokers) {
        return new KafkaProducer<>(
                brokers.client(
                        Map.ofEntries(
                                entry(ProducerConfig.CLIENT_ID_CONFIG, "simulator"),
                                entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                                // records wait in the buffer during an outage of any length
                                entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE),
                                entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000),
                                entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000),
                                entry(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20),
                                entry(ProducerConfig.BATCH_SIZE_CONFIG, 512 << 10),
                                entry(ProducerConfig.LINGER_MS_CONFIG, 5),
                                entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"))),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}

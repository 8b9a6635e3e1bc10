package io.dexklines.local.simulator;

import io.dexklines.local.pace.Pace;
import java.io.PrintStream;
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

/** The process that publishes a made-up market, until it is told to stop. */
@Command(
        name = "simulator",
        description = "Publishes made-up trades of four chains to Kafka, at their pace.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Simulator implements Callable<Integer> {

    private static final Duration MAX_BEHIND = Duration.ofMinutes(10);
    private static final int STOP_TIMEOUT_SECONDS = 10;

    @Option(
            names = "--bootstrap-servers",
            required = true,
            paramLabel = "HOST:PORT",
            description = "The Kafka broker.")
    private String bootstrapServers;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_SEED,
            description = "Chooses pairs, wallets and trades (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_TRADES_PER_SECOND,
            description = "Trades a second over all chains (default: ${DEFAULT-VALUE}).")
    private double rate;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "" + MarketSettings.DEFAULT_PAIRS,
            description = "Pairs over all chains (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "Stop after so many blocks over all chains (default: never).")
    private long blocks = Long.MAX_VALUE;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = {
                "The market opens at this instant, such as 2026-01-05T00:00:00Z (default: now).",
                "What lies in the past is published at once."
            })
    private Instant start;

    @Spec private CommandLine.Model.CommandSpec spec;

    private final PrintStream log = System.out;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Simulator()).execute(args));
    }

    /**
     * The wallets that trade often on a chain, the same for every seed: in lower case on EVM
     * chains.
     *
     * @param chainId such as {@code 56}
     * @return none for a chain that is not simulated
     */
    public static List<String> frequentWallets(String chainId) {
        return SimulatedChain.ofId(chainId)
                .map(chain -> Wallets.frequent(chain).stream().map(Address::text).toList())
                .orElse(List.of());
    }

    @Override
    public Integer call() throws Exception {
        Pace pace = Pace.ofTheMachine();
        long startMs = start == null ? pace.nowMs() : start.toEpochMilli();
        MarketFeed feed =
                new MarketFeed(
                        new Market(settings(startMs)), this::producer, pace, maxBehind(), log);
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = new Thread(() -> stop(feed, finished), "simulator-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        log.printf(
                "seed %d, %s trades/s, %d pairs, from %s on, to %s%n",
                seed, rate, pairs, Instant.ofEpochMilli(startMs), bootstrapServers);
        try {
            feed.run();
        } finally {
            finished.countDown();
        }
        return CommandLine.ExitCode.OK;
    }

    private MarketSettings settings(long startMs) {
        try {
            return new MarketSettings(seed, startMs, rate, pairs, blocks);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    /** A start that was asked for may lie in the past as far as it likes. */
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

    private Producer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG,
                        "simulator",
                        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                        true,
                        // an outage of any length is survived: records wait in the buffer
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        Integer.MAX_VALUE,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        10_000,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        5_000,
                        ProducerConfig.BUFFER_MEMORY_CONFIG,
                        64L << 20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        512 << 10,
                        ProducerConfig.LINGER_MS_CONFIG,
                        5,
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }
}

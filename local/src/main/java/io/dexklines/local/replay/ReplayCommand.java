package io.dexklines.local.replay;

import io.dexklines.local.pace.Pace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code klines replay}: a file's lines onto a topic. Exits with 0 if all were acknowledged, 1 if
 * not, 2 if it was called wrongly.
 */
@Command(
        name = "replay",
        description = "Publishes a file to a Kafka topic: one line is one record, sent as it is.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  klines replay trades.jsonl.gz --topic evm-trades-v4 --rate 100",
            "  klines replay --sample"
        })
public final class ReplayCommand implements Callable<Integer> {

    private static final Duration BROKER_ANSWERS_WITHIN = Duration.ofSeconds(10);

    /** What is replayed. */
    static final class What {
        @Parameters(
                index = "0",
                paramLabel = "FILE",
                description = "One record a line; decompressed if its name ends in .gz.")
        private Path file;

        @Option(
                names = "--sample",
                required = true,
                description =
                        "The bundled day instead: every trade of Uniswap V3's USDC/WETH pool on"
                                + " 2024-01-05. A job that has seen later trades counts these as"
                                + " late: start the stack with --no-simulator for them.")
        private boolean sample;
    }

    @ArgGroup(multiplicity = "1")
    private What what;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Where to; " + UniswapDay.TOPIC + " for the sample.")
    private String topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "At most N records a second (default: as fast as the broker takes them).")
    private double rate = Double.POSITIVE_INFINITY;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "The partition that all records go to (default: 0).")
    private int partition;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            description = "The broker (default: the one of the running stack).")
    private String bootstrapServers;

    @Spec private CommandSpec spec;

    private final Supplier<Optional<String>> runningBroker;
    private final Function<String, Broker> brokers;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    /**
     * @param runningBroker host and port of the running stack's broker, if one runs; asked when the
     *     command runs
     */
    public ReplayCommand(Supplier<Optional<String>> runningBroker) {
        this(runningBroker, Broker::at, System.out, System.err, System.console() != null);
    }

    ReplayCommand(
            Supplier<Optional<String>> runningBroker,
            Function<String, Broker> brokers,
            PrintStream out,
            PrintStream err,
            boolean onTerminal) {
        this.runningBroker = runningBroker;
        this.brokers = brokers;
        this.out = out;
        this.err = err;
        this.onTerminal = onTerminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        checkOptions();
        String toTopic = topic == null ? UniswapDay.TOPIC : topic;
        try (ReplaySource source = open()) {
            Optional<String> servers =
                    bootstrapServers == null ? runningBroker.get() : Optional.of(bootstrapServers);
            if (servers.isEmpty()) {
                return failed(
                        "no stack is running here: start one with `klines up`, or name a broker"
                                + " with --bootstrap-servers");
            }
            return replay(source, toTopic, servers.get());
        } catch (ReplayException e) {
            return failed(e.getMessage());
        } catch (IOException e) {
            return failed("cannot read " + what.file + ": " + reason(e));
        }
    }

    private void checkOptions() {
        if (!what.sample && topic == null) {
            throw new ParameterException(
                    spec.commandLine(), "--topic is needed: onto which topic is the file sent?");
        }
        if (!(rate > 0)) {
            throw new ParameterException(spec.commandLine(), "--rate is positive, not " + rate);
        }
        if (partition < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--partition is 0 or more, not " + partition);
        }
    }

    private ReplaySource open() throws IOException {
        if (what.sample) {
            return ReplaySource.ofSample();
        }
        if (Files.isDirectory(what.file)) {
            throw new IOException("it is a folder");
        }
        return ReplaySource.ofFile(what.file);
    }

    private int replay(ReplaySource source, String toTopic, String servers)
            throws ReplayException, IOException, InterruptedException {
        Broker broker = brokers.apply(servers);
        int partitions = broker.partitions(toTopic, BROKER_ANSWERS_WITHIN);
        if (partition >= partitions) {
            return failed(
                    "topic %s has partitions 0 to %d, not %d"
                            .formatted(toTopic, partitions - 1, partition));
        }
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            Replay replay = new Replay(producer, toTopic, partition, rate, Pace.ofTheMachine());
            Replay.Result result;
            try (ReplayProgress progress =
                    onTerminal ? ReplayProgress.asBar(source, err) : ReplayProgress.inLines(err)) {
                result = replay.run(source, progress);
            }
            double seconds = result.durationMs() / 1000.0;
            out.printf(
                    Locale.ROOT,
                    "%d records, %d bytes, %.1f s: %s is on topic %s of %s%n",
                    result.records(),
                    result.bytes(),
                    seconds,
                    source.name(),
                    toTopic,
                    servers);
            return ExitCode.OK;
        }
    }

    private int failed(String why) {
        err.println("replay: " + why);
        return ExitCode.SOFTWARE;
    }

    private static String reason(IOException e) {
        if (e instanceof java.nio.file.NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof java.nio.file.AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage();
    }
}

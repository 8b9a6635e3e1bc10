package io.dexklines.local.replay;

import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.BrokerOptions;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.pace.Pace;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code klines replay}, which publishes the lines of a file to a topic. The exit status is 0 only
 * if all were acknowledged.
 */
@Command(
        name = "replay",
        description = "Publishes a file to a Kafka topic, each line unchanged as one record.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  klines replay trades.jsonl.gz --topic evm-trades-v4 --rate 100",
            "  klines replay --sample"
        })
public final class ReplayCommand implements Callable<Integer> {

    private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

    /** The source: a file or the sample. */
    static final class Input {
        @Parameters(
                index = "0",
                paramLabel = "FILE",
                description =
                        "File with one record per line, decompressed if its name ends in .gz.")
        private Path file;

        @Option(
                names = "--sample",
                required = true,
                description =
                        "Publish the bundled sample instead: every trade of Uniswap V3's USDC/WETH"
                                + " pool on 2024-01-05. A job that has read newer trades excludes"
                                + " these as late, so start the stack with --no-simulator.")
        private boolean sample;
    }

    @ArgGroup(multiplicity = "1")
    private Input input;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Target topic (default for the sample: " + UniswapDay.TOPIC + ").")
    private String topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Maximum number of records per second (default: no limit).")
    private double rate = Double.POSITIVE_INFINITY;

    @Option(
            names = "--partition",
            paramLabel = "N",
            description = "Partition that receives all records (default: 0).")
    private int partition;

    @Mixin private BrokerOptions otherBrokers;

    @Spec private CommandSpec spec;

    private final Supplier<Optional<Brokers>> runningBroker;
    private final Function<Brokers, Broker> brokers;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    /**
     * @param runningBroker returns the running stack's broker, or empty; called when the command
     *     runs
     */
    public ReplayCommand(Supplier<Optional<Brokers>> runningBroker) {
        this(runningBroker, Broker::new, System.out, System.err, System.console() != null);
    }

    ReplayCommand(
            Supplier<Optional<Brokers>> runningBroker,
            Function<Brokers, Broker> brokers,
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
            replay(source, toTopic, otherBrokers.orThoseOf(runningBroker));
            return ExitCode.OK;
        } catch (ReplayException e) {
            throw new CommandFailure(ExitStatus.SERVER, e.getMessage(), e);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE, "cannot read " + input.file + ": " + reason(e), e);
        }
    }

    private void checkOptions() {
        if (!input.sample && topic == null) {
            throw new ParameterException(spec.commandLine(), "a file needs --topic");
        }
        if (!(rate > 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--rate must be positive, not " + rate);
        }
        if (partition < 0) {
            throw new ParameterException(
                    spec.commandLine(), "--partition must not be negative, not " + partition);
        }
    }

    private ReplaySource open() throws IOException {
        if (input.sample) {
            return ReplaySource.ofSample();
        }
        if (Files.isDirectory(input.file)) {
            throw new IOException("it is a folder");
        }
        return ReplaySource.ofFile(input.file);
    }

    private void replay(ReplaySource source, String toTopic, Brokers servers)
            throws ReplayException, IOException, InterruptedException {
        Broker broker = brokers.apply(servers);
        int partitions = broker.partitions(toTopic, BROKER_TIMEOUT);
        if (partition >= partitions) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--partition must be 0 to %d, the partitions of topic %s, not %d"
                            .formatted(partitions - 1, toTopic, partition));
        }
        try (Producer<byte[], byte[]> producer = broker.producer()) {
            Replay replay = new Replay(producer, toTopic, partition, rate, Pace.ofSystemClock());
            Replay.Result result;
            try (ReplayProgress progress =
                    onTerminal ? ReplayProgress.asBar(source, err) : ReplayProgress.inLines(err)) {
                result = replay.run(source, progress);
            }
            out.printf(
                    Locale.ROOT,
                    "published %s to topic %s of %s: %d records, %d bytes, %.1f s%n",
                    source.name(),
                    toTopic,
                    servers.addresses(),
                    result.records(),
                    result.bytes(),
                    result.durationMs() / 1000.0);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return e.getMessage();
    }
}

package io.dexklines.local.replay;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.kafka.BrokerOptions;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.pace.Pace;
import io.dexklines.text.PrintableText;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
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
 * {@code klines replay} publishes the lines of a file to a topic. The exit status is 0 if all were
 * acknowledged and a stack of its own did what is right with them.
 */
@Command(
        name = "replay",
        description = {
            "Publishes a file to a Kafka topic, each line unchanged as one record. A byte order mark"
                    + " and blank lines are skipped.",
            "Refuses if the running job has read newer trades of a chain of the file, since it would"
                    + " exclude the file's trades as late."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  klines replay trades.jsonl.gz --topic evm-trades-v4 --rate 100",
            "  klines replay --sample --own-stack"
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
                                + " pool on 2024-01-05. It needs a stack that has read no newer"
                                + " trades: --own-stack, or `klines up --no-simulator`.")
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

    @Option(
            names = "--own-stack",
            description =
                    "Start a fresh stack on free ports, publish the file to it, print what became of"
                            + " its trades, and stop the stack. That takes some minutes, and about 300"
                            + " bytes of memory for each trade.")
    private boolean ownStack;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description =
                    "With --own-stack: empty or new folder in which the state of the stack stays"
                            + " (default: a temporary folder, which is deleted).")
    private Path folder;

    @Option(
            names = "--anyway",
            description = "Publish even trades that the job would exclude as late.")
    private boolean anyway;

    @Mixin private BrokerOptions otherBrokers;

    @Spec private CommandSpec spec;

    private final ReplayStacks stacks;
    private final Function<Brokers, Broker> brokers;
    private final PrintStream out;
    private final PrintStream err;
    private final boolean onTerminal;

    /**
     * @param stacks asked when the command runs
     */
    public ReplayCommand(ReplayStacks stacks) {
        this(stacks, Broker::new, System.out, System.err, System.console() != null);
    }

    ReplayCommand(
            ReplayStacks stacks,
            Function<Brokers, Broker> brokers,
            PrintStream out,
            PrintStream err,
            boolean onTerminal) {
        this.stacks = stacks;
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
            if (ownStack) {
                return replayToOwnStack(source, toTopic);
            }
            Optional<ReplayStack> running =
                    otherBrokers.areNamed() ? Optional.empty() : stacks.running();
            Brokers servers = otherBrokers.orThoseOf(() -> running.map(ReplayStack::brokers));
            if (running.isPresent() && !anyway) {
                refuseLate(running.get(), source.name(), toTopic);
            }
            replay(source, toTopic, servers);
            return ExitCode.OK;
        } catch (ReplayException e) {
            throw new CommandFailure(ExitStatus.SERVER, e.getMessage(), e);
        } catch (IOException e) {
            String why =
                    e instanceof FileSystemException
                            ? CommandErrors.reason(e)
                            : input.file + ": " + e.getMessage();
            throw new CommandFailure(ExitStatus.MACHINE, "cannot read " + why, e);
        }
    }

    /**
     * Checks that the job has not read newer trades than the first ones of the file.
     *
     * @throws CommandFailure if it would exclude the trades as late
     */
    private void refuseLate(ReplayStack stack, String name, String toTopic)
            throws IOException, InterruptedException {
        Set<String> chains = stack.chains(toTopic);
        if (chains.isEmpty()) {
            return;
        }
        FirstTrades trades;
        try (ReplaySource beginning = open()) {
            trades = new FirstTrades(beginning, toTopic, chains);
        }
        Map<String, Instant> clocks;
        try {
            clocks = stack.clocks();
        } catch (IOException e) {
            // the stack may be restarting the JobManager
            warn("the clocks of the job are unknown, so it may exclude trades as late");
            return;
        }
        Optional<FirstTrades.Late> late = trades.late(clocks, stack.lateAfter());
        if (late.isPresent()) {
            throw new CommandFailure(
                    ExitStatus.NO,
                    """
                    the job would exclude trades as late: its clock of chain %s is at %s, and the \
                    first trade of %s is of %s
                    --own-stack publishes to a fresh stack, --anyway to this one nevertheless\
                    """
                            .formatted(
                                    late.get().chainId(),
                                    late.get().clock().truncatedTo(ChronoUnit.SECONDS),
                                    name,
                                    late.get().firstTrade()));
        }
    }

    private int replayToOwnStack(ReplaySource source, String toTopic)
            throws ReplayException, IOException, InterruptedException {
        if (folder != null) {
            int exitStatus = replayToNewStack(folder, source, toTopic);
            out.printf(
                    "the state of the stack is in %s; `klines up --no-simulator --dir %s` starts it"
                            + " again%n",
                    folder, folder);
            return exitStatus;
        }
        TemporaryFolder temporary;
        try {
            temporary = new TemporaryFolder();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE,
                    "no temporary folder can be made: "
                            + CommandErrors.reason(e)
                            + "\nName a folder with --dir",
                    e);
        }
        try {
            return replayToNewStack(temporary.path(), source, toTopic);
        } finally {
            close(temporary);
        }
    }

    private int replayToNewStack(Path state, ReplaySource source, String toTopic)
            throws ReplayException, IOException, InterruptedException {
        OwnStack.Outcome outcome;
        try (OwnStack stack = start(state)) {
            replay(source, toTopic, stack.brokers());
            outcome = stack.outcome();
        }
        outcome.lines().forEach(out::println);
        return (outcome.isGood() ? ExitStatus.OK : ExitStatus.NO).code();
    }

    private void close(TemporaryFolder temporary) {
        try {
            temporary.close();
        } catch (IOException e) {
            warn("cannot delete " + CommandErrors.reason(e));
        }
    }

    private OwnStack start(Path state) {
        try {
            return stacks.start(state.toAbsolutePath().normalize(), err);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitStatus.MACHINE,
                    "no stack can be started in " + state + ": " + CommandErrors.reason(e),
                    e);
        }
    }

    private void checkOptions() {
        if (folder != null && !ownStack) {
            throw new ParameterException(spec.commandLine(), "--dir needs --own-stack");
        }
        if (ownStack && otherBrokers.areNamed()) {
            throw new ParameterException(
                    spec.commandLine(), "--own-stack and --bootstrap-servers exclude each other");
        }
        if (folder != null && !isNewOrEmpty(folder)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--dir " + folder + " is neither new nor empty: name another folder");
        }
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

    private static boolean isNewOrEmpty(Path folder) {
        if (!Files.exists(folder)) {
            return true;
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.findAny().isEmpty();
        } catch (IOException e) {
            // a file, or a folder that cannot be read
            return false;
        }
    }

    private ReplaySource open() throws IOException {
        if (input.sample) {
            return ReplaySource.ofSample();
        }
        if (Files.isDirectory(input.file)) {
            throw new FileSystemException(input.file.toString(), null, "it is a folder");
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

    private void warn(String message) {
        err.println(PrintableText.ofMessage("klines: " + message));
    }
}

package io.dexklines.local;

import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code klines up}: runs until Ctrl-C, or with {@code -d} until {@code klines down}. */
@Command(
        name = "up",
        description =
                "Starts Kafka, MySQL, Redis, the relay, Flink, the job and a simulated market.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class UpCommand implements Callable<Integer> {

    private static final long FIRST_KLINE_TIMEOUT_MS = 120_000;
    private static final long POLL_MS = 200;
    private static final String STARTED_AT = "klines.started-at";

    /** Of the bundled sample, for those who feed the stack themselves. */
    private static final String SAMPLE_PAIR = "1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";

    private final ProjectHome home;
    private final PrintStream out = System.out;

    /** The script counts from its own start: it may have built the project first. */
    private final long startedAtSeconds = Long.getLong(STARTED_AT, Instant.now().getEpochSecond());

    @Mixin private StackFolderOption stack;

    @Option(
            names = {"-d", "--detach"},
            description = "Return as soon as all is up; `klines down` stops it.")
    private boolean detach;

    @Option(names = "--fresh", description = "Forget the state of an earlier run first.")
    private boolean fresh;

    @Option(names = "--no-simulator", description = "Publish no made-up trades.")
    private boolean noSimulator;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Simulated trades a second over all chains.")
    private Double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Of the simulated market: the same pairs and wallets for the same seed.")
    private Long seed;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "Of the job (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--relay-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "0 for any that is free, here and below (default: ${DEFAULT-VALUE}).")
    private int relayPort;

    @Option(
            names = "--flink-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Of Flink's web UI (default: ${DEFAULT-VALUE}).")
    private int flinkPort;

    @Option(
            names = "--mysql-port",
            paramLabel = "PORT",
            defaultValue = "3306",
            description = "(default: ${DEFAULT-VALUE})")
    private int mysqlPort;

    @Option(
            names = "--redis-port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = "(default: ${DEFAULT-VALUE})")
    private int redisPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "(default: ${DEFAULT-VALUE})")
    private int kafkaPort;

    @Spec private CommandSpec spec;

    UpCommand(ProjectHome home) {
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        StackSettings settings = settings();
        if (detach) {
            Stack.check(settings, home);
            List<String> arguments =
                    new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
            arguments.removeAll(List.of(spec.findOption("--detach").names()));
            Optional<RunningStack> up = new DetachedUp(settings.folder(), out).run(arguments);
            up.ifPresent(stack -> sayWhereEverythingIs(stack, settings.folder()));
            return up.isPresent() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> out.println("\nstopping"), "stopping"));
        try (Stack started = Stack.start(settings, home, fresh, out)) {
            if (!Boolean.getBoolean(DetachedUp.PROPERTY)) {
                sayWhereEverythingIs(started.addresses(), settings.folder());
            }
            started.supervise();
        }
        return ExitCode.OK;
    }

    private StackSettings settings() {
        for (int port : List.of(relayPort, flinkPort, mysqlPort, redisPort, kafkaPort)) {
            if (port < 0 || port > 65_535) {
                throw new ParameterException(spec.commandLine(), "no port: " + port);
            }
        }
        if (parallelism < 1) {
            throw new ParameterException(spec.commandLine(), "--parallelism is at least 1");
        }
        Path folder = stack.folder(home);
        return new StackSettings(
                folder,
                new StackSettings.Ports(kafkaPort, mysqlPort, redisPort, relayPort, flinkPort),
                parallelism,
                !noSimulator,
                rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                seed == null ? OptionalLong.empty() : OptionalLong.of(seed));
    }

    private void sayWhereEverythingIs(RunningStack up, Path folder) {
        String pair = noSimulator ? SAMPLE_PAIR : firstKline(up).orElse(SAMPLE_PAIR);
        out.print(
                WhereEverythingIs.text(
                        up, folder, pair, detach ? "`klines down` stops it" : "Ctrl-C stops it"));
        out.flush();
    }

    /** Waits until a kline has come all the way, and says how long after the command that was. */
    private Optional<String> firstKline(RunningStack up) {
        long deadline = System.currentTimeMillis() + FIRST_KLINE_TIMEOUT_MS;
        while (System.currentTimeMillis() < deadline) {
            Optional<String> pair = up.busiestPair(startedAtSeconds);
            if (pair.isPresent()) {
                out.printf(
                        "first live kline after %d s: %s%n",
                        Instant.now().getEpochSecond() - startedAtSeconds, pair.get());
                return pair;
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        out.println("no kline has arrived yet: see Flink's web UI");
        return Optional.empty();
    }
}

package io.dexklines.local;

import io.dexklines.local.simulator.Simulator;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.local.stack.RunningStack;
import io.dexklines.local.stack.Stack;
import io.dexklines.local.stack.StackSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** {@code klines up}, which runs until Ctrl-C or, with {@code -d}, until {@code klines down}. */
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

    /** The pair of the bundled sample, for stacks without the simulator. */
    private static final String SAMPLE_PAIR = "1:0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";

    private final PrintStream out = System.out;

    /** The start of the script, which may have built the project first. */
    private final long startedAtSeconds = Long.getLong(STARTED_AT, Instant.now().getEpochSecond());

    @Mixin private StackFolderOption stack;

    @Option(
            names = {"-d", "--detach"},
            description = "Return once the stack is up; `klines down` stops it.")
    private boolean detach;

    @Option(names = "--fresh", description = "Delete the state of earlier runs first.")
    private boolean fresh;

    @Option(names = "--no-simulator", description = "Do not publish simulated trades.")
    private boolean noSimulator;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Simulated trades per second over all chains (default: 200).")
    private Double rate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "Seed of the simulated market; equal seeds give equal pairs and wallets"
                            + " (default: 1).")
    private Long seed;

    @Option(
            names = "--history",
            paramLabel = "HOURS",
            defaultValue = "6",
            description = {
                "Hours of simulated trades behind the chart at the first start, 0 to 168; 0 for"
                        + " none (default: ${DEFAULT-VALUE}).",
                "A later start goes on from what is there."
            })
    private int historyHours;

    @Option(
            names = "--hostile",
            description =
                    "Give some simulated tokens symbols with markup, control characters and the"
                            + " like.")
    private boolean hostile;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "2",
            description = "Parallelism of the job (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--relay-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description =
                    "Port of the relay and the chart (default: ${DEFAULT-VALUE}). Here and below, 0"
                            + " means any free port.")
    private int relayPort;

    @Option(
            names = "--flink-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port of Flink's web UI (default: ${DEFAULT-VALUE}).")
    private int flinkPort;

    @Option(
            names = "--mysql-port",
            paramLabel = "PORT",
            defaultValue = "3306",
            description = "Port of MySQL (default: ${DEFAULT-VALUE}).")
    private int mysqlPort;

    @Option(
            names = "--redis-port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = "Port of Redis (default: ${DEFAULT-VALUE}).")
    private int redisPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port of Kafka (default: ${DEFAULT-VALUE}).")
    private int kafkaPort;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StackSettings settings = settings();
        if (detach) {
            Stack.check(settings, stack.home());
            List<String> arguments =
                    new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
            arguments.removeAll(List.of(spec.findOption("--detach").names()));
            Optional<RunningStack> up = new DetachedUp(settings.folder(), out).run(arguments);
            up.ifPresent(this::printSummary);
            return up.isPresent() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> out.println("\nstopping"), "stopping"));
        try (Stack started = Stack.start(settings, stack.home(), fresh, out)) {
            if (!Boolean.getBoolean(DetachedUp.PROPERTY)) {
                printSummary(started.addresses());
            }
            started.supervise();
        }
        return ExitCode.OK;
    }

    private StackSettings settings() {
        for (int port : List.of(relayPort, flinkPort, mysqlPort, redisPort, kafkaPort)) {
            if (port < 0 || port > 65_535) {
                throw new ParameterException(
                        spec.commandLine(), "a port must be 0 to 65535, not " + port);
            }
        }
        if (parallelism < 1) {
            throw new ParameterException(spec.commandLine(), "--parallelism must be at least 1");
        }
        if (historyHours < 0 || historyHours > Simulator.MAX_HISTORY_HOURS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--history must be 0 to %d hours, not %d"
                            .formatted(Simulator.MAX_HISTORY_HOURS, historyHours));
        }
        return new StackSettings(
                stack.folder(),
                new StackSettings.Ports(kafkaPort, mysqlPort, redisPort, relayPort, flinkPort),
                parallelism,
                noSimulator ? Optional.empty() : Optional.of(simulation()),
                Map.of());
    }

    private StackSettings.Simulation simulation() {
        return new StackSettings.Simulation(
                rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate),
                seed == null ? OptionalLong.empty() : OptionalLong.of(seed),
                historyHours,
                hostile);
    }

    /** Prints the addresses of the stack and commands to try. */
    private void printSummary(RunningStack up) {
        String pair = noSimulator ? SAMPLE_PAIR : firstKline(up).orElse(SAMPLE_PAIR);
        String chain = pair.substring(0, pair.indexOf(':'));
        String webSocket = up.relay().replaceFirst("^http", "ws");
        String user = Stack.DEMO_USER;
        String token = EmbeddedRelay.userToken(stack.folder().resolve("relay"), user);
        out.println();
        out.printf(
                "dex-klines is up. %s stops it; its state stays in %s%n%n",
                detach ? "`klines down`" : "Ctrl-C", stack.folder());
        out.printf("  chart     %s/#pair=%s&interval=1m  (the relay)%n", up.relay(), pair);
        out.printf("  Flink UI  %s%n", up.flinkUiLink());
        out.printf("            (works once, within ten minutes; `klines ui` prints another)%n");
        out.printf("  MySQL     %s%n", up.mysql());
        out.printf("  Redis     %s%n", up.redis());
        out.printf("  Kafka     %s%n%n", up.kafka());
        out.println("Try:");
        out.printf("  curl -s %s/healthz%n", up.relay());
        out.printf("  npx wscat -c '%s/stream?streams=%s@kline_1m'%n", webSocket, pair);
        out.printf("  npx wscat -c '%s/stream?streams=%s@smartmoney'%n", webSocket, chain);
        out.printf(
                "  npx wscat -H \"Authorization: Bearer $(./klines token %s)\""
                        + " -c '%s/stream?streams=user:%s@alerts'%n",
                user, webSocket, user);
        out.println(
                "  # the chart with the alerts of a user who follows some wallets, for one hour;");
        out.printf("  # `./klines token %s --link` prints a new address:%n", user);
        out.printf("  #   %s/#user=%s&token=%s%n", up.relay(), user, token);
        out.printf(
                "  %s -e 'SELECT * FROM kline ORDER BY open_time DESC LIMIT 5'%n",
                up.mysqlCommandLine());
        URI redis = URI.create(up.redis());
        out.printf(
                "  REDISCLI_AUTH=\"$(cat %s)\" redis-cli -p %d --user %s zrange kline:%s:1m -1 -1%n",
                up.redisPasswordFile(), redis.getPort(), up.redisUser(), pair);
        out.printf(
                "  kafka-console-consumer.sh --bootstrap-server %s --command-config %s --topic"
                        + " trades-excluded --from-beginning%n",
                up.kafka(), up.kafkaReaderConfig());
        out.printf("  %s list%n%n", up.flinkCommandLine());
        out.flush();
    }

    /** Waits until a kline has reached MySQL, and prints the time since the start of the script. */
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
        out.println("no kline has arrived yet; check the job in Flink's web UI");
        return Optional.empty();
    }
}

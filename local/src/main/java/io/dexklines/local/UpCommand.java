package io.dexklines.local;

import io.dexklines.local.simulator.MarketSettings;
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
import java.util.Locale;
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
    private static final int MAX_PORT = 65_535;
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
            description =
                    "Simulated trades per second over all chains, more than 0 (default: 200).")
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
            description =
                    "Parallelism of the job, 1 to "
                            + Stack.SLOTS
                            + ", the slots of the local cluster (default: ${DEFAULT-VALUE}).")
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

    @Option(
            names = "--monitoring",
            description =
                    "Start Prometheus, which has to be installed, with the project's alert rules.")
    private boolean monitoring;

    @Option(
            names = "--prometheus-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of Prometheus with --monitoring (default: any free port).")
    private int prometheusPort;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        StackSettings settings = settings();
        if (detach) {
            Stack.check(settings, stack.home());
            List<String> arguments =
                    new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
            arguments.removeAll(List.of(spec.findOption("--detach").names()));
            DetachedUp background = new DetachedUp(settings.folder(), out, System.err);
            Optional<RunningStack> up = background.run(arguments);
            up.ifPresent(this::printSummary);
            return up.isPresent() ? ExitCode.OK : background.exitStatus().code();
        }
        Thread stopping = new Thread(() -> out.println("\nstopping"), "stopping");
        Runtime.getRuntime().addShutdownHook(stopping);
        try (Stack started = Stack.start(settings, stack.home(), fresh, out)) {
            if (!Boolean.getBoolean(DetachedUp.PROPERTY)) {
                printSummary(started.addresses());
            }
            started.supervise();
        } catch (RuntimeException | IOException e) {
            // what did not start does not stop
            removeShutdownHook(stopping);
            throw e;
        }
        return ExitCode.OK;
    }

    private static void removeShutdownHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is shutting down, so the hook has run
        }
    }

    private StackSettings settings() {
        for (int port :
                List.of(relayPort, flinkPort, mysqlPort, redisPort, kafkaPort, prometheusPort)) {
            check(port >= 0 && port <= MAX_PORT, "a port must be 0 to %d, not %d", MAX_PORT, port);
        }
        check(
                parallelism >= 1 && parallelism <= Stack.SLOTS,
                "--parallelism must be 1 to %d, the slots of the local cluster, not %d",
                Stack.SLOTS,
                parallelism);
        check(
                rate == null || rate > 0 && rate <= MarketSettings.MAX_TRADES_PER_SECOND,
                "--rate must be positive and at most %,.0f, not %s: --no-simulator publishes no"
                        + " trades",
                MarketSettings.MAX_TRADES_PER_SECOND,
                rate);
        check(
                historyHours >= 0 && historyHours <= Simulator.MAX_HISTORY_HOURS,
                "--history must be 0 to %d hours, not %d",
                Simulator.MAX_HISTORY_HOURS,
                historyHours);
        return new StackSettings(
                stack.folder(),
                new StackSettings.Ports(
                        kafkaPort,
                        mysqlPort,
                        redisPort,
                        relayPort,
                        flinkPort,
                        monitoring ? prometheusPort : 0),
                parallelism,
                noSimulator ? Optional.empty() : Optional.of(simulation()),
                monitoring,
                Map.of());
    }

    private void check(boolean holds, String otherwise, Object... arguments) {
        if (!holds) {
            throw new ParameterException(
                    spec.commandLine(), String.format(Locale.ROOT, otherwise, arguments));
        }
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
                "dex-klines is up. %s stops it; its state stays in %s%s%n%n",
                detach ? "`klines down`" : "Ctrl-C",
                stack.folder(),
                noSimulator ? "" : ", %d GB at the most".formatted(simulation().maxFolderGb()));
        out.printf("  chart     %s/#pair=%s&interval=1m  (the relay)%n", up.relay(), pair);
        out.printf("  Flink UI  %s%n", up.flinkUiLink());
        out.printf("            (works once, within ten minutes; `klines ui` prints another)%n");
        if (up.prometheus() != null) {
            out.printf("  metrics   %s  (Prometheus; /alerts has the alerts)%n", up.prometheus());
        }
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
        out.println("  ./klines sql -e 'SELECT * FROM kline ORDER BY open_time DESC LIMIT 5'");
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

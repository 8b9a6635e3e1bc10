package io.dexklines.chaos;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.fault.FaultKind;
import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.StackException;
import io.dexklines.text.PrintableText;
import io.dexklines.verifier.VerificationException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code klines chaos}. Exits with 0 if no rule of the verdict is violated, and with 1
 * if one is or the run did not get to its verdict.
 */
@Command(
        name = "klines chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Starts a cluster of its own on 127.0.0.1, sends trades, and kills, stops and cuts off its"
                    + " processes. Then heals everything, recomputes all klines from the topics,"
                    + " compares every output, and prints one table.",
            "",
            "A seed fixes the trades, what is wrong with them, and the schedule of faults. It does not"
                    + " fix how threads and processes interleave."
        },
        footer = {
            "",
            "docs/reliability.md explains the table. The last line reads",
            "  CHAOS seed=N faults=N lost=N duplicated=N mismatched=N backwards=N ledger=balanced"
                    + " verdict=passed",
            "Needs Linux."
        },
        exitCodeList = {
            "0:No rule of the verdict is violated.",
            "1:A rule is violated, or the run did not get to its verdict."
        })
public final class ChaosCommand implements Callable<Integer> {

    private static final double MAX_MINUTES = 24 * 60;
    private static final double MS_A_MINUTE = 60_000;
    private static final double FULL_RATE = 50;
    private static final double SMALL_RATE = 100;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides the trades and the faults (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "5",
            description = {
                "How long trades are sent and faults happen (default: ${DEFAULT-VALUE}). The start and",
                "the verification come on top."
            })
    private double minutes;

    @Option(
            names = "--layout",
            paramLabel = "small|full",
            defaultValue = "full",
            description = {
                "full: two JobManagers, two TaskManagers, three brokers, two MySQL servers, a Redis",
                "Cluster, two relays. small: one of each (default: ${DEFAULT-VALUE})."
            })
    private String layout;

    @Option(
            names = "--faults",
            split = ",",
            paramLabel = "KIND",
            converter = KindName.class,
            description = {
                "Only these kinds of faults, of ${COMPLETION-CANDIDATES}.",
                "Default: all."
            },
            completionCandidates = KindNames.class)
    private List<FaultKind> kinds;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Trades per second. Default: 100, or 50 with the layout full.")
    private Double tradesPerSecond;

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            description = {
                "mysql-back-in-time: a MySQL server goes back to a backup. The job must notice it, the",
                "verification must report exactly what is lost, and a replay must put it right.",
                "upgrade: the job continues from the newest savepoint of a former release, while trades",
                "arrive and a TaskManager is killed.",
                "Default: faults of all kinds."
            })
    private Scenario scenario;

    @Option(
            names = "--soak",
            description = {
                "No faults. Samples the memory, file handles and threads of every process up to once",
                "a minute, and writes the samples, plots and growth to the folder of the run."
            })
    private boolean soak;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description =
                    "Where data, logs and the evidence are kept. Default: a new folder in chaos/target.")
    private Path folder;

    @Spec private CommandSpec spec;

    private final PrintStream out = PrintableText.stream(System.out);

    /** A run of its own kind. */
    private enum Scenario {
        MYSQL_BACK_IN_TIME,
        UPGRADE;

        /** Returns the name for users. */
        @Override
        public String toString() {
            return text(this);
        }
    }

    /** Reads the name of a kind of fault. */
    static final class KindName implements CommandLine.ITypeConverter<FaultKind> {
        @Override
        public FaultKind convert(String name) {
            return Arrays.stream(FaultKind.values())
                    .filter(kind -> text(kind).equals(name))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new CommandLine.TypeConversionException(
                                            "'%s' is none of %s"
                                                    .formatted(
                                                            name,
                                                            String.join(", ", KindNames.all()))));
        }
    }

    /** The names of all kinds of faults. */
    static final class KindNames implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return all().iterator();
        }

        static List<String> all() {
            return Arrays.stream(FaultKind.values()).map(ChaosCommand::text).toList();
        }
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return CommandErrors.install(new CommandLine(new ChaosCommand()));
    }

    static String text(Enum<?> kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public Integer call() throws Exception {
        check(
                minutes > 0 && minutes <= MAX_MINUTES,
                "--minutes is more than 0 and at most one day");
        check(layout.equals("small") || layout.equals("full"), "--layout is small or full");
        check(tradesPerSecond == null || tradesPerSecond > 0, "--rate must be positive");
        check(!soak || kinds == null, "--soak and --faults exclude each other");
        check(!soak || scenario == null, "--soak and --scenario exclude each other");
        check(scenario == null || kinds == null, "--scenario and --faults exclude each other");
        Path home = ProjectHome.find().folder();
        Path run =
                folder == null
                        ? Files.createTempDirectory(
                                Files.createDirectories(home.resolve("chaos/target")),
                                "run-" + seed + "-")
                        : Files.createDirectories(folder.toAbsolutePath());
        try {
            return run(run) ? ExitCode.OK : ExitCode.SOFTWARE;
        } catch (StackException | VerificationException | IllegalStateException e) {
            throw new CommandFailure(
                    ExitStatus.NO, "%s (see %s)".formatted(e.getMessage(), run), e);
        }
    }

    private boolean run(Path run) throws Exception {
        ChaosCluster.Layout processes =
                layout.equals("full") ? ChaosCluster.Layout.full() : ChaosCluster.Layout.small();
        ChaosRun.Settings settings =
                new ChaosRun.Settings(
                        run,
                        seed,
                        Duration.ofMillis((long) (minutes * MS_A_MINUTE)),
                        processes,
                        faults(),
                        rate());
        out.println("data, logs and evidence are in " + run);
        List<String> lines = lines(settings);
        lines.forEach(out::println);
        Files.write(run.resolve("verdict.txt"), lines);
        return lines.get(lines.size() - 1).endsWith("=passed");
    }

    /** Two cores carry the processes of the full layout and this many trades. */
    private double rate() {
        if (tradesPerSecond != null) {
            return tradesPerSecond;
        }
        return layout.equals("full") ? FULL_RATE : SMALL_RATE;
    }

    private List<String> lines(ChaosRun.Settings settings) throws Exception {
        if (scenario == Scenario.MYSQL_BACK_IN_TIME) {
            return MySqlBackInTime.run(settings, out);
        }
        if (scenario == Scenario.UPGRADE) {
            return Upgrade.run(settings, FormerRelease.newestSavepoint(), out);
        }
        return soak ? ChaosRun.soak(settings, out) : ChaosRun.run(settings, out);
    }

    private Set<FaultKind> faults() {
        return kinds == null ? EnumSet.allOf(FaultKind.class) : EnumSet.copyOf(kinds);
    }

    private void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}

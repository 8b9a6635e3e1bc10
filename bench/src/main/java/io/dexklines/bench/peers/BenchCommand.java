package io.dexklines.bench.peers;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** The command {@code klines bench}. */
@Command(
        name = "klines bench",
        sortOptions = false,
        description = {
            "Measures dex-klines beside floors and peers on the same trades: CPU time of the whole process a trade.",
            "Compares the klines of each with the expected ones first. Writes the results and docs/performance.md.",
            "Takes hours by default. Needs Linux."
        })
public final class BenchCommand implements Callable<Integer> {

    private static final String PAGE = "docs/performance.md";
    private static final String RESULTS = "docs/performance/results.jsonl";
    private static final String QUICK_PAGE = "bench/target/performance.md";
    private static final String QUICK_RESULTS = "bench/target/results.jsonl";

    @Option(
            names = "--pairs",
            split = ",",
            description =
                    "Numbers of pairs, one after the other. Default: 400,20000,200000; quick: 400.")
    private List<Integer> pairs;

    @Option(
            names = "--trades",
            description = "Trades in the topics. Default: 20000000; quick: 400000.")
    private Long trades;

    @Option(
            names = "--warm-up",
            description = "Trades before the first that counts. Default: 8000000; quick: 100000.")
    private Long warmUp;

    @Option(
            names = "--warm-up-seconds",
            paramLabel = "SECONDS",
            description =
                    "The warm-up ends this long after the first trades, or with its trades. Default: 45; quick: 20.")
    private Integer warmUpSeconds;

    @Option(
            names = "--checked",
            description = "Trades of which klines are compared. Default: 300000; quick: 100000.")
    private Long checked;

    @Option(
            names = "--rounds",
            description = "Measurements of each contestant. Default: 5; quick: 1.")
    private Integer rounds;

    @Option(
            names = "--seconds",
            description =
                    "A measurement ends this long after the warm-up, or with the trades. Default: 35; quick: 20.")
    private Integer seconds;

    @Option(
            names = "--checkpoints",
            paramLabel = "SECONDS",
            description = "Time between checkpoints, snapshots or commits. Default: 10; quick: 1.")
    private Double checkpointSeconds;

    @Option(
            names = "--contestants",
            split = ",",
            paramLabel = "NAME",
            converter = ContestantName.class,
            description =
                    "Some of ${COMPLETION-CANDIDATES}. Default: all but ours-relay and ours-tape.")
    private List<Contestant> contestants = new ArrayList<>(Contestant.byDefault());

    @Option(
            names = "--quick",
            description = {
                "Shows in some minutes that everything works: smaller defaults, whose numbers say little.",
                "Writes below bench/target."
            })
    private boolean quick;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            description = "Raw results. Default: " + RESULTS + " of the project.")
    private Path resultsFile;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description = "The page with tables and plots. Default: " + PAGE + " of the project.")
    private Path page;

    @Option(
            names = "--render",
            description = "Only writes the page, from an existing file of results.")
    private boolean render;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Prints this help.")
    private boolean help;

    /** Reads and lists the names of contestants. */
    static final class ContestantName implements CommandLine.ITypeConverter<Contestant> {
        @Override
        public Contestant convert(String name) {
            return Contestant.ofCode(name);
        }
    }

    public static void main(String[] args) {
        System.exit(CommandErrors.install(new CommandLine(new BenchCommand())).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Path home = ProjectHome.find().folder();
        resultsFile = or(resultsFile, home.resolve(RESULTS), home.resolve(QUICK_RESULTS));
        page = or(page, home.resolve(PAGE), home.resolve(QUICK_PAGE));
        if (!render) {
            measure(home);
        }
        new PerformancePage(Results.read(resultsFile)).write(home.resolve(PAGE), page);
        System.out.println("results in " + resultsFile + ", page in " + page);
        return ExitCode.OK;
    }

    /** Returns what the user gave, or the default. */
    private <T> T or(T given, T full, T small) {
        return given != null ? given : quick ? small : full;
    }

    private void measure(Path home) throws Exception {
        Results.Settings settings =
                new Results.Settings(
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Machine.description(),
                        Engines.versions(home),
                        or(trades, 20_000_000L, 400_000L),
                        or(checked, 300_000L, 100_000L),
                        or(warmUp, 8_000_000L, 100_000L),
                        or(warmUpSeconds, 45, 20),
                        or(rounds, 5, 1),
                        or(seconds, 35, 20),
                        or(checkpointSeconds, 10.0, 1.0));
        Results.Writer results = new Results.Writer(resultsFile);
        results.add(settings);
        System.out.println(settings.machine());
        for (int size : or(pairs, List.of(400, 20_000, 200_000), List.of(400))) {
            new Contest(settings, size, contestants, results, System.out).run();
        }
    }
}

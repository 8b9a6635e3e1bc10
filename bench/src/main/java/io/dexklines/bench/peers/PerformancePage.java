package io.dexklines.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * The page with the results: tables and plots between two marks, in a text that is written by hand.
 */
final class PerformancePage {

    static final String BEGIN =
            "<!-- results: written by `./klines bench`, as is all up to the end mark -->";
    static final String END = "<!-- end of results -->";

    private static final String PLOTS = "performance";
    private static final BarChart.Part WORK = new BarChart.Part("all other work", "#4c78a8");
    private static final BarChart.Part COLLECTOR =
            new BarChart.Part("garbage collector", "#f2a541");
    private static final BarChart.Part COMPILER = new BarChart.Part("JIT compiler", "#bab0ab");

    private final Results results;

    PerformancePage(Results results) {
        this.results = results;
    }

    /**
     * Writes the page and its plots, which are in a folder beside it.
     *
     * @param template a page with both marks; may be the page itself
     */
    void write(Path template, Path page) throws IOException {
        String text = replaced(Files.readString(template));
        Path plots = page.toAbsolutePath().resolveSibling(PLOTS);
        Files.createDirectories(plots);
        for (int pairs : sizes()) {
            Files.writeString(plots.resolve(plotName(pairs)), plot(pairs));
        }
        Files.writeString(page, text);
    }

    /**
     * Returns the page with these results in place of the former ones.
     *
     * @throws IllegalArgumentException if the page lacks a mark
     */
    String replaced(String page) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException("the page needs the lines " + BEGIN + " and " + END);
        }
        return page.substring(0, begin + BEGIN.length())
                + "\n\n"
                + text()
                + "\n"
                + page.substring(end);
    }

    private TreeSet<Integer> sizes() {
        TreeSet<Integer> sizes = new TreeSet<>();
        results.runs().forEach(run -> sizes.add(run.pairs()));
        results.checks().forEach(check -> sizes.add(check.pairs()));
        return sizes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        Results.Settings settings = results.settings();
        line(text, "%s. %s.", settings.machine(), settings.versions());
        line(
                text,
                "Started at %s. %,d trades, of which %,d or those of %,d s precede the first that counts. Up to %d s and %d rounds of each. "
                        + "A checkpoint, snapshot or commit every %s s.",
                settings.startedAt(),
                settings.trades(),
                settings.warmUp(),
                settings.warmUpSeconds(),
                settings.seconds(),
                settings.rounds(),
                number(settings.checkpointSeconds()));
        for (int pairs : sizes()) {
            append(text, pairs);
        }
        return text.toString();
    }

    private void append(StringBuilder text, int pairs) {
        Map<Contestant, List<Results.Run>> runs = runs(pairs);
        line(text, "");
        line(text, "### %,d pairs", pairs);
        line(text, "");
        appendChecks(text, pairs);
        if (runs.isEmpty()) {
            return;
        }
        line(text, "![CPU time a trade with %,d pairs](%s/%s)", pairs, PLOTS, plotName(pairs));
        line(text, "");
        line(
                text,
                "| | CPU, µs a trade: median (smallest to largest) | of it JIT | of it GC | relative to ours | relative to the floor | trades/s | memory, MiB | rounds | load before |");
        line(text, "|---|---|---|---|---|---|---|---|---|---|");
        double ours = median(runs, Contestant.OURS);
        double floor = median(runs, Contestant.FLOOR_FOLD);
        runs.forEach((contestant, measured) -> appendRow(text, contestant, measured, ours, floor));
    }

    private static void appendRow(
            StringBuilder text,
            Contestant contestant,
            List<Results.Run> runs,
            double ours,
            double floor) {
        Spread cpu = Spread.of(runs, Results.Run::cpuUs);
        Spread load = Spread.of(runs, Results.Run::loadBefore);
        line(
                text,
                "| %s | %s (%s to %s) | %s | %s | %s | %s | %,.0f | %,.0f | %d | %s to %s |",
                contestant.kind() == Contestant.Kind.OURS
                        ? "**" + contestant.title() + "**"
                        : contestant.title(),
                number(cpu.median()),
                number(cpu.min()),
                number(cpu.max()),
                number(Spread.of(runs, Results.Run::compilerUs).median()),
                number(Spread.of(runs, Results.Run::collectorUs).median()),
                ratio(cpu.median() / ours),
                ratio(cpu.median() / floor),
                Spread.of(runs, Results.Run::tradesPerSecond).median(),
                Spread.of(runs, Results.Run::residentMb).median(),
                runs.size(),
                number(load.min()),
                number(load.max()));
    }

    private void appendChecks(StringBuilder text, int pairs) {
        List<Results.Check> checks =
                results.checks().stream().filter(check -> check.pairs() == pairs).toList();
        List<String> equal = new ArrayList<>();
        List<String> different = new ArrayList<>();
        int klines = 0;
        for (Results.Check check : checks) {
            String title = Contestant.ofCode(check.contestant()).code();
            if (check.equal()) {
                equal.add(title);
                klines = Math.max(klines, check.klines());
            } else {
                different.add(title + " (" + check.text() + ")");
            }
        }
        if (!equal.isEmpty()) {
            line(
                    text,
                    "All %,d klines of the first %,d trades are equal to the expected ones for %s.",
                    klines,
                    results.settings().checked(),
                    String.join(", ", equal));
            line(text, "");
        }
        if (!different.isEmpty()) {
            line(text, "**Not measured, since klines differ:** %s.", String.join(", ", different));
            line(text, "");
        }
    }

    /** Returns the runs with a number of pairs by contestant, in the order of the contestants. */
    private Map<Contestant, List<Results.Run>> runs(int pairs) {
        Map<Contestant, List<Results.Run>> runs = new EnumMap<>(Contestant.class);
        for (Results.Run run : results.runs()) {
            if (run.pairs() == pairs) {
                runs.computeIfAbsent(Contestant.ofCode(run.contestant()), name -> new ArrayList<>())
                        .add(run);
            }
        }
        return runs;
    }

    /** Returns the median of the CPU time, or NaN if the contestant has no run. */
    private static double median(Map<Contestant, List<Results.Run>> runs, Contestant contestant) {
        return runs.containsKey(contestant)
                ? Spread.of(runs.get(contestant), Results.Run::cpuUs).median()
                : Double.NaN;
    }

    private static String plotName(int pairs) {
        return "cpu-" + pairs + "-pairs.svg";
    }

    /** Returns the plot of the CPU times with a number of pairs. */
    String plot(int pairs) {
        BarChart chart =
                new BarChart(
                        String.format(
                                Locale.ROOT,
                                "CPU time with %,d pairs, microseconds a trade",
                                pairs),
                        List.of(WORK, COLLECTOR, COMPILER));
        runs(pairs)
                .forEach(
                        (contestant, runs) -> {
                            Spread cpu = Spread.of(runs, Results.Run::cpuUs);
                            double collector = Spread.of(runs, Results.Run::collectorUs).median();
                            double compiler = Spread.of(runs, Results.Run::compilerUs).median();
                            chart.add(
                                    new BarChart.Bar(
                                            contestant.title().replace("`", ""),
                                            List.of(
                                                    cpu.median() - collector - compiler,
                                                    collector,
                                                    compiler),
                                            cpu.min(),
                                            cpu.max(),
                                            contestant.kind() == Contestant.Kind.OURS));
                        });
        return chart.svg();
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "–" : number(ratio);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}

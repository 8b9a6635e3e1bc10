package io.dexklines.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.stack.ProjectHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PerformancePageTest {

    private static final Results RESULTS =
            new Results(
                    new Results.Settings(
                            "2026-01-05T10:00:00Z",
                            "2 processors, Java 17",
                            "Flink 2.2.1",
                            8_000_000,
                            300_000,
                            2_000_000,
                            120,
                            2,
                            60,
                            10),
                    List.of(
                            new Results.Check(400, "floor-fold", 9_000, true, ""),
                            new Results.Check(400, "ours", 9_000, true, ""),
                            new Results.Check(400, "kafka-streams", 9_000, false, "1 missing")),
                    List.of(
                            run(1, "ours", 12, 2, 1),
                            run(1, "floor-fold", 8, 0.5, 0),
                            run(2, "ours", 14, 4, 1),
                            run(2, "floor-fold", 12, 0.5, 0),
                            run(2, "flink", 26, 6, 2)));

    @TempDir Path folder;

    @Test
    void replacesTheFormerResultsAndKeepsWhatIsWrittenByHand() {
        String page =
                "# Speed\n"
                        + PerformancePage.BEGIN
                        + "\nformer\n"
                        + PerformancePage.END
                        + "\nTried.\n";

        assertThat(new PerformancePage(RESULTS).replaced(page))
                .isEqualTo(
                        """
                        # Speed
                        %s

                        2 processors, Java 17. Flink 2.2.1.
                        Started at 2026-01-05T10:00:00Z. 8,000,000 trades, of which 2,000,000 or those of 120 s precede the first that counts. Up to 60 s and 2 rounds of each. A checkpoint, snapshot or commit every 10.00 s.

                        ### 400 pairs

                        All 9,000 klines of the first 300,000 trades are equal to the expected ones for floor-fold, ours.

                        **Not measured, since klines differ:** kafka-streams (1 missing).

                        ![CPU time a trade with 400 pairs](performance/cpu-400-pairs.svg)

                        | | CPU, µs a trade: median (smallest to largest) | of it JIT | of it GC | relative to ours | relative to the floor | trades/s | memory, MiB | rounds | load before |
                        |---|---|---|---|---|---|---|---|---|---|
                        | Floor: poll, our decoder, naive fold on one thread | 10.00 (8.00 to 12.00) | 0.50 | 0.00 | 0.77 | 1.00 | 50,000 | 900 | 2 | 0.25 to 0.25 |
                        | Flink, nine tumbling windows, closed klines only | 26.00 (26.00 to 26.00) | 6.00 | 2.00 | 2.00 | 2.60 | 50,000 | 900 | 1 | 0.25 to 0.25 |
                        | **dex-klines without stores** | 13.00 (12.00 to 14.00) | 3.00 | 1.00 | 1.00 | 1.30 | 50,000 | 900 | 2 | 0.25 to 0.25 |

                        %s
                        Tried.
                        """
                                .formatted(PerformancePage.BEGIN, PerformancePage.END));
    }

    @Test
    void refusesAPageWithoutMarks() {
        assertThatThrownBy(() -> new PerformancePage(RESULTS).replaced("# Speed\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(PerformancePage.BEGIN);
    }

    @Test
    void writesThePageOfTheProjectWithAPlotForEachSize() throws Exception {
        Path page = folder.resolve("performance.md");
        Path template = ProjectHome.find().folder().resolve("docs/performance.md");

        new PerformancePage(RESULTS).write(template, page);

        assertThat(page).content().contains("### 400 pairs");
        assertThat(folder.resolve("performance/cpu-400-pairs.svg"))
                .content()
                .isEqualTo(new PerformancePage(RESULTS).plot(400));
    }

    @Test
    void resultsAreTheSameAfterTheyAreWrittenAndRead() throws Exception {
        Path file = folder.resolve("results/results.jsonl");
        Results.Writer writer = new Results.Writer(file);
        writer.add(RESULTS.settings());
        for (Results.Check check : RESULTS.checks()) {
            writer.add(check);
        }
        for (Results.Run run : RESULTS.runs()) {
            writer.add(run);
        }

        assertThat(Results.read(file)).isEqualTo(RESULTS);
        assertThat(Files.readAllLines(file)).hasSize(9);
    }

    private static Results.Run run(
            int round, String contestant, double cpuUs, double compilerUs, double collectorUs) {
        return new Results.Run(
                400,
                round,
                contestant,
                1_000_000,
                20,
                cpuUs,
                compilerUs,
                collectorUs,
                50_000,
                640,
                900,
                0.25,
                1.5);
    }
}

package io.dexklines.chaos.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.chaos.soak.Sample.Measure;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of 40 minutes, and what its samples show. */
class SoakTest {

    private static final int MINUTES = 40;

    @Test
    void growthIsThatFromTheSecondToTheLastQuarter() {
        Growth growth = only(samples("broker", Measure.RSS_MB, 100, 10));

        assertThat(growth.early()).isEqualTo(240);
        assertThat(growth.late()).isEqualTo(450);
        assertThat(growth.isLeak()).isTrue();
        assertThat(growth.row())
                .isEqualTo("| broker | resident memory, MB | 240 | 450 | +210 | +128 | **leak** |");
    }

    @Test
    void theBeginningDoesNotCount() {
        List<Sample> samples = new ArrayList<>(samples("relay", Measure.THREADS, 50, 0));
        samples.removeIf(sample -> sample.seconds() < 300);
        samples.add(new Sample(0, "relay", Measure.THREADS, 1));

        Growth growth = only(samples);

        assertThat(growth.early()).isEqualTo(50);
        assertThat(growth.late()).isEqualTo(50);
    }

    /** The medians are 21 minutes apart. */
    @Test
    void threadsAndHeapsAndResidentMemoryAreConstantButForWhatPoolsAndCachesTake() {
        assertThat(only(samples("a", Measure.THREADS, 90, 15.0 / 21)).isLeak()).isFalse();
        assertThat(only(samples("a", Measure.THREADS, 90, 17.0 / 21)).isLeak()).isTrue();
        assertThat(only(samples("a", Measure.HEAP_MB, 90, 23.0 / 21)).isLeak()).isFalse();
        assertThat(only(samples("a", Measure.HEAP_MB, 90, 25.0 / 21)).isLeak()).isTrue();
        assertThat(only(samples("a", Measure.RSS_MB, 900, 127.0 / 21)).isLeak()).isFalse();
        assertThat(only(samples("a", Measure.RSS_MB, 900, 129.0 / 21)).isLeak()).isTrue();
        // a tenth of what there is after 14 minutes
        assertThat(only(samples("a", Measure.RSS_MB, 1_500, 7)).isLeak()).isFalse();
        assertThat(only(samples("a", Measure.RSS_MB, 1_500, 9)).isLeak()).isTrue();
    }

    @Test
    void fileHandlesMayGrowWithTheFilesThatExist() {
        List<Sample> handles = samples("kafka-0", Measure.FILE_HANDLES, 100, 3);

        assertThat(only(handles).isLeak()).isTrue();
        assertThat(first(handles, samples("kafka-0", Measure.FILES, 10, 3)).isLeak()).isFalse();
        assertThat(first(handles, samples("kafka-1", Measure.FILES, 10, 3)).isLeak()).isTrue();
    }

    @Test
    void theStateMayGrowByWhatEachTradeLeavesInIt() {
        List<Sample> trades = samples(Sample.JOB, Measure.TRADES, 0, 100_000);
        double mb = 100_000 * 64 / (1024.0 * 1024);
        List<Sample> explained = samples(Sample.JOB, Measure.STATE_MB, 1, mb);
        List<Sample> unexplained = samples(Sample.JOB, Measure.STATE_MB, 1, mb + 2);

        assertThat(first(explained, trades).isLeak()).isFalse();
        assertThat(first(unexplained, trades).isLeak()).isTrue();
        assertThat(only(explained).isLeak()).isTrue();
    }

    /** What is sent in ten seconds, over the 21 minutes between the medians. */
    @Test
    void theJobMayFallBehindByTwoCheckpoints() {
        List<Sample> records = samples(Sample.JOB, Measure.RECORDS, 0, 6_000);
        List<Sample> explained = samples(Sample.JOB, Measure.LAG_RECORDS, 500, 47);
        List<Sample> unexplained = samples(Sample.JOB, Measure.LAG_RECORDS, 500, 53);

        assertThat(first(explained, records).isLeak()).isFalse();
        assertThat(first(unexplained, records).isLeak()).isTrue();
    }

    @Test
    void aSampleIsReadFromItsLine() {
        Sample sample = new Sample(60, "relay-0", Measure.HEAP_MB, 12.5);

        assertThat(sample.line()).isEqualTo("60,relay-0,HEAP_MB,12.5");
        assertThat(Sample.parse(sample.line())).isEqualTo(sample);
        assertThatThrownBy(() -> Sample.parse("60,relay-0")).hasMessage("not a sample: 60,relay-0");
    }

    @Test
    void theHeapOfAnotherJvmIsReadAgainAndAgainUntilTheProcessEnds() throws Exception {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jshell")
                                        .toString(),
                                "-s",
                                "--execution",
                                "local",
                                "-")
                        .start();
        try (JvmHeaps heaps = new JvmHeaps();
                Writer input = other.outputWriter();
                BufferedReader output = other.inputReader()) {
            input.write("System.out.println(\"ready\")\n");
            input.flush();
            assertThat(output.readLine()).isEqualTo("ready");
            assertThat(heaps.usedMb(other.pid()).orElseThrow()).isPositive();
            assertThat(heaps.usedMb(other.pid()).orElseThrow()).isPositive();

            other.destroyForcibly().waitFor();

            assertThat(heaps.usedMb(other.pid())).isEmpty();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void theFilesOfARunHaveItsSamplesPlotsAndGrowth(@TempDir Path folder) throws Exception {
        Path checkpoints = Files.createDirectory(folder.resolve("checkpoints"));
        Files.write(checkpoints.resolve("chk-1"), new byte[3 << 20]);
        SoakRecorder recorder =
                new SoakRecorder(
                        folder.resolve("soak"),
                        () ->
                                List.of(
                                        new SoakRecorder.Watched(
                                                "this", ProcessHandle.current().pid(), false),
                                        new SoakRecorder.Watched("ended", Integer.MAX_VALUE, true)),
                        checkpoints,
                        () -> -1,
                        () -> 1_000,
                        () -> 11_000);
        for (int minute = 0; minute < 8; minute++) {
            recorder.sample(minute * 60L);
        }

        assertThat(recorder.write()).isEmpty();

        assertThat(Files.readAllLines(folder.resolve("soak/samples.csv")))
                .contains(
                        "420,job,STATE_MB,3.0", "420,job,RECORDS,1000.0", "420,job,TRADES,11000.0")
                .noneMatch(line -> line.contains("LAG_RECORDS") || line.contains("ended"))
                .filteredOn(line -> line.contains(",this,THREADS,"))
                .hasSize(8);
        assertThat(Files.readString(folder.resolve("soak/state-mb.svg")))
                .startsWith("<svg ")
                .contains("checkpoint folder, MB", ">job</text>", "<polyline ")
                .endsWith("</svg>\n");
        assertThat(Files.readString(folder.resolve("soak/growth.md")))
                .contains("| job | checkpoint folder, MB | 3 | 3 | +0 | +16 |  |");
    }

    @Test
    void theGridOfAPlotHasRoundNumbersAndFewLines() {
        assertThat(LineChart.step(1)).isEqualTo(0.2);
        assertThat(LineChart.step(45)).isEqualTo(10);
        assertThat(LineChart.step(120)).isEqualTo(20);
        assertThat(LineChart.step(1_300_000)).isEqualTo(500_000);
    }

    @Test
    void noTwoLinesOfAPlotLookTheSame() {
        List<Sample> samples = new ArrayList<>();
        for (int process = 0; process < 20; process++) {
            samples.add(new Sample(0, "process-" + process, Measure.THREADS, process));
        }

        List<String> strokes =
                LineChart.svg(Measure.THREADS, samples)
                        .lines()
                        .filter(line -> line.startsWith("<polyline"))
                        .map(line -> line.replaceAll(" points=.*", ""))
                        .toList();

        assertThat(strokes).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    void aFileThatIsOpenTwiceOrDeletedIsNoFurtherFile(@TempDir Path folder) throws Exception {
        long pid = ProcessHandle.current().pid();
        Path one = Files.createFile(folder.resolve("one"));
        Path other = Files.createFile(folder.resolve("other"));
        Map<Measure, Double> before = ProcessMeasures.of(pid);
        try (FileChannel first = FileChannel.open(one);
                FileChannel again = FileChannel.open(one);
                FileChannel deleted = FileChannel.open(other)) {
            Files.delete(other);
            Map<Measure, Double> during = ProcessMeasures.of(pid);

            assertThat(List.of(first, again, deleted)).allMatch(FileChannel::isOpen);
            assertThat(grown(Measure.FILE_HANDLES, before, during)).isEqualTo(3);
            assertThat(grown(Measure.FILES, before, during)).isEqualTo(1);
        }
    }

    private static double grown(
            Measure measure, Map<Measure, Double> before, Map<Measure, Double> after) {
        return after.get(measure) - before.get(measure);
    }

    private static Growth only(List<Sample> samples) {
        return Growth.of(samples).get(0);
    }

    /** Returns the growth of one series beside another one, which is later in the order. */
    private static Growth first(List<Sample> samples, List<Sample> others) {
        return Growth.of(Stream.concat(others.stream(), samples.stream()).toList()).get(0);
    }

    private static List<Sample> samples(
            String subject, Sample.Measure measure, double start, double growthAMinute) {
        List<Sample> samples = new ArrayList<>();
        for (int minute = 0; minute <= MINUTES; minute++) {
            samples.add(new Sample(minute * 60L, subject, measure, start + minute * growthAMinute));
        }
        return samples;
    }
}

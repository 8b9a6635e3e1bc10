package io.dexklines.chaos.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of 40 minutes, and what its samples show. */
class SoakTest {

    private static final int MINUTES = 40;

    @Test
    void growthIsThatFromTheSecondToTheLastQuarter() {
        List<Growth> growths = Growth.of(samples("broker", Sample.Measure.RSS_MB, 100, 10));

        assertThat(growths).containsExactly(new Growth("broker", Sample.Measure.RSS_MB, 240, 450));
        assertThat(growths.get(0).row())
                .isEqualTo("| broker | resident memory, MB | 240 | 450 | +210 |");
    }

    @Test
    void theBeginningDoesNotCount() {
        List<Sample> samples = new ArrayList<>(samples("relay", Sample.Measure.THREADS, 50, 0));
        samples.removeIf(sample -> sample.seconds() < 300);
        samples.add(new Sample(0, "relay", Sample.Measure.THREADS, 1));

        assertThat(Growth.of(samples))
                .containsExactly(new Growth("relay", Sample.Measure.THREADS, 50, 50));
    }

    @Test
    void handlesAndThreadsThatGrowAreALeakAndMemoryIsForTheReader() {
        assertThat(new Growth("a", Sample.Measure.FILE_HANDLES, 100, 116).isLeak()).isFalse();
        assertThat(new Growth("a", Sample.Measure.FILE_HANDLES, 100, 117).isLeak()).isTrue();
        assertThat(new Growth("a", Sample.Measure.THREADS, 1_000, 1_100).isLeak()).isFalse();
        assertThat(new Growth("a", Sample.Measure.THREADS, 1_000, 1_101).isLeak()).isTrue();
        assertThat(new Growth("a", Sample.Measure.HEAP_MB, 100, 900).isLeak()).isFalse();
    }

    @Test
    void aSampleIsReadFromItsLine() {
        Sample sample = new Sample(60, "relay-0", Sample.Measure.HEAP_MB, 12.5);

        assertThat(sample.line()).isEqualTo("60,relay-0,HEAP_MB,12.5");
        assertThat(Sample.parse(sample.line())).isEqualTo(sample);
        assertThatThrownBy(() -> Sample.parse("60,relay-0")).hasMessage("not a sample: 60,relay-0");
    }

    @Test
    void theUsedHeapIsThatOfAllSpacesWithoutClasses() {
        assertThat(
                        ProcessMeasures.usedHeapMb(
                                """
                                4711:
                                 def new generation   total 9216K, used 1024K [0x1, 0x2, 0x3)
                                  eden space 8192K,  12% used [0x1, 0x2, 0x3)
                                 tenured generation   total 20480K, used 2048K [0x1, 0x2, 0x3)
                                 Metaspace       used 4096K, committed 5000K, reserved 6000K
                                  class space    used 512K, committed 600K, reserved 700K
                                """))
                .hasValue(3);
        assertThat(
                        ProcessMeasures.usedHeapMb(
                                " garbage-first heap   total 262144K, used 51200K [0x1, 0x2)"))
                .hasValue(50);
        assertThat(ProcessMeasures.usedHeapMb("no such process")).isEmpty();
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
                        () -> 1_000);
        for (int minute = 0; minute < 8; minute++) {
            recorder.sample(minute * 60L);
        }

        assertThat(recorder.write()).isEmpty();

        assertThat(Files.readAllLines(folder.resolve("soak/samples.csv")))
                .contains("420,job,STATE_MB,3.0", "420,job,RECORDS,1000.0")
                .noneMatch(line -> line.contains("LAG_RECORDS") || line.contains("ended"))
                .filteredOn(line -> line.contains(",this,THREADS,"))
                .hasSize(8);
        assertThat(Files.readString(folder.resolve("soak/state-mb.svg")))
                .startsWith("<svg ")
                .contains("checkpoint folder, MB", ">job</text>", "<polyline ")
                .endsWith("</svg>\n");
        assertThat(Files.readString(folder.resolve("soak/growth.md")))
                .contains("| job | checkpoint folder, MB | 3 | 3 | +0 |");
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

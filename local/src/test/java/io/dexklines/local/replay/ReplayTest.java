package io.dexklines.local.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.pace.JumpingPace;
import io.dexklines.local.pace.Pace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

    @TempDir private Path folder;

    private final MockProducer<byte[], byte[]> producer = ThreePartitions.producer(true);

    private static List<String> values(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream()
                .map(one -> new String(one.value(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private Path file(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream out =
                name.endsWith(".gz")
                        ? new GZIPOutputStream(Files.newOutputStream(file))
                        : Files.newOutputStream(file)) {
            out.write(content.getBytes(StandardCharsets.ISO_8859_1));
        }
        return file;
    }

    private Replay.Result replay(Path file) throws Exception {
        try (ReplaySource source = ReplaySource.ofFile(file)) {
            return Replay.unpaced(producer, ThreePartitions.TOPIC)
                    .run(source, ReplayProgress.silent());
        }
    }

    @Test
    void everyLineIsSentUnchangedAsOneRecord() throws Exception {
        String malformed = "{\"a\":1,\r";
        String notUtf8 = "\u00ff\u00fe\u0000";

        Replay.Result result = replay(file("a.jsonl", "[]\n" + malformed + "\n" + notUtf8));

        assertThat(values(producer)).containsExactly("[]", malformed, notUtf8);
        assertThat(producer.history()).allSatisfy(one -> assertThat(one.key()).isNull());
        assertThat(result.records()).isEqualTo(3);
        assertThat(result.bytes()).isEqualTo(2 + 8 + 3);
    }

    @Test
    void aByteOrderMarkAndBlankLinesAreSkipped() throws Exception {
        String byteOrderMark = "\u00ef\u00bb\u00bf";

        replay(file("a.jsonl", byteOrderMark + "[1]\n\n \t\r\n" + byteOrderMark + "\n [2] \n\n"));
        replay(file("b.jsonl.gz", byteOrderMark + "\n[3]"));
        replay(file("c.jsonl", byteOrderMark));
        replay(file("d.jsonl", byteOrderMark.substring(0, 2)));

        assertThat(values(producer))
                .containsExactly(
                        "[1]", byteOrderMark, " [2] ", "[3]", byteOrderMark.substring(0, 2));
    }

    @Test
    void blankLinesCountInTheNumberOfALine() throws Exception {
        try (ReplaySource source = ReplaySource.ofFile(file("a.jsonl", "[1]\n\n\n[2]\n"))) {
            source.nextLine();
            source.nextLine();

            assertThat(source.lineNumber()).isEqualTo(4);
            assertThat(source.nextLine()).isNull();
        }
    }

    @Test
    void aLineFeedAtTheEndDoesNotBeginAnotherRecord() throws Exception {
        replay(file("a.jsonl", "[1]\n[2]\n"));

        assertThat(values(producer)).containsExactly("[1]", "[2]");
    }

    @Test
    void anEmptyFileHasNoRecords() throws Exception {
        assertThat(replay(file("a.jsonl", "")).records()).isZero();
        assertThat(replay(file("a.jsonl.gz", "")).records()).isZero();
    }

    @Test
    void aFileThatEndsInGzIsDecompressed() throws Exception {
        replay(file("a.jsonl.gz", "[1]\n[2]\n"));

        assertThat(values(producer)).containsExactly("[1]", "[2]");
    }

    @Test
    void aLineMayBeLongerThanTheBuffers() throws Exception {
        String line = "x".repeat(3_000_001);

        replay(file("a.jsonl", line + "\n[2]"));

        assertThat(values(producer)).containsExactly(line, "[2]");
    }

    @Test
    void linesKeepTheirOrderOnOnePartition() throws Exception {
        replay(file("a.jsonl", "a\nb\nc\nd\ne\n"));

        assertThat(producer.history())
                .extracting(ProducerRecord::partition)
                .containsExactly(0, 0, 0, 0, 0);
    }

    @Test
    void onePartitionCanBeChosen() throws Exception {
        Replay replay =
                new Replay(
                        producer,
                        ThreePartitions.TOPIC,
                        2,
                        Double.POSITIVE_INFINITY,
                        Pace.ofSystemClock());
        try (ReplaySource source = ReplaySource.ofFile(file("a.jsonl", "a\nb\n"))) {
            replay.run(source, ReplayProgress.silent());
        }

        assertThat(producer.history()).extracting(ProducerRecord::partition).containsExactly(2, 2);
    }

    @Test
    void theRateLimitSpacesTheRecords() throws Exception {
        Pace pace = new JumpingPace(1_000);
        List<Long> times = new ArrayList<>();
        ReplayProgress progress = (records, source) -> times.add(pace.nowMs());
        Replay replay = new Replay(producer, ThreePartitions.TOPIC, 0, 4, pace);
        Replay.Result result;
        try (ReplaySource source = ReplaySource.ofFile(file("a.jsonl", "a\nb\nc\nd\n"))) {
            result = replay.run(source, progress);
        }

        assertThat(times).containsExactly(1_000L, 1_250L, 1_500L, 1_750L);
        assertThat(result.durationMs()).isEqualTo(750);
    }

    @Test
    void theFirstRejectedLineIsNamed() throws Exception {
        MockProducer<byte[], byte[]> manual = ThreePartitions.producer(false);
        ReplayProgress answering =
                (records, source) -> {
                    if (records == 2) {
                        manual.errorNext(new RecordTooLargeException("too large"));
                    } else {
                        manual.completeNext();
                    }
                };
        try (ReplaySource source = ReplaySource.ofFile(file("a.jsonl", "a\nb\nc\nd\n"))) {
            assertThatThrownBy(
                            () ->
                                    Replay.unpaced(manual, ThreePartitions.TOPIC)
                                            .run(source, answering))
                    .isInstanceOf(ReplayException.class)
                    .hasMessage(
                            "topic trades rejected line 2 of a.jsonl: too large"
                                    + " (1 records were acknowledged)");
        }
        assertThat(manual.history()).hasSize(2);
    }

    @Test
    void theWholeSampleIsReplayed() throws Exception {
        Replay.Result result;
        try (ReplaySource source = ReplaySource.ofSample()) {
            result =
                    Replay.unpaced(producer, ThreePartitions.TOPIC)
                            .run(source, ReplayProgress.silent());
        }

        assertThat(result.records()).isEqualTo(3_990);
        assertThat(result.bytes()).isEqualTo(5_948_227 - 3_990);
    }

    @Test
    void withoutATerminalProgressIsALineForEachTenthOfTheFile() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ReplaySource source = ReplaySource.ofSample();
                ReplayProgress progress =
                        ReplayProgress.inLines(
                                new PrintStream(out, true, StandardCharsets.UTF_8))) {
            Replay.unpaced(producer, ThreePartitions.TOPIC).run(source, progress);
        }

        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSizeBetween(5, 9);
        assertThat(lines).allMatch(line -> line.matches("[1-9]0 %: \\d+ records"));
    }

    @Test
    void onATerminalProgressIsABar() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ReplaySource source = ReplaySource.ofSample();
                ReplayProgress progress =
                        ReplayProgress.asBar(
                                source, new PrintStream(out, true, StandardCharsets.UTF_8))) {
            Replay.unpaced(producer, ThreePartitions.TOPIC).run(source, progress);
        }

        assertThat(out.toString(StandardCharsets.UTF_8)).contains("replay").contains("100%");
    }
}

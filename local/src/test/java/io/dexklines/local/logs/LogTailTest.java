package io.dexklines.local.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {

    @TempDir private Path folder;

    @Test
    void theLastLinesAreReadAndThenWhatIsAppended() throws Exception {
        Path log = log("one\ntwo\nthree\n");
        LogTail tail = new LogTail(log, 2);

        assertThat(tail.wholeLines()).isEqualTo("two\nthree\n");
        assertThat(tail.wholeLines()).isEmpty();

        append(log, "four\nfi");
        assertThat(tail.wholeLines()).isEqualTo("four\n");
        assertThat(tail.wholeLines()).isEmpty();

        append(log, "ve\n");
        assertThat(tail.wholeLines()).isEqualTo("five\n");
    }

    @Test
    void aLineWithoutALineFeedIsTheLastLine() throws Exception {
        LogTail tail = new LogTail(log("one\ntwo\nthree"), 2);

        assertThat(tail.wholeLines()).isEqualTo("two\n");
        assertThat(tail.incompleteLine()).isEqualTo("three");
        assertThat(tail.incompleteLine()).isEmpty();
    }

    @Test
    void aShortLogIsReadWhole() throws Exception {
        assertThat(new LogTail(log("one\ntwo\n"), 2).wholeLines()).isEqualTo("one\ntwo\n");
        assertThat(new LogTail(log("one\ntwo\n"), 200).wholeLines()).isEqualTo("one\ntwo\n");
        assertThat(new LogTail(log(""), 200).wholeLines()).isEmpty();
    }

    @Test
    void linesMayBeLongerThanTheBlocksThatAreRead() throws Exception {
        String line = "x".repeat(100_000) + "\n";

        assertThat(new LogTail(log(line + line + line), 2).wholeLines()).isEqualTo(line + line);
    }

    @Test
    void aLogThatBeginsAgainIsReadFromItsBeginning() throws Exception {
        Path log = log("one\ntwo\n");
        LogTail tail = new LogTail(log, 200);
        tail.wholeLines();

        Files.delete(log);
        assertThat(tail.wholeLines()).isEmpty();
        log("new\n");
        assertThat(tail.wholeLines()).isEqualTo("new\n");
        log("n\n");
        assertThat(tail.wholeLines()).isEqualTo("n\n");
    }

    private Path log(String text) throws IOException {
        return Files.writeString(folder.resolve("kafka.log"), text);
    }

    private static void append(Path log, String text) throws IOException {
        Files.writeString(log, text, StandardOpenOption.APPEND);
    }
}

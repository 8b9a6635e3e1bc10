package io.dexklines.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class LogsCommandTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void createTheFilesOfAStack() throws IOException {
        write("up.log", "Kafka is ready\n");
        write("kafka/kafka.log", "one\ntwo\nthr\u001bee");
        write("kafka/data/topic-0/000.log", "a segment, which is no log");
        write("relay/relay.log", "");
        write("flink/taskmanager-1.log", "output\n");
        write("flink/log/jobmanager.log", "jobs\n");
        write("flink/log/taskmanager-1.log", "tasks\n");
    }

    @Test
    void theLogsAreListed() {
        assertThat(logs()).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        "up         up                      1 kB  " + file("up.log"),
                        "flink      taskmanager-1           1 kB  "
                                + file("flink/taskmanager-1.log"),
                        "kafka      kafka                   1 kB  " + file("kafka/kafka.log"),
                        "flink      jobmanager              1 kB  "
                                + file("flink/log/jobmanager.log"),
                        "flink      taskmanager-1           1 kB  "
                                + file("flink/log/taskmanager-1.log"));
    }

    @Test
    void theLastLinesOfALogArePrinted() {
        assertThat(logs("kafka", "-n", "2")).isZero();

        assertThat(out.toString()).isEqualTo("two\nthr\uFFFDee");
    }

    @Test
    void severalLogsHaveTheirNamesAboveThem() {
        assertThat(logs("flink")).isZero();

        assertThat(out.toString())
                .isEqualTo(
                        "==> %s <==\noutput\n==> %s <==\njobs\n==> %s <==\ntasks\n"
                                .formatted(
                                        file("flink/taskmanager-1.log"),
                                        file("flink/log/jobmanager.log"),
                                        file("flink/log/taskmanager-1.log")));
    }

    @Test
    void anUnknownComponentIsReportedWithTheKnownOnes() {
        assertThat(logs("redis")).isEqualTo(2);

        assertThat(err.toString())
                .isEqualTo(
                        "klines: there is no log of redis: choose one of up, flink, taskmanager-1,"
                                + " kafka, jobmanager\nTry `logs --help`\n");
    }

    @Test
    void aFolderWithoutAStackIsReported() {
        Path empty = folder.resolve("empty");

        assertThat(logs("kafka", "--dir", empty.toString())).isEqualTo(3);

        assertThat(err.toString())
                .startsWith("klines: no logs are in " + empty + ": `klines up` writes them");
    }

    @Test
    void invalidArgumentsAreUsageErrors() {
        assertThat(logs("-f")).isEqualTo(2);
        assertThat(logs("kafka", "-n", "0")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--follow needs a COMPONENT", "--lines must be positive");
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(file(name).getParent());
        Files.writeString(file(name), text);
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    private int logs(String... arguments) {
        CommandLine command =
                CommandErrors.install(new CommandLine(new LogsCommand()))
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err, true))
                        .setOverwrittenOptionsAllowed(true);
        String[] all = new String[arguments.length + 2];
        all[0] = "--dir";
        all[1] = folder.toString();
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return command.execute(all);
    }
}

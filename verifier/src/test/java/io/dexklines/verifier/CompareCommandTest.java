package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.verifier.compare.Candle;
import io.dexklines.verifier.compare.Comparison;
import io.dexklines.verifier.compare.Finding;
import io.dexklines.verifier.compare.Interval;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeGenerator;

class CompareCommandTest {

    private static final String REDIS = "redis://127.0.0.1:6379";

    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Exception failure;

    @Test
    void invalidArgumentsAreUsageErrors() {
        assertThat(execute()).as("without --redis").isEqualTo(2);
        assertThat(execute("--redis", "host:6379")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--redis-password", "secret")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--zone", "Nowhere")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--pair", "0xab")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--settle", "-1")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--mysql-username", "me")).isEqualTo(2);
        assertThat(execute("--redis", REDIS, "--config", "a", "--dir", "b")).isEqualTo(2);
        assertThat(failure).isNull();
    }

    @Test
    void withoutTopicsItFails() {
        assertThat(execute("--redis", REDIS)).isEqualTo(4);
        assertThat(failure).hasMessageStartingWith("no stack is up in " + folder);
        String file = folder.resolve("klines.properties").toString();
        assertThat(execute("--redis", REDIS, "--config", file)).isEqualTo(3);
        assertThat(failure).hasMessage("the job's configuration: cannot read %s", file);
    }

    @Test
    void theZoneIsThatInWhichMostDaysBegin() {
        assertThat(CompareCommand.zoneOf(Map.of())).isEqualTo(ZoneOffset.UTC);
        assertThat(CompareCommand.zoneOf(Map.of(0L, 3, 57_600L, 1))).isEqualTo(ZoneOffset.UTC);
        assertThat(CompareCommand.zoneOf(Map.of(57_600L, 9))).isEqualTo(ZoneOffset.ofHours(8));
        assertThat(CompareCommand.zoneOf(Map.of(18_000L, 9))).isEqualTo(ZoneOffset.ofHours(-5));
    }

    @Test
    void theReportEndsWithAVerdictAndADifferenceIsALineOfJson() throws Exception {
        Candle theirs = new Candle(1, 1, 1, 1, 0, 0, 0, 0, 9, 3, 1, 0, 1);
        Candle ours = new Candle(1, 2, 2, 1, 0, 0, 0, 0, 9, 3, 1, 0, 1);
        Finding finding =
                new Finding(
                        Finding.Store.REDIS,
                        "1:0xab",
                        Interval.MIN_1,
                        60,
                        theirs,
                        ours,
                        Finding.Verdict.UNEXPLAINED,
                        List.of());
        CompareReport report = new CompareReport(new Comparison.Result(5, 2, List.of(finding)));

        assertThat(report.isGood()).isFalse();
        assertThat(report.lines())
                .containsExactly(
                        "5 klines compared, 4 of them equal; 2 older ones not, which may have expired",
                        "unexplained: redis 1:0xab 1m 60: close is 1.0, not 2.0, high is 1.0, not 2.0",
                        "VERDICT compared=5 equal=4 explained=0 ambiguous=0 unexplained=1"
                                + " incomparable=0");
        assertThat(new ObjectMapper().readTree(CompareReport.json(finding)))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                                        {"verdict":"unexplained","store":"redis","chain_id":"1",
                                        "pair_addr":"0xab","interval":"1m","open_time":60,
                                        "fields":{"close":{"theirs":1.0,"ours":2.0},
                                        "high":{"theirs":1.0,"ours":2.0}},
                                        "theirs_exists":true,"ours_exists":true,
                                        "explanations":[]}
                                        """));
    }

    private int execute(String... arguments) {
        PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new CommandLine(new CompareCommand(folder, any -> Optional.empty(), err, err, false))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler(
                        (e, command, parsed) -> {
                            failure = e;
                            return ((IExitCodeGenerator) e).getExitCode();
                        })
                .execute(arguments);
    }
}

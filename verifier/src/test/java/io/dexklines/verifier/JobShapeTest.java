package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobShapeTest {

    @TempDir Path folder;

    @Test
    void aConfigurationThatSaysNothingMeansTheDefaults() throws Exception {
        JobShape shape = read("");

        assertThat(shape.spans())
                .containsExactly("1m", "5m", "15m", "30m", "1h", "4h", "12h", "1d", "1w");
        assertThat(shape.smallest().code()).isEqualTo("1m");
        assertThat(shape.chainsByTopic())
                .containsEntry("sol-trades", Set.of("100000"))
                .containsEntry("bsc-trades", Set.of("56"))
                .containsEntry("evm-trades-v4", Set.of("1", "8453", "42161", "10", "137"));
        assertThat(shape.consumerGroup()).isEqualTo("dex-klines");
        assertThat(shape.excludedTopic()).isEqualTo("trades-excluded");
        assertThat(shape.refusedTopic()).isEqualTo("klines-refused");
        assertThat(shape.lateness()).isEqualTo(Duration.ofMinutes(1));
        assertThat(shape.maxDisorder()).isEqualTo(Duration.ofSeconds(5));
        assertThat(shape.idleTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void whatTheStacksJobWasGivenIsUsed() throws Exception {
        JobShape shape =
                read(
                        """
                ingest.topics=a=1,2; b=3
                klines.intervals=1h 5s
                klines.allowed-lateness=90 s
                ingest.max-future=500
                ingest.max-disorder=2 s
                ingest.idle-timeout=1 min
                """);

        assertThat(shape.chainsByTopic()).containsEntry("a", Set.of("1", "2")).containsKey("b");
        assertThat(shape.smallest().code()).isEqualTo("5s");
        assertThat(shape.lateness()).isEqualTo(Duration.ofSeconds(90));
        assertThat(shape.maxFuture()).isEqualTo(Duration.ofMillis(500));
        assertThat(shape.maxDisorder()).isEqualTo(Duration.ofSeconds(2));
        assertThat(shape.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void whatCannotBeReadIsRefused() {
        assertThatThrownBy(() -> read("klines.allowed-lateness=soon"))
                .hasMessage("klines.allowed-lateness: 'soon' is not a duration");
    }

    private JobShape read(String properties) throws IOException {
        return JobShape.of(
                JobProperties.load(
                        Files.writeString(folder.resolve("job.properties"), properties)));
    }
}

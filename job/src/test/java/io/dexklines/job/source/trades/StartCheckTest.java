package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.config.StartOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartCheckTest {

    private static final long NOW_MS = 1_000_000;
    private static final long MAX_FUTURE_MS = 60_000;

    @Test
    void aGroupWithoutCommittedOffsetsMayStart() {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        committed.put(new TopicPartition("bsc-trades", 0), null);

        assertThat(check("committed").refusal(Map.of())).isEmpty();
        assertThat(check("committed").refusal(committed)).isEmpty();
    }

    @Test
    void offsetsOfOtherTopicsDoNotMatter() {
        assertThat(check("committed").refusal(offsets("somebody-elses", 1))).isEmpty();
    }

    @Test
    void aGroupWithCommittedOffsetsIsRefusedAndToldWhatToDo() {
        assertThat(check("committed").refusal(offsets("bsc-trades", 5)))
                .hasValueSatisfying(
                        message ->
                                assertThat(message)
                                        .startsWith("unsafe start refused: ")
                                        .contains(
                                                "the consumer group klines has committed offsets"
                                                        + " (bsc-trades-0@100, bsc-trades-1@101,"
                                                        + " bsc-trades-2@102, …)",
                                                "flink run -s",
                                                "kafka.start-offset=first",
                                                "kafka.start-offset=last or <instant>",
                                                "kafka.group-id"));
    }

    @ParameterizedTest
    @CsvSource({
        // where the job starts, the times of the first records left, when klines begin
        "first,     ,           0",
        "committed, ,           0",
        "first,     1000,       61001",
        "committed, 1000,       61001",
        "first,     1000 5000,  65001",
        "first,     -1,         1060001",
        "first,     -1 1000,    1060001",
        "500000,    ,           500000",
        "500000,    1000,       500000",
        "500000,    440000,     500001",
        "500000,    -1,         1060001",
        "last,      ,           1000000",
        "last,      1000,       1000000",
        "last,      950000,     1010001"
    })
    void klinesBeginAfterTheLastTradeThatMayHaveBeenMissed(
            String startOffset, String firstRecordsMs, long klinesBeginMs) {
        Map<TopicPartition, Long> removed = new HashMap<>();
        if (firstRecordsMs != null) {
            for (String firstMs : firstRecordsMs.split(" ")) {
                removed.put(
                        new TopicPartition("bsc-trades", removed.size()), Long.valueOf(firstMs));
            }
        }

        assertThat(check(startOffset).klinesBeginMs(removed, NOW_MS)).isEqualTo(klinesBeginMs);
    }

    private static StartCheck check(String startOffset) {
        return new StartCheck(
                new Properties(),
                "klines",
                Set.of("bsc-trades"),
                StartOffset.of(startOffset).asOf(NOW_MS),
                MAX_FUTURE_MS);
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(String topic, int partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            offsets.put(new TopicPartition(topic, i), new OffsetAndMetadata(100 + i));
        }
        return offsets;
    }
}

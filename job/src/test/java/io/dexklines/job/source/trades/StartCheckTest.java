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
import org.junit.jupiter.params.provider.ValueSource;

class StartCheckTest {

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
                                                "kafka.start-offset=<instant>",
                                                "kafka.group-id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "last", "2024-01-05T00:00:00Z"})
    void anExplicitStartAsksNoBroker(String startOffset) throws Exception {
        assertThat(check(startOffset).refusal()).isEmpty();
    }

    private static StartCheck check(String startOffset) {
        return new StartCheck(
                new Properties(), "klines", Set.of("bsc-trades"), StartOffset.of(startOffset));
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(String topic, int partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int i = 0; i < partitions; i++) {
            offsets.put(new TopicPartition(topic, i), new OffsetAndMetadata(100 + i));
        }
        return offsets;
    }
}

package io.dexklines.job.source.trades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.clock.Partition;
import io.dexklines.job.source.trades.PartitionOffsets.Kind;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What brokers and their fake have in common. */
abstract class PartitionOffsetsContract {

    private static final Partition FIRST = new Partition("bsc-trades", 0);
    private static final Partition SECOND = new Partition("bsc-trades", 1);

    /** Returns the offsets of the topics; each test has brokers without topics. */
    abstract PartitionOffsets offsets(Set<String> topics) throws Exception;

    abstract void createTopic(String topic, int partitions) throws Exception;

    abstract void append(Partition partition) throws Exception;

    /** Appends a record in a transaction that stays open. */
    abstract void appendOpen(Partition partition) throws Exception;

    abstract void deleteBefore(Partition partition, long offset) throws Exception;

    @Test
    void everyPartitionIsListed() throws Exception {
        createTopic("bsc-trades", 2);
        createTopic("sol-trades", 1);
        try (PartitionOffsets offsets = offsets(Set.of("bsc-trades", "sol-trades"))) {
            assertThat(answer(offsets.partitions()))
                    .containsExactlyInAnyOrder(FIRST, SECOND, new Partition("sol-trades", 0));
        }
    }

    @Test
    void nothingIsListedIfATopicIsMissing() throws Exception {
        createTopic("bsc-trades", 1);
        try (PartitionOffsets offsets = offsets(Set.of("bsc-trades", "sol-trades"))) {
            assertThatThrownBy(() -> answer(offsets.partitions()))
                    .isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void theEndIncludesOpenTransactionsAndTheStableEndDoesNot() throws Exception {
        createTopic("bsc-trades", 2);
        append(FIRST);
        append(FIRST);
        appendOpen(FIRST);
        append(FIRST);
        try (PartitionOffsets offsets = offsets(Set.of("bsc-trades"))) {
            Set<Partition> both = Set.of(FIRST, SECOND);

            assertThat(answers(offsets.ask(Kind.END, both)))
                    .isEqualTo(Map.of(FIRST, 4L, SECOND, 0L));
            assertThat(answers(offsets.ask(Kind.STABLE_END, both)))
                    .isEqualTo(Map.of(FIRST, 2L, SECOND, 0L));
        }
    }

    @Test
    void theBeginningIsBehindWhatWasDeleted() throws Exception {
        createTopic("bsc-trades", 2);
        append(FIRST);
        append(FIRST);
        append(FIRST);
        deleteBefore(FIRST, 2);
        try (PartitionOffsets offsets = offsets(Set.of("bsc-trades"))) {
            assertThat(answers(offsets.ask(Kind.BEGINNING, Set.of(FIRST, SECOND))))
                    .isEqualTo(Map.of(FIRST, 2L, SECOND, 0L));
        }
    }

    private static Map<Partition, Long> answers(Map<Partition, CompletionStage<Long>> asked)
            throws Exception {
        Map<Partition, Long> answers = new TreeMap<>();
        for (Map.Entry<Partition, CompletionStage<Long>> each : asked.entrySet()) {
            answers.put(each.getKey(), answer(each.getValue()));
        }
        return answers;
    }

    private static <T> T answer(CompletionStage<T> asked) throws Exception {
        return asked.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
}

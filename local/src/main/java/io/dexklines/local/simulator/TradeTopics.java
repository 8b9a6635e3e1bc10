package io.dexklines.local.simulator;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.pace.Pace;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics to which a market is published. */
final class TradeTopics {

    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private TradeTopics() {}

    /**
     * Returns whether no topic of the simulated chains has ever had a record. A topic that does not
     * exist counts as empty. Waits for the brokers while they are unreachable.
     *
     * @param log receives a line if the brokers are unreachable
     * @throws ExecutionException if the brokers refuse to answer
     */
    static boolean areEmpty(Brokers brokers, Pace pace, PrintStream log)
            throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(brokers.client(Map.of()))) {
            boolean warned = false;
            while (true) {
                try {
                    return ends(admin).stream().allMatch(end -> end.offset() == 0);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof RetriableException)) {
                        throw e;
                    }
                    if (!warned) {
                        log.println("waiting for the broker: " + e.getCause().getMessage());
                        warned = true;
                    }
                }
                pace.awaitMs(pace.nowMs() + RETRY_PAUSE.toMillis());
            }
        }
    }

    /** Returns where the partitions end. Offsets begin with 0 and are never reused. */
    private static Collection<ListOffsetsResultInfo> ends(Admin admin)
            throws ExecutionException, InterruptedException {
        List<String> topics =
                Arrays.stream(SimulatedChain.values())
                        .map(SimulatedChain::topic)
                        .distinct()
                        .toList();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (KafkaFuture<TopicDescription> answer :
                admin.describeTopics(topics).topicNameValues().values()) {
            try {
                TopicDescription topic = answer.get();
                for (TopicPartitionInfo partition : topic.partitions()) {
                    latest.put(
                            new TopicPartition(topic.name(), partition.partition()),
                            OffsetSpec.latest());
                }
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return admin.listOffsets(latest).all().get().values();
    }
}

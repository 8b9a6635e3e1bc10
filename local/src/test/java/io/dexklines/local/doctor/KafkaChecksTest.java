package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.doctor.KafkaFacts.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the brokers say, and what follows from it for a job. */
class KafkaChecksTest {

    private static final String DAY_MS = "86400000";

    @TempDir private Path folder;

    private final Map<String, Topic> topics = new HashMap<>();
    private final List<String> keys =
            new ArrayList<>(
                    List.of(
                            "kafka.bootstrap-servers=kafka:9092",
                            "ingest.topics=trades=1",
                            "klines.intervals=1m 1d"));
    private List<String> unreachable = List.of();
    private Right group = Right.GRANTED;
    private boolean hasCommitted;
    private Right transactions = Right.GRANTED;
    private OptionalLong limitMs = OptionalLong.of(900_000);

    @BeforeEach
    void createTheTopics() {
        topics.put("trades", topic(4, Map.of("cleanup.policy", "delete", "retention.ms", DAY_MS)));
        for (String list : List.of("smart-money-wallets", "smart-money-follows")) {
            topics.put(list, topic(1, Map.of("cleanup.policy", "compact")));
        }
        for (String output :
                List.of(
                        "trades-excluded",
                        "lists-refused",
                        "smart-money-notifications",
                        "smart-money-clusters")) {
            topics.put(output, topic(1, Map.of()));
        }
    }

    @Test
    void aClusterThatIsWell() throws IOException {
        assertThat(lines())
                .containsExactly(
                        "ok       Kafka: 1 broker at kafka:9092, without a login",
                        "ok       Kafka topic trades: 4 partitions, the user may read it",
                        "ok       Kafka topic smart-money-follows: 1 partition, the user may read it",
                        "ok       Kafka topic smart-money-wallets: 1 partition, the user may read it",
                        "ok       Kafka topic lists-refused: 1 partition, the user may write it",
                        "ok       Kafka topic smart-money-clusters: 1 partition, the user may write"
                                + " it",
                        "ok       Kafka topic smart-money-notifications: 1 partition, the user may"
                                + " write it",
                        "ok       Kafka topic trades-excluded: 1 partition, the user may write it",
                        "ok       Kafka group dex-klines: the user may commit its offsets",
                        "ok       Kafka transactional ids dex-klines…: the user may use them",
                        "ok       Kafka transaction.max.timeout.ms: kafka.transaction-timeout is"
                                + " 15 min, and the brokers allow 15 min");
    }

    @Test
    void topicsThatAreMissingOrWithoutRightsOrLeaders() throws IOException {
        topics.put("trades", Topic.invisible(Topic.State.MISSING));
        topics.put("smart-money-wallets", Topic.invisible(Topic.State.DENIED));
        topics.put(
                "smart-money-follows",
                new Topic(
                        Topic.State.EXISTS,
                        3,
                        2,
                        Set.of(AclOperation.READ),
                        Optional.of(Map.of("cleanup.policy", "compact"))));
        topics.put(
                "trades-excluded",
                new Topic(
                        Topic.State.EXISTS,
                        1,
                        0,
                        Set.of(AclOperation.READ),
                        Optional.of(Map.of())));

        assertThat(faults())
                .containsExactly(
                        "problem  Kafka topic trades: does not exist: create it, as"
                                + " compose/create-topics.sh does",
                        "problem  Kafka topic smart-money-follows: 2 of its 3 partitions have no"
                                + " leader: start the brokers that have them",
                        "problem  Kafka topic smart-money-wallets: the user has no right to it:"
                                + " grant READ on it",
                        "problem  Kafka topic trades-excluded: the user may not write it: grant"
                                + " WRITE on it");
    }

    @Test
    void topicsWhoseRecordsDoNotLast() throws IOException {
        keys.set(2, "klines.intervals=1m 1w");
        topics.put(
                "trades",
                topic(
                        4,
                        Map.of(
                                "cleanup.policy",
                                "compact,delete",
                                "retention.ms",
                                DAY_MS,
                                "retention.bytes",
                                "1000")));
        topics.put("smart-money-wallets", topic(1, Map.of("cleanup.policy", "delete")));

        assertThat(faults())
                .containsExactly(
                        "problem  Kafka topic trades: cleanup.policy is compact,delete, so trades"
                                + " with equal keys are deleted: set cleanup.policy=delete",
                        "warning  Kafka topic trades: retention.ms keeps trades for 1 d, but the"
                                + " longest klines last 7 d: raise it, or a replay cannot make those"
                                + " klines whole (docs/replay.md)",
                        "warning  Kafka topic trades: retention.bytes deletes trades beyond 1000"
                                + " bytes a partition: make sure that they last longer than the"
                                + " longest klines",
                        "problem  Kafka topic smart-money-wallets: cleanup.policy is delete, so"
                                + " entries of the list are deleted by age: set"
                                + " cleanup.policy=compact");
    }

    @Test
    void aUserWithoutRightsToTransactionsAndTheGroup() throws IOException {
        group = Right.DENIED;
        transactions = Right.DENIED;

        assertThat(faults())
                .containsExactly(
                        "problem  Kafka group dex-klines: the user may not commit its offsets:"
                                + " grant READ on the group",
                        "problem  Kafka transactional ids dex-klines…: the user has no right to"
                                + " them: grant WRITE and DESCRIBE on the prefix");
    }

    @Test
    void transactionsThatMayLastTooLong() throws IOException {
        keys.add("kafka.transaction-timeout=20 min");

        assertThat(faults())
                .containsExactly(
                        "problem  Kafka transaction.max.timeout.ms: kafka.transaction-timeout is"
                                + " 20 min, but the brokers allow 15 min: raise"
                                + " transaction.max.timeout.ms, or lower"
                                + " kafka.transaction-timeout");

        limitMs = OptionalLong.empty();
        assertThat(faults())
                .containsExactly(
                        "warning  Kafka transaction.max.timeout.ms: kafka.transaction-timeout is"
                                + " 20 min, but the user may not read the brokers' limit, which is"
                                + " 15 min by default: look at the limit, or the job may be refused");
    }

    @Test
    void whatTheUserMayNotReadIsSaid() throws IOException {
        limitMs = OptionalLong.empty();
        topics.put(
                "trades",
                new Topic(Topic.State.EXISTS, 4, 0, Set.of(AclOperation.READ), Optional.empty()));

        assertThat(faults())
                .containsExactly(
                        "warning  Kafka retention: not checked, because the user may not read the"
                                + " configuration of trades: grant DESCRIBE_CONFIGS on them for this"
                                + " check, or look yourself: trades are kept longer than the longest"
                                + " klines, lists are compacted");
    }

    @Test
    void anEarlierJobHasCommitted() throws IOException {
        hasCommitted = true;

        assertThat(faults())
                .containsExactly(
                        "warning  Kafka group dex-klines: an earlier job has committed offsets, so a"
                                + " job without its state is refused: resume that state with `flink"
                                + " run -s`, or set kafka.start-offset (docs/replay.md)");

        keys.add("kafka.start-offset=first");
        assertThat(faults()).isEmpty();
    }

    @Test
    void brokersThatAdvertiseAnAddressOfAnotherNetwork() throws IOException {
        unreachable = List.of("kafka:9092");
        topics.clear();

        assertThat(lines())
                .containsExactly(
                        "problem  Kafka: brokers are advertised at kafka:9092, which cannot be"
                                + " reached from here: correct their advertised.listeners, or open"
                                + " the way to them");
    }

    @Test
    void aJobWithoutSmartMoneyNeedsNoneOfItsTopics() throws IOException {
        keys.add("smart-money.enabled=false");
        keys.add("redis.uri=redis://redis:6379");
        topics.keySet().retainAll(Set.of("trades", "trades-excluded"));
        topics.put("klines-refused", topic(1, Map.of()));

        assertThat(faults()).isEmpty();
        assertThat(lines()).hasSize(7);
    }

    private static Topic topic(int partitions, Map<String, String> settings) {
        return new Topic(
                Topic.State.EXISTS,
                partitions,
                0,
                Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE),
                Optional.of(settings));
    }

    private List<String> faults() throws IOException {
        return lines().stream().filter(line -> !line.startsWith("ok ")).toList();
    }

    private List<String> lines() throws IOException {
        JobTarget job = JobTarget.of(Files.write(folder.resolve("job.properties"), keys));
        KafkaFacts facts =
                new KafkaFacts(
                        List.of("kafka:9092"),
                        unreachable,
                        topics,
                        group,
                        hasCommitted,
                        transactions,
                        limitMs);
        return KafkaChecks.findings(job, facts).stream().map(Finding::line).toList();
    }
}

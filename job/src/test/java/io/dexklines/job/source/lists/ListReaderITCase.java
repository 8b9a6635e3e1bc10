package io.dexklines.job.source.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.ListChange.Kind;
import io.dexklines.smartmoney.Wallet;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads the lists from a real broker. */
@Timeout(180)
class ListReaderITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Shorter than that of the job, for which the test of an outage waits. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(2);

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static KafkaProducer<String, String> producer;

    private final List<ListChange> changes = new ArrayList<>();
    private final Counter invalid = new SimpleCounter();
    private String wallets;
    private String follows;
    private ListReader reader;
    private ListsSplit split;
    private long asOfMs;

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        producer = producer(Map.of());
    }

    @AfterAll
    static void stopTheBroker() {
        producer.close(Duration.ZERO);
        kafka.close();
    }

    @BeforeEach
    void createTopics(TestInfo test) {
        wallets = test.getTestMethod().orElseThrow().getName() + "-wallets";
        follows = test.getTestMethod().orElseThrow().getName() + "-follows";
        kafka.createTopic(wallets, 3);
        kafka.createTopic(follows, 2);
    }

    @AfterEach
    void closeTheReader() {
        if (reader != null) {
            reader.close();
        }
    }

    @Test
    void theListsAreCompleteBeforeTheFirstReachedTime() {
        IntStream.range(0, 12_000).forEach(i -> list("1:0x" + i));
        send(follows, "1:0x7:alice", "{\"side\":\"any\"}");
        producer.flush();
        long publishedMs = System.currentTimeMillis();

        open(ListsSplit.BEGINNING);
        List<ListStep> loading = readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        assertThat(loading).hasSizeGreaterThan(2);
        assertThat(asOfMs).isGreaterThanOrEqualTo(publishedMs);
        assertThat(split.loaded()).isTrue();
        assertThat(split.walletsListed()).isEqualTo(12_000);
        assertThat(listed()).hasSize(12_000).contains("1:0x0", "1:0x11999");
        assertThat(changes)
                .contains(ListChange.followed(Follow.ofAll(new Wallet("1", "0x7"), "alice")));
    }

    @Test
    void theReachedTimeAdvancesWithoutChangesAndPastMarkers() {
        try (KafkaProducer<String, String> transactional =
                producer(Map.of("transactional.id", wallets))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(wallets, 0, "1:0xaborted", "{}"));
            transactional.abortTransaction();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(wallets, 0, "1:0xcommitted", "{}"));
            transactional.commitTransaction();
        }

        open(ListsSplit.BEGINNING);
        readUntil(step -> listed().contains("1:0xcommitted"));
        long readMs = System.currentTimeMillis();
        readUntil(step -> step.asOfMs() > readMs);

        assertThat(listed()).containsExactly("1:0xcommitted");
    }

    @Test
    void aRestartedReaderContinuesAtItsPosition() {
        list("1:0xa");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
        closeTheReader();
        send(wallets, "1:0xa", null);
        send(follows, "1:0xa:alice", null);

        open(split);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        Wallet a = new Wallet("1", "0xa");
        assertThat(changes)
                .containsExactlyInAnyOrder(
                        ListChange.listed(a, ""),
                        ListChange.unlisted(a),
                        ListChange.unfollowed(a, "alice"));
    }

    @Test
    void anInvalidRecordIsCountedAndAffectsNoOther() {
        list("1:0xa");
        send(wallets, "nonsense", "{}");
        send(follows, "1:0xa:alice", "no JSON");
        list("1:0xb");

        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        assertThat(listed()).containsExactly("1:0xa", "1:0xb");
        assertThat(split.walletsListed()).isEqualTo(2);
        assertThat(invalid.getCount()).isEqualTo(2);
        assertThat(changes)
                .filteredOn(change -> change.kind() == Kind.REFUSED)
                .extracting(ListChange::label)
                .anyMatch(json -> json.contains("\"key\":\"nonsense\""))
                .anyMatch(json -> json.contains("\"reason\":\"the value is not JSON\""))
                .hasSize(2);
    }

    @Test
    void aMissingTopicIsNamed() {
        follows = "nobody-made-this";
        open(ListsSplit.BEGINNING);

        assertThatThrownBy(() -> readUntil(step -> false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no topic nobody-made-this")
                .hasMessageContaining("smart-money.enabled=false");
    }

    @Test
    void aTopicThatIsMissingAfterItWasReadIsWaitedFor() throws Exception {
        list("1:0xa");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
        closeTheReader();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.deleteTopics(List.of(wallets)).all().get(30, TimeUnit.SECONDS);
        }

        open(split);
        for (int round = 0; round < 3; round++) {
            assertThat(step()).isNull();
        }
        assertThat(asOfMs).isEqualTo(ListStep.NOT_YET);

        kafka.createTopic(wallets, 3);
        list("1:0xb");
        readUntil(step -> listed().contains("1:0xb"));
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
    }

    @Test
    void aRecordRebuildsTheFilterWithoutRemovedWallets() {
        list("1:0xstays");
        list("1:0xgoes");
        list("1:0xcomesback");
        send(wallets, "1:0xgoes", null);
        send(wallets, "1:0xcomesback", null);
        list("1:0xcomesback");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
        assertThat(rebuilt(1)).isEmpty();
        changes.clear();

        send(wallets, "rebuild", "{}");
        readUntil(step -> step.changes().contains(ListChange.rebuildEnds(1)));

        assertThat(changes.get(0)).isEqualTo(ListChange.rebuildBegins(1));
        assertThat(rebuilt(1)).containsExactly("1:0xcomesback", "1:0xstays");
        assertThat(split.rebuildDue()).isFalse();
        assertThat(split.generation()).isEqualTo(1);
        assertThat(split.walletsUnlisted()).isZero();
    }

    @Test
    void aRebuildThatARestartInterruptsStartsOver() {
        list("1:0xa");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
        send(wallets, "rebuild", "{}");
        readUntil(step -> step.changes().contains(ListChange.rebuildBegins(1)));
        closeTheReader();

        open(split);
        readUntil(step -> step.changes().contains(ListChange.rebuildEnds(2)));

        assertThat(changes).contains(ListChange.rebuildBegins(2));
        assertThat(rebuilt(2)).containsExactly("1:0xa");
    }

    @Test
    void manyRemovedWalletsRebuildTheFilter() {
        IntStream.range(0, 1_200).forEach(i -> list("1:0x" + i));
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        IntStream.range(0, 1_001).forEach(i -> send(wallets, "1:0x" + i, null));
        readUntil(step -> step.changes().contains(ListChange.rebuildEnds(1)));

        assertThat(rebuilt(1)).hasSize(199).contains("1:0x1001").doesNotContain("1:0x1000");
        assertThat(split.walletsListed()).isEqualTo(199);
    }

    @Test
    void newPartitionsAreRead() throws Exception {
        list("1:0xa");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);
        closeTheReader();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createPartitions(Map.of(wallets, NewPartitions.increaseTo(4)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        producer.send(new ProducerRecord<>(wallets, 3, "1:0xb", "{}")).get(30, TimeUnit.SECONDS);

        open(split);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        assertThat(listed()).containsExactly("1:0xa", "1:0xb");
    }

    @Test
    void theReachedTimeStopsDuringAnOutageAndContinuesAfterIt() {
        list("1:0xa");
        open(ListsSplit.BEGINNING);
        readUntil(step -> step.asOfMs() != ListStep.NOT_YET);

        kafka.kill();
        long lastMs = asOfMs;
        for (int round = 0; round < 3; round++) {
            step();
        }
        assertThat(asOfMs).isEqualTo(lastMs);
        kafka.restart();
        list("1:0xb");
        readUntil(step -> listed().contains("1:0xb"));
        long backMs = System.currentTimeMillis();
        readUntil(step -> step.asOfMs() > backMs);

        assertThat(listed()).containsExactly("1:0xa", "1:0xb");
    }

    private void open(ListsSplit from) {
        Properties access = new Properties();
        access.setProperty("bootstrap.servers", kafka.bootstrapServers());
        reader =
                new ListReader(
                        new ListClients.Topics(wallets, follows),
                        new ListClients(access, "test", ANSWER_TIMEOUT),
                        20,
                        Clock.systemUTC(),
                        new CountingGroup(invalid));
        split = from;
        asOfMs = ListStep.NOT_YET;
        reader.handleSplitsChanges(new SplitsAddition<>(List.of(from)));
    }

    /** Reads on, what was sent being there. */
    private List<ListStep> readUntil(Predicate<ListStep> condition) {
        producer.flush();
        List<ListStep> steps = new ArrayList<>();
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            ListStep step = step();
            if (step != null) {
                steps.add(step);
                if (condition.test(step)) {
                    return steps;
                }
            }
        }
        throw new AssertionError("not within " + PATIENCE + "; changes so far: " + changes.size());
    }

    /** One round; null when it brought nothing. */
    private ListStep step() {
        RecordsWithSplitIds<ListStep> records = reader.fetch();
        if (records.nextSplit() == null) {
            return null;
        }
        ListStep step = records.nextRecordFromSplit();
        changes.addAll(step.changes());
        split = step.after();
        asOfMs = Math.max(asOfMs, step.asOfMs());
        return step;
    }

    private TreeSet<String> listed() {
        return named(change -> change.kind() == Kind.LISTED);
    }

    private TreeSet<String> rebuilt(int generation) {
        return named(
                change ->
                        change.kind() == Kind.REBUILD_LISTED && change.generation() == generation);
    }

    private TreeSet<String> named(Predicate<ListChange> which) {
        return changes.stream()
                .filter(which)
                .map(change -> change.wallet().text())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void list(String wallet) {
        send(wallets, wallet, "{\"label\":\"\"}");
    }

    private void send(String topic, String key, String value) {
        producer.send(new ProducerRecord<>(topic, key, value));
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", kafka.bootstrapServers());
        properties.put("acks", "all");
        return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    /** Shows the counter of invalid records. */
    private static final class CountingGroup extends UnregisteredMetricsGroup {

        private final Counter invalid;

        CountingGroup(Counter invalid) {
            this.invalid = invalid;
        }

        @Override
        public Counter counter(String name) {
            return name.equals("listRecordsInvalid") ? invalid : super.counter(name);
        }
    }
}

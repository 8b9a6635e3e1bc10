package io.dexklines.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.pace.JumpingPace;
import io.dexklines.local.pace.Pace;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MarketFeedTest {

    private static final long START_MS = 1_767_571_200_000L;
    private static final MarketSettings SETTINGS = new MarketSettings(5, START_MS, 200, 400, 60);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final List<FlakyProducer> producers = new ArrayList<>();

    /** A producer whose first calls fail, as often as its fields say. */
    private static final class FlakyProducer extends MockProducer<byte[], byte[]> {
        private int timeoutsOfPartitions;
        private int timeoutsOfSends;
        private boolean fatal;
        private Runnable onSend = () -> {};

        FlakyProducer() {
            super(cluster(), true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        private static Cluster cluster() {
            Node node = new Node(0, "127.0.0.1", 9092);
            Node[] nodes = {node};
            List<PartitionInfo> partitions = new ArrayList<>();
            for (SimulatedChain chain : SimulatedChain.values()) {
                for (int i = 0; i < 4; i++) {
                    partitions.add(new PartitionInfo(chain.topic(), i, node, nodes, nodes));
                }
            }
            return new Cluster("c", List.of(node), Set.copyOf(partitions), Set.of(), Set.of());
        }

        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
            if (timeoutsOfPartitions-- > 0) {
                throw new TimeoutException("Topic not present in metadata");
            }
            return super.partitionsFor(topic);
        }

        @Override
        public synchronized Future<RecordMetadata> send(
                ProducerRecord<byte[], byte[]> one, Callback callback) {
            onSend.run();
            if (fatal) {
                throw new KafkaException("the producer is in an error state");
            }
            if (timeoutsOfSends-- > 0) {
                TimeoutException failure = new TimeoutException("Failed to allocate memory");
                callback.onCompletion(null, failure);
                return java.util.concurrent.CompletableFuture.failedFuture(failure);
            }
            return super.send(one, callback);
        }
    }

    private MarketFeed feed(Pace pace, FlakyProducer... inTurn) {
        return new MarketFeed(
                new Market(SETTINGS),
                () -> {
                    FlakyProducer next = inTurn[producers.size()];
                    producers.add(next);
                    return next;
                },
                pace,
                TEN_MINUTES,
                new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    private static List<SimulatedRecord> expected() {
        Market market = new Market(SETTINGS);
        List<SimulatedRecord> records = new ArrayList<>();
        for (Optional<SimulatedRecord> next = market.next();
                next.isPresent();
                next = market.next()) {
            records.add(next.get());
        }
        return records;
    }

    private static void assertAllSent(List<ProducerRecord<byte[], byte[]>> sent) {
        List<SimulatedRecord> expected = expected();
        assertThat(sent).hasSameSizeAs(expected);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(sent.get(i).topic()).isEqualTo(expected.get(i).topic());
            assertThat(sent.get(i).value()).isEqualTo(expected.get(i).value());
        }
    }

    @Test
    void theWholeMarketIsSentInOrderWithoutKeysToAllPartitions() {
        FlakyProducer producer = new FlakyProducer();
        MarketFeed feed = feed(new JumpingPace(START_MS), producer);

        feed.run();

        assertAllSent(producer.history());
        assertThat(producer.history()).allSatisfy(one -> assertThat(one.key()).isNull());
        assertThat(
                        producer.history().stream()
                                .filter(one -> one.topic().equals("sol-trades"))
                                .map(ProducerRecord::partition)
                                .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(feed.acknowledgedRecords()).isEqualTo(producer.history().size());
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void noRecordIsSentBeforeItsTime() {
        Pace pace = new JumpingPace(START_MS);
        FlakyProducer producer = new FlakyProducer();
        List<Long> times = new ArrayList<>();
        producer.onSend = () -> times.add(pace.nowMs());

        feed(pace, producer).run();

        assertThat(times).isEqualTo(expected().stream().map(SimulatedRecord::sendTimeMs).toList());
    }

    @Test
    void anOutageOfTheBrokerLosesNothing() {
        FlakyProducer producer = new FlakyProducer();
        producer.timeoutsOfPartitions = 3;
        producer.timeoutsOfSends = 20;

        feed(new JumpingPace(START_MS), producer).run();

        assertAllSent(producer.history());
        assertThat(log.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("waiting for the broker")
                .containsOnlyOnce("the broker is reachable again");
    }

    @Test
    void aProducerThatFailedIsReplaced() {
        FlakyProducer broken = new FlakyProducer();
        broken.fatal = true;
        FlakyProducer sound = new FlakyProducer();

        feed(new JumpingPace(START_MS), broken, sound).run();

        assertAllSent(sound.history());
        assertThat(broken.closed()).isTrue();
    }

    @Test
    void afterASuspendTheFeedSkipsToThePresent() {
        long wokenMs = START_MS + 3_600_000;
        FlakyProducer producer = new FlakyProducer();

        feed(new JumpingPace(wokenMs), producer).run();

        List<ProducerRecord<byte[], byte[]>> sent = producer.history();
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("3599 s behind: skipping to the present");
        assertThat(new String(sent.get(0).value(), StandardCharsets.UTF_8))
                .contains("\"create_time\":\"2026-01-05T00:00:");
        assertThat(new String(sent.get(1).value(), StandardCharsets.UTF_8))
                .contains("\"create_time\":\"2026-01-05T01:00:");
    }

    @Test
    void stopEndsTheFeedBeforeTheMarketEnds() {
        FlakyProducer producer = new FlakyProducer();
        MarketFeed feed = feed(new JumpingPace(START_MS), producer);
        int[] sends = {0};
        producer.onSend =
                () -> {
                    if (++sends[0] == 10) {
                        feed.stop();
                    }
                };

        feed.run();

        assertThat(producer.history()).hasSize(10);
        assertThat(producer.closed()).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aLineOfStatisticsIsPrintedEveryTenSeconds() {
        feed(new JumpingPace(START_MS), new FlakyProducer()).run();

        List<String> lines = log.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines.get(0)).startsWith("2026-01-05T00:00:10.").contains(" trades (");
        assertThat(lines.get(lines.size() - 1)).startsWith("total: ");
    }

    @Test
    void aWrongArgumentIsAUsageError() {
        CommandLine simulator = new CommandLine(new Simulator());
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        simulator.setErr(new java.io.PrintWriter(err, true, StandardCharsets.UTF_8));

        int exit = simulator.execute("--bootstrap-servers", "127.0.0.1:9092", "--pairs", "3");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("at least 20 pairs are needed, not 3");
    }
}

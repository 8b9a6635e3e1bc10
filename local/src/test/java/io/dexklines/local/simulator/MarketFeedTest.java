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

        /** How many records had been sent at each flush. */
        private final List<Integer> flushes = new ArrayList<>();

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
        public synchronized void flush() {
            flushes.add(history().size());
            super.flush();
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
        return feed(SETTINGS, pace, inTurn);
    }

    private MarketFeed feed(MarketSettings settings, Pace pace, FlakyProducer... inTurn) {
        return new MarketFeed(
                new Market(settings),
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
        return expected(SETTINGS);
    }

    private static List<SimulatedRecord> expected(MarketSettings settings) {
        Market market = new Market(settings);
        List<SimulatedRecord> records = new ArrayList<>();
        for (Optional<SimulatedRecord> next = market.next();
                next.isPresent();
                next = market.next()) {
            records.add(next.get());
        }
        return records;
    }

    private static void assertAllSent(List<ProducerRecord<byte[], byte[]>> sent) {
        assertAllSent(sent, expected());
    }

    private static void assertAllSent(
            List<ProducerRecord<byte[], byte[]>> sent, List<SimulatedRecord> expected) {
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
    void thePastIsSentAtOnceAndEachSliceIsAcknowledgedBeforeTheNext() {
        MarketSettings settings = SETTINGS.withPast(Duration.ofHours(1), 5_000);
        Pace pace = new JumpingPace(START_MS);
        FlakyProducer producer = new FlakyProducer();
        List<Long> times = new ArrayList<>();
        producer.onSend = () -> times.add(pace.nowMs());

        feed(settings, pace, producer).run();

        List<SimulatedRecord> expected = expected(settings);
        assertAllSent(producer.history(), expected);
        int past = (int) expected.stream().filter(one -> one.sendTimeMs() < START_MS).count();
        assertThat(times.subList(0, past)).containsOnly(START_MS);
        assertThat(times.subList(past, times.size()))
                .isEqualTo(
                        expected.subList(past, expected.size()).stream()
                                .map(SimulatedRecord::sendTimeMs)
                                .toList());
        // before each further slice of five minutes, at the end of the past and at the very end
        assertThat(producer.flushes).hasSize(11 + 1 + 1).endsWith(past, expected.size());
        int from = 0;
        for (int slice = 0; slice < 12; slice++) {
            int to = producer.flushes.get(slice);
            assertThat(producer.history().subList(from, to))
                    .extracting(ProducerRecord::partition)
                    .isNotEmpty()
                    .containsOnly((int) ((START_MS / 300_000 - 12 + slice) % 4));
            from = to;
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("the past is published: ")
                .doesNotContain("skipping");
    }

    @Test
    void aFeedThatCatchesUpSendsTheTradesOfOneSecondAtATime() {
        FlakyProducer producer = new FlakyProducer();

        feed(new JumpingPace(START_MS + 60_000), producer).run();

        List<SimulatedRecord> expected = expected();
        assertAllSent(producer.history());
        List<Integer> steps = new ArrayList<>();
        for (int i = 1; i < expected.size(); i++) {
            if (expected.get(i).sendTimeMs() / 1_000 != expected.get(i - 1).sendTimeMs() / 1_000) {
                steps.add(i);
            }
        }
        steps.add(expected.size());
        assertThat(producer.flushes).isEqualTo(steps);
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

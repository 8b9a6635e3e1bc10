package io.dexklines.local.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Tests what the simulator publishes to a real broker. */
class SimulatorITCase {

    private static final String TOPIC = "sol-trades";
    private static final int PARTITIONS = 4;
    private static final long HISTORY_S = 3_600;

    /** How much older than others a trade may be that is delayed and delivered twice, seconds. */
    private static final long LATEST_S = 9;

    private static final Pattern BLOCK_TIME = Pattern.compile("\"block_time\":(\\d+),\"trans");

    @TempDir Path folder;

    /** A record with trades, and when the broker appended it. */
    private record Appended(long atMs, int partition, long offset, long blockTimeS) {}

    @Test
    void theHistoryIsAppendedInOrderOverAllPartitionsAndOnlyOnce() {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
            kafka.createTopics(
                    Stream.of(TOPIC, "bsc-trades", "evm-trades-v4")
                            .map(SimulatorITCase::stampedByTheBroker)
                            .toList());

            long startS = nowS();
            publish(kafka);

            List<Appended> records = records(kafka);
            assertThat(records.get(0).blockTimeS())
                    .isBetween(startS - HISTORY_S, startS - HISTORY_S + 60);
            Map<Integer, Integer> ofPartition = new TreeMap<>();
            records.forEach(record -> ofPartition.merge(record.partition(), 1, Integer::sum));
            assertThat(ofPartition.keySet()).containsExactly(0, 1, 2, 3);
            assertThat(ofPartition.values()).allMatch(some -> some > records.size() / 6);
            assertInOrder(records);

            long againS = nowS();
            publish(kafka);

            List<Appended> both = records(kafka);
            assertThat(both.subList(0, records.size())).isEqualTo(records);
            assertThat(both.subList(records.size(), both.size()))
                    .isNotEmpty()
                    .allMatch(record -> record.blockTimeS() >= againS);
        }
    }

    /** No record is older than those that the broker appended before it, to any partition. */
    private static void assertInOrder(List<Appended> records) {
        long latestS = 0;
        long latestBeforeS = 0;
        long atMs = 0;
        for (Appended record : records) {
            if (record.atMs() > atMs) {
                // records of one millisecond have no order among each other
                latestBeforeS = latestS;
                atMs = record.atMs();
            }
            assertThat(record.blockTimeS())
                    .as("%s", record)
                    .isGreaterThanOrEqualTo(latestBeforeS - LATEST_S);
            latestS = Math.max(latestS, record.blockTimeS());
        }
    }

    private static long nowS() {
        return System.currentTimeMillis() / 1000;
    }

    private static NewTopic stampedByTheBroker(String name) {
        return new NewTopic(name, PARTITIONS, (short) 1)
                .configs(Map.of("message.timestamp.type", "LogAppendTime"));
    }

    private static void publish(EmbeddedKafka kafka) {
        CommandLine simulator = new CommandLine(new Simulator());
        assertThat(
                        simulator.execute(
                                "--bootstrap-servers=" + kafka.bootstrapServers(),
                                "--history=1",
                                "--rate=5",
                                "--blocks=10"))
                .isZero();
    }

    /** Returns the records with trades, in the order in which the broker appended them. */
    private static List<Appended> records(EmbeddedKafka kafka) {
        List<TopicPartition> partitions =
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                        .toList();
        List<Appended> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        kafka.brokers().client(Map.of()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (ConsumerRecord<byte[], byte[]> each : consumer.poll(Duration.ofSeconds(1))) {
                    Matcher blockTime =
                            BLOCK_TIME.matcher(new String(each.value(), StandardCharsets.US_ASCII));
                    if (blockTime.find()) {
                        records.add(
                                new Appended(
                                        each.timestamp(),
                                        each.partition(),
                                        each.offset(),
                                        Long.parseLong(blockTime.group(1))));
                    }
                }
            }
        }
        records.sort(
                Comparator.comparingLong(Appended::atMs)
                        .thenComparingInt(Appended::partition)
                        .thenComparingLong(Appended::offset));
        return records;
    }
}

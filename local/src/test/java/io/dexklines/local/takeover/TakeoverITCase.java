package io.dexklines.local.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.stack.EmbeddedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Reads and sets the offsets of groups on a real broker. Each topic has one trade an hour on two
 * partitions in turn, from the first of a month on.
 */
@Timeout(180)
class TakeoverITCase {

    private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");

    /** In the middle of klines of every interval; the last trade was 30 minutes ago. */
    private static final Instant NOW = Instant.parse("2024-01-17T15:30:30Z");

    private static final String OLD = "dex-dataflow";
    private static final int HOURS = 16 * 24 + 16;

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static Admin admin;
    private static int topics;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String topic;
    private String job;
    private Path config;

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
        admin = Admin.create(kafka.brokers().client(Map.of()));
    }

    @AfterAll
    static void stopTheBroker() {
        admin.close(Duration.ZERO);
        kafka.close();
    }

    @BeforeEach
    void publishTrades() throws Exception {
        topics++;
        topic = "trades-" + topics;
        job = "job-" + topics;
        config =
                Files.writeString(
                        folder.resolve(topic + ".properties"),
                        """
                        kafka.bootstrap-servers=%s
                        kafka.group-id=%s
                        ingest.topics=%s=56
                        klines.intervals=1h 1d 1w 1M
                        """
                                .formatted(kafka.bootstrapServers(), job, topic));
        kafka.createTopics(
                List.of(new NewTopic(topic, 2, (short) 1).configs(Map.of("retention.ms", "-1"))));
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        kafka.brokers()
                                // each record is a batch, of which records can be removed
                                .client(Map.of(ProducerConfig.BATCH_SIZE_CONFIG, 0)),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (int hour = 0; hour < HOURS; hour++) {
                long timeMs = FIRST.plus(Duration.ofHours(hour)).toEpochMilli();
                String trade = "[{\"block_time\":%d}]".formatted(timeMs / 1000 - 1);
                producer.send(
                        new ProducerRecord<>(
                                topic,
                                hour % 2,
                                timeMs,
                                null,
                                trade.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    @Test
    void theJobBeginsBeforeEveryKlineUnderWay() throws Exception {
        commit(OLD, 200, 198);

        assertThat(takeover("--group", OLD)).isZero();

        // the trade at offset 198 of partition 1 is that of the hour 397, dated a second earlier
        assertThat(out.toString().lines())
                .containsExactly(
                        "# The start of a job that takes over from the consumer group dex-dataflow",
                        "# The switch: 2024-01-17T15:30:30Z",
                        "# The group has not read everything. Its oldest trade that is left:"
                                + " 2024-01-17T12:59:59Z",
                        "#",
                        "# partition                      group's next     unread    the job reads",
                        "# %-28s            200          0           from 0"
                                .formatted(topic + "-0"),
                        "# %-28s            198          2           from 0"
                                .formatted(topic + "-1"),
                        "#",
                        "# interval  under way since       the job's first kline",
                        "# 1h        2024-01-17T12:00:00Z  2024-01-01T00:00:00Z",
                        "# 1d        2024-01-17T00:00:00Z  2024-01-01T00:00:00Z",
                        "# 1w        2024-01-15T00:00:00Z  2024-01-01T00:00:00Z",
                        "# 1M        2024-01-01T00:00:00Z  2024-01-01T00:00:00Z",
                        "#",
                        "# Each interval begins with the kline above; earlier trades are excluded"
                                + " as late.",
                        "kafka.start-offset=2024-01-01T00:00:00Z");
        assertThat(committed(OLD)).isEqualTo(Map.of(0, 200L, 1, 198L));
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anIntervalThatTheTopicsNoLongerHoldBeginsWithItsNextWholeKline() throws Exception {
        commit(OLD, 150, 200);
        // of partition 0 the records before 2024-01-14 are gone
        admin.deleteRecords(Map.of(partition(0), RecordsToDelete.beforeOffset(156))).all().get();

        assertThat(takeover("--group", OLD, "--at", "2024-01-17T15:30:00Z")).isZero();

        assertThat(out.toString().lines())
                .contains(
                        "# %-28s            150         50         from 157"
                                .formatted(topic + "-0"),
                        "#   retention has removed 6 of the unread records: they are in no kline",
                        "# 1h        2024-01-13T23:00:00Z  2024-01-14T01:00:00Z, its first whole"
                                + " one: the topics hold all trades only from 2024-01-14T00:01:00.001Z",
                        "# 1d        2024-01-13T00:00:00Z  2024-01-15T00:00:00Z, its first whole"
                                + " one: the topics hold all trades only from 2024-01-14T00:01:00.001Z")
                .last()
                .isEqualTo("kafka.start-offset=2024-01-14T01:00:00Z");
    }

    @Test
    void aSwitchToComeDoesNotDependOnWhereTheGroupIsNow() throws Exception {
        commit(OLD, 0, 0);

        assertThat(takeover("--group", OLD, "--at", "2024-02-05T00:00:00Z")).isZero();

        assertThat(out.toString().lines())
                .contains(
                        "# %-28s              0        200         from 200"
                                .formatted(topic + "-0"))
                .last()
                .isEqualTo("kafka.start-offset=2024-02-01T00:00:00Z");
    }

    @Test
    void theOldGroupGoesOnWhereTheJobStopped() throws Exception {
        commit(job, 120, 119);
        commit(OLD, 100, 130);

        assertThat(takeover("--group", OLD, "--back")).isZero();

        List<String> expected = List.of(topic + ",0,120", topic + ",1,119");
        assertThat(out.toString().lines()).containsExactlyElementsOf(expected);
        assertThat(err.toString())
                .isEqualTo(
                        "klines: %s-1: the group is at 130, later than the job: it would count 11 records again%n"
                                .formatted(topic));
        assertThat(committed(OLD)).isEqualTo(Map.of(0, 100L, 1, 130L));

        try (KafkaConsumer<byte[], byte[]> member = oldConsumer()) {
            read(member, 1);
            assertThat(takeover("--group", OLD, "--back", "--set")).isEqualTo(1);
        }
        assertThat(err.toString())
                .contains("klines: the group dex-dataflow has 1 members, which would go on");
        assertThat(takeover("--group", OLD, "--back", "--set")).isZero();

        assertThat(committed(OLD)).isEqualTo(Map.of(0, 120L, 1, 119L));
        try (KafkaConsumer<byte[], byte[]> consumer = oldConsumer()) {
            Map<Integer, Long> first = new HashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : read(consumer, 161)) {
                first.putIfAbsent(record.partition(), record.offset());
            }
            assertThat(first).isEqualTo(Map.of(0, 120L, 1, 119L));
        }
    }

    @Test
    void whatCannotBeIsSaid() throws Exception {
        assertThat(takeover("--group", "nobody")).isEqualTo(1);
        assertThat(takeover("--group", OLD + "-x", "--back")).isEqualTo(1);
        assertThat(takeover("--group", job)).isEqualTo(2);
        assertThat(takeover("--group", OLD, "--set")).isEqualTo(2);
        assertThat(takeover("--group", OLD, "--at", "noon")).isEqualTo(2);
        Files.writeString(config, Files.readString(config).replace(topic + "=", "missing="));
        assertThat(takeover("--group", OLD)).isEqualTo(1);

        assertThat(err.toString().lines().filter(line -> line.startsWith("klines: ")))
                .containsExactly(
                        "klines: the group nobody has no committed offsets on %s: are the name of the group and the topics right?"
                                .formatted(topic),
                        "klines: the group %s has no committed offsets on %s: are the name of the group and the topics right?"
                                .formatted(job, topic),
                        "klines: --group: the job's kafka.group-id is %s too: give the job a group of its own"
                                .formatted(job),
                        "klines: --set needs --back",
                        "klines: --at: 'noon' is not an instant such as 2026-01-05T12:00:00Z",
                        "klines: a topic of ingest.topics does not exist: correct the job's"
                                + " configuration");
        assertThat(out.toString()).isEmpty();
    }

    private int takeover(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--config", config.toString()));
        all.addAll(List.of(arguments));
        return CommandErrors.install(
                        new CommandLine(new TakeoverCommand(Clock.fixed(NOW, ZoneOffset.UTC))))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(new String[0]));
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private void commit(String group, long first, long second) throws Exception {
        admin.alterConsumerGroupOffsets(
                        group,
                        Map.of(
                                partition(0), new OffsetAndMetadata(first),
                                partition(1), new OffsetAndMetadata(second)))
                .all()
                .get();
    }

    private Map<Integer, Long> committed(String group) throws Exception {
        Map<Integer, Long> offsets = new HashMap<>();
        admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get()
                .forEach(
                        (partition, offset) -> {
                            if (partition.topic().equals(topic)) {
                                offsets.put(partition.partition(), offset.offset());
                            }
                        });
        return offsets;
    }

    private KafkaConsumer<byte[], byte[]> oldConsumer() {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        kafka.brokers()
                                .client(
                                        Map.of(
                                                ConsumerConfig.GROUP_ID_CONFIG,
                                                OLD,
                                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                                false)),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(
            KafkaConsumer<byte[], byte[]> consumer, int number) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        while (records.size() < number) {
            consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
        }
        return records;
    }
}

package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

class EmbeddedServersITCase {

    @TempDir Path folder;

    @Test
    void aBrokerKeepsRecordsAndTransactionsAfterAKillAndLeavesNoProcess() throws Exception {
        long pid;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
            kafka.createTopic("trades", 2);
            kafka.createTopic("trades", 2);
            publishInTransaction(kafka, "one");
            kafka.kill();

            kafka.restart();
            publishInTransaction(kafka, "two");

            assertThat(committed(kafka)).containsExactly("one", "two");
            try (Admin admin =
                    Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                assertThat(admin.listTopics().names().get()).containsExactly("trades");
            }
            pid = kafka.pid();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
        assertThat(folder.resolve("kafka.pid")).doesNotExist();
    }

    @Test
    void aDatabaseKeepsRowsAfterAKillAndLeavesNoProcess() throws Exception {
        long pid;
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder, 0)) {
            try (Connection connection = mariaDb.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE kline (pair VARCHAR(9) PRIMARY KEY, close DOUBLE)");
                statement.execute("INSERT INTO kline VALUES ('56:0xa', 0.1)");
            }
            mariaDb.kill();

            mariaDb.restart();

            try (Connection connection = mariaDb.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT * FROM kline")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("56:0xa");
                assertThat(rows.getDouble(2)).isEqualTo(0.1);
            }
            assertThat(Files.readString(mariaDb.passwordFile())).isEqualTo(mariaDb.password());
            assertThat(
                            PosixFilePermissions.toString(
                                    Files.getPosixFilePermissions(mariaDb.passwordFile())))
                    .isEqualTo("rw-------");
            pid = mariaDb.pid();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void aCacheKeepsKeysAfterAKillAndLeavesNoProcess() {
        long pid;
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
            try (Jedis jedis = new Jedis(redis.uri())) {
                jedis.zadd("kline:56:0xa:1m", 60, "member");
            }
            redis.kill();

            redis.restart();

            try (Jedis jedis = new Jedis(redis.uri())) {
                assertThat(jedis.zrange("kline:56:0xa:1m", 0, -1)).containsExactly("member");
            }
            pid = redis.pid();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void aSuspendedServerAnswersOnceItIsResumed() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0);
                Jedis jedis = new Jedis(URI.create(redis.uri()), 500)) {
            redis.suspend();
            assertThatThrownBy(jedis::ping).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(redis.isAlive()).isTrue();

            redis.resume();
            assertThat(redis.answers()).isTrue();
        }
    }

    @Test
    void aServerEndsWithItsParentJvmEvenIfThatIsKilled() throws Exception {
        Process parent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                StartsRedis.class.getName(),
                                folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        ProcessHandle redis;
        try (var out = parent.inputReader()) {
            redis = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            assertThat(redis.isAlive()).isTrue();

            parent.destroyForcibly();
        }

        assertThat(redis.onExit()).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void anOrphanIsKilledByTheNextStartInItsFolder() throws Exception {
        Process orphan = new ProcessBuilder("sleep", "600").start();
        RecordedProcess.write(folder.resolve("redis.pid"), orphan.toHandle());

        EmbeddedRedis.start(folder, 0).close();

        assertThat(orphan.isAlive()).isFalse();
    }

    /** Starts a server, prints its process id and waits to be killed. */
    static final class StartsRedis {
        public static void main(String[] args) throws InterruptedException {
            System.out.println(EmbeddedRedis.start(Path.of(args[0]), 0).pid());
            Thread.currentThread().join();
        }
    }

    private static void publishInTransaction(EmbeddedKafka kafka, String value) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "transactional.id",
                                "test"),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("trades", 0, null, value));
            producer.commitTransaction();
        }
    }

    private static List<String> committed(EmbeddedKafka kafka) {
        TopicPartition partition = new TopicPartition("trades", 0);
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "isolation.level",
                                "read_committed",
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                false),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            List<String> values = new java.util.ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }
}

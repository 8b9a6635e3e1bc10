package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.local.command.ExitStatus;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.local.stack.JobTopics;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/**
 * A job's configuration and real servers with which it is right, and then one fault after another.
 */
class DoctorITCase {

    private static final String TOKEN = "the publishers' token";
    private static final String USER = "User:klines";

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static EmbeddedMariaDb mysql;
    private static EmbeddedRedis redis;
    private static RelayServer relay;

    private final Map<String, String> keys = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        CompletableFuture<EmbeddedKafka> kafkaStart =
                CompletableFuture.supplyAsync(
                        () -> EmbeddedKafka.startGuarded(folder.resolve("kafka"), 0));
        CompletableFuture<EmbeddedRedis> redisStart =
                CompletableFuture.supplyAsync(
                        () -> EmbeddedRedis.start(folder.resolve("redis"), 0));
        mysql = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
        mysql.migrate();
        relay = RelayServer.start(RelaySettings.builder(TOKEN).port(0).eventLoops(1).build());
        redis = redisStart.join();
        kafka = kafkaStart.join();
        kafka.createTopics(JobTopics.all());
        try (Admin admin = Admin.create(kafka.brokers().client(Map.of()))) {
            admin.createAcls(
                            List.of(
                                    mayReadSettings(ResourceType.TOPIC, "*"),
                                    mayReadSettings(ResourceType.CLUSTER, "kafka-cluster")))
                    .all()
                    .get();
        }
        Path job = write(configuration());
        // a broker learns of rights after it has confirmed them
        await().until(() -> canReadSettings(KafkaProbe.read(JobTarget.of(job))));
    }

    private static boolean canReadSettings(KafkaFacts facts) {
        return facts.maxTransactionTimeoutMs().isPresent()
                && facts.topics().values().stream().allMatch(each -> each.settings().isPresent());
    }

    private static AclBinding mayReadSettings(ResourceType type, String name) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry(
                        USER, "*", AclOperation.DESCRIBE_CONFIGS, AclPermissionType.ALLOW));
    }

    @AfterAll
    static void stop() {
        relay.close();
        redis.close();
        mysql.close();
        kafka.close();
    }

    @BeforeEach
    void configure() throws IOException {
        keys.putAll(configuration());
    }

    private static Map<String, String> configuration() throws IOException {
        Map<String, String> keys = new TreeMap<>();
        keys.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        keys.put("kafka.security-protocol", "SASL_PLAINTEXT");
        keys.put("kafka.username", "klines");
        keys.put("kafka.password", "file:" + folder.resolve("kafka/klines-password"));
        // the brokers of tests keep records for one day
        keys.put("klines.intervals", "1m 1d");
        keys.put("mysql.url", mysql.jdbcUrl());
        keys.put("mysql.username", mysql.job().user());
        keys.put("mysql.password", mysql.job().passwordReference());
        keys.put("redis.uri", redis.uri());
        keys.put("redis.username", redis.job().user());
        keys.put("redis.password", redis.job().passwordReference());
        keys.put("relay.urls", "ws://127.0.0.1:%d/publish".formatted(relay.adminPort()));
        keys.put("relay.token", "file:" + Files.writeString(folder.resolve("token"), TOKEN));
        return keys;
    }

    @Test
    void aConfigurationWithWhichTheJobCanStart() throws Exception {
        Diagnosis diagnosis = examine();

        assertThat(faults(diagnosis)).isEmpty();
        assertThat(diagnosis.lines())
                .contains(
                        "ok       Kafka: 1 broker at %s, logged in as klines"
                                .formatted(kafka.bootstrapServers()),
                        "ok       Kafka topic sol-trades: 4 partitions, the user may read it",
                        "ok       Kafka topic trades-excluded: 1 partition, the user may write it",
                        "ok       Kafka transaction.max.timeout.ms: kafka.transaction-timeout is"
                                + " 15 min, and the brokers allow 15 min",
                        "ok       MySQL %s: the tables have version 6".formatted(mysqlServer()),
                        "ok       MySQL %s: klines may read and write the tables"
                                .formatted(mysqlServer()),
                        "ok       Redis %s: klines may write kline:* and run scripts"
                                .formatted(redisServer()),
                        "ok       relay 127.0.0.1:%d: up, and accepts the token"
                                .formatted(relay.adminPort()))
                .last()
                .asString()
                .startsWith("VERDICT ready ")
                .endsWith(" warnings=0 problems=0");
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.OK);
    }

    @Test
    void topicsThatDoNotExistAndTransactionsThatLastTooLong() throws Exception {
        keys.put("ingest.topics", "sol-trades=100000;absent=1");
        keys.put("excluded.topic", "absent-too");
        keys.put("kafka.transaction-timeout", "20 min");

        Diagnosis diagnosis = examine();

        assertThat(faults(diagnosis))
                .containsExactly(
                        "problem  Kafka topic absent: does not exist: create it, as"
                                + " compose/create-topics.sh does",
                        "problem  Kafka topic absent-too: does not exist: create it, as"
                                + " compose/create-topics.sh does",
                        "problem  Kafka transaction.max.timeout.ms: kafka.transaction-timeout is"
                                + " 20 min, but the brokers allow 15 min: raise"
                                + " transaction.max.timeout.ms, or lower kafka.transaction-timeout");
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.NO);
    }

    @Test
    void usersWithoutTheJobsRights() throws Exception {
        keys.put("kafka.username", "relay");
        keys.put("kafka.password", "file:" + folder.resolve("kafka/relay-password"));
        keys.put("mysql.username", mysql.relay().user());
        keys.put("mysql.password", mysql.relay().passwordReference());
        keys.put("redis.username", redis.relay().user());
        keys.put("redis.password", redis.relay().passwordReference());
        keys.put("ingest.topics", "sol-trades=100000");

        Diagnosis diagnosis = examine();

        assertThat(faults(diagnosis))
                .contains(
                        "problem  Kafka topic sol-trades: the user has no right to it: grant READ on"
                                + " it",
                        "problem  Kafka topic trades-excluded: the user has no right to it: grant"
                                + " WRITE on it",
                        "problem  Kafka group dex-klines: the user may not commit its offsets: grant"
                                + " READ on the group",
                        "problem  Kafka transactional ids dex-klines…: the user has no right to"
                                + " them: grant WRITE and DESCRIBE on the prefix",
                        "problem  MySQL %s: relay lacks INSERT, UPDATE on kline; INSERT, UPDATE on pair; INSERT, UPDATE on sink_progress; INSERT, UPDATE on smart_money_notification; INSERT, UPDATE on smart_money_trade: grant SELECT, INSERT, UPDATE on the database (sql/mysql/README.md)"
                                .formatted(mysqlServer()),
                        "problem  Redis %s: relay may not write kline:*: ACL SETUSER relay ~kline:* +@read +@write +@scripting +@connection -@dangerous"
                                .formatted(redisServer()));
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.NO);
    }

    @Test
    void passwordsThatAreWrong() throws Exception {
        String wrong = "file:" + Files.writeString(folder.resolve("wrong"), "not-the-password");
        keys.put("kafka.password", wrong);
        keys.put("mysql.password", wrong);
        keys.put("redis.password", wrong);
        keys.put("relay.token", wrong);

        Diagnosis diagnosis = examine();

        assertThat(faults(diagnosis)).hasSize(4);
        assertThat(faults(diagnosis).subList(0, 3))
                .allMatch(line -> line.contains(": the login is refused: "));
        assertThat(faults(diagnosis).get(3))
                .isEqualTo(
                        "problem  relay 127.0.0.1:%d: it refuses the token: give relay.token the value of the relay's --publisher-token"
                                .formatted(relay.adminPort()));
        assertThat(String.join("\n", diagnosis.lines())).doesNotContain("not-the-password");
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.NO);
    }

    @Test
    void aSecretThatIsMissingHidesNothingElse() throws Exception {
        keys.put("kafka.password", "file:" + folder.resolve("no-such-file"));

        assertThat(faults(examine()))
                .containsExactly(
                        "problem  Kafka: no secret at file:%s: it is missing or empty in this process: correct the job's configuration"
                                .formatted(folder.resolve("no-such-file")));
    }

    @Test
    void aServerThatCannotBeReachedHidesNothingElse() throws Exception {
        keys.put("redis.uri", "redis://127.0.0.1:" + Ports.free());
        keys.put("relay.urls", "ws://127.0.0.1:%d/publish".formatted(Ports.free()));

        Diagnosis diagnosis = examine();

        assertThat(faults(diagnosis)).hasSize(2);
        assertThat(faults(diagnosis).get(0))
                .startsWith("problem  Redis: ")
                .endsWith(": is it running, and is redis.uri right?");
        assertThat(faults(diagnosis).get(1))
                .startsWith("problem  relay 127.0.0.1:")
                .endsWith(": is it running, and is the address right?");
        assertThat(diagnosis.lines())
                .contains("ok       MySQL %s: the tables have version 6".formatted(mysqlServer()));
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.SERVER);
    }

    @Test
    void noServerCanBeReached() throws Exception {
        keys.put("kafka.bootstrap-servers", "127.0.0.1:" + Ports.free());
        keys.put("mysql.url", "jdbc:mysql://127.0.0.1:%d/klines".formatted(Ports.free()));
        keys.keySet().removeIf(key -> key.matches("(redis|relay)[.].*"));

        Diagnosis diagnosis = examine();

        assertThat(diagnosis.lines()).hasSize(4);
        assertThat(diagnosis.lines().get(1)).startsWith("problem  Kafka: no broker can be reached");
        assertThat(diagnosis.lines().get(2))
                .startsWith("problem  MySQL 127.0.0.1:")
                .endsWith(": is the server running, and is mysql.url right?");
        assertThat(diagnosis.lines().get(3))
                .isEqualTo("VERDICT not-ready ok=1 warnings=0 problems=2");
        assertThat(diagnosis.status()).isEqualTo(ExitStatus.SERVER);
    }

    @Test
    void tablesOfAFormerVersion() throws Exception {
        execute("UPDATE flyway_schema_history SET success = 0 WHERE version = '6'");
        try {
            assertThat(faults(examine()))
                    .containsExactly(
                            "problem  MySQL %s: the tables have version 5, but the job needs version 6: run `klines migrate --mysql-url %s --mysql-user NAME --mysql-password file:/PATH`"
                                    .formatted(mysqlServer(), mysql.jdbcUrl()));
        } finally {
            execute("UPDATE flyway_schema_history SET success = 1 WHERE version = '6'");
        }
    }

    @Test
    void aCacheThatForgets() throws Exception {
        keys.put("redis.username", redis.admin().user());
        keys.put("redis.password", redis.admin().passwordReference());
        try (Jedis admin = redis.connect()) {
            admin.configSet("maxmemory-policy", "allkeys-lru");

            assertThat(faults(examine()))
                    .containsExactly(
                            "problem  Redis %s: maxmemory-policy is allkeys-lru, so klines vanish unnoticed: set it to noeviction"
                                    .formatted(redisServer()));

            admin.configSet("maxmemory-policy", "noeviction");
            assertThat(admin.dbSize()).as("nothing is written").isZero();
        }
        assertThat(examine().lines())
                .contains(
                        "ok       Redis %s: maxmemory-policy is noeviction"
                                .formatted(redisServer()));
    }

    private static void execute(String statement) throws SQLException {
        try (Connection connection = mysql.connect();
                Statement change = connection.createStatement()) {
            change.executeUpdate(statement);
        }
    }

    private static String mysqlServer() {
        return mysql.jdbcUrl().replaceFirst("^jdbc:mysql://", "");
    }

    private static String redisServer() {
        return redis.uri().replaceFirst("^redis://", "");
    }

    private Diagnosis examine() throws IOException, InterruptedException {
        return ClusterDoctor.examine(ProjectHome.find(), write(keys));
    }

    private static Path write(Map<String, String> keys) throws IOException {
        return Files.write(
                folder.resolve("job.properties"),
                keys.entrySet().stream().map(key -> key.getKey() + "=" + key.getValue()).toList());
    }

    private static List<String> faults(Diagnosis diagnosis) {
        return diagnosis.lines().stream()
                .filter(line -> line.startsWith("problem ") || line.startsWith("warning "))
                .toList();
    }
}

package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.local.kafka.Brokers;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisDataException;

class EmbeddedServersITCase {

    private static final String COMMAND_IS_OFF = "ERR (MODULE|DEBUG) command not allowed.*";

    private static final List<List<String>> FORBIDDEN_TO_ALL_IN_REDIS =
            List.of(
                    List.of("CONFIG", "SET", "dir", "/tmp"),
                    List.of("CONFIG", "SET", "dbfilename", "authorized_keys"),
                    List.of("MODULE", "LOAD", "/tmp/module.so"),
                    List.of("DEBUG", "SLEEP", "0"));

    private static final List<List<String>> ATTACKS_ON_REDIS =
            Stream.concat(
                            FORBIDDEN_TO_ALL_IN_REDIS.stream(),
                            Stream.of(
                                    List.of("CONFIG", "GET", "*"),
                                    List.of("REPLICAOF", "127.0.0.1", "6379"),
                                    List.of("SAVE"),
                                    List.of("SHUTDOWN"),
                                    List.of("FLUSHALL"),
                                    List.of("KEYS", "*"),
                                    List.of("ACL", "SETUSER", "default", "on", "nopass", "+@all")))
                    .toList();

    private static final List<String> ATTACKS_ON_MYSQL =
            List.of(
                    "CREATE DATABASE other",
                    "CREATE TABLE test.t (a INT)",
                    "CREATE DATABASE test_mine",
                    "SELECT LOAD_FILE('/etc/passwd') FROM mysql.user",
                    "SELECT 1 INTO OUTFILE '/tmp/written-by-mysql'",
                    "SELECT * FROM mysql.global_priv",
                    "CREATE USER stranger",
                    "SET GLOBAL general_log = 1",
                    "INSTALL SONAME 'anything'");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final String INSERT =
            "INSERT INTO sink_progress VALUES ('job/klines-0', 'run', 1, 1)";

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

    /**
     * What a stranger on the machine did to a broker without logins: publish trades, read topics.
     */
    @Test
    void nobodyUsesTheBrokerWithoutAPassword() throws Exception {
        // data of a broker without logins stays
        try (EmbeddedKafka open = EmbeddedKafka.start(folder, 0)) {
            open.createTopic("trades", 1);
            publishInTransaction(open, "one");
        }
        long partitionBytes = 1L << 30;
        try (EmbeddedKafka kafka = EmbeddedKafka.startGuarded(folder, 0, partitionBytes)) {
            Brokers none = Brokers.open(kafka.bootstrapServers());
            assertThat(refused(none, "trades")).isInstanceOf(TimeoutException.class);
            for (String user : List.of("admin", "klines", "stranger", "../kafka/admin")) {
                Path guess =
                        Files.writeString(
                                folder.resolve("guess.properties"),
                                Files.readString(folder.resolve("admin.properties"))
                                        .replaceFirst(
                                                "username=\"\\w+\" password=\"\\w+\"",
                                                "username=\"%s\" password=\"%1$s\""
                                                        .formatted(user)));
                assertThat(refused(Brokers.of(kafka.bootstrapServers(), guess), "trades"))
                        .as(user)
                        .isInstanceOf(SaslAuthenticationException.class);
            }
            assertThat(committed(kafka)).containsExactly("one");
            assertThat(setting(kafka, "log.retention.bytes"))
                    .isEqualTo(Long.toString(partitionBytes));
        }
    }

    private static String setting(EmbeddedKafka kafka, String name) throws Exception {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        try (Admin admin = Admin.create(kafka.brokers().client(Map.of()))) {
            return admin.describeConfigs(List.of(broker)).all().get().get(broker).get(name).value();
        }
    }

    @Test
    void theUsersOfTheBrokerDoTheirTaskAndNoMore() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.startGuarded(folder, 0)) {
            kafka.createTopic("trades", 1);
            kafka.createTopic("trades-excluded", 1);
            String servers = kafka.bootstrapServers();
            Brokers job = job(kafka);
            Brokers producer = Brokers.of(servers, folder.resolve("producer.properties"));
            Brokers verifier = Brokers.of(servers, folder.resolve("verify.properties"));

            publishInTransaction(job, "trades-excluded", "excluded");
            assertThat(refused(job, "trades")).isInstanceOf(TopicAuthorizationException.class);
            assertThat(refused(producer, "trades")).isNull();
            assertThat(refused(verifier, "trades"))
                    .isInstanceOf(ClusterAuthorizationException.class);
            assertThat(readInAGroup(verifier, "console-consumer-1")).isEqualTo("refused?");
            for (Brokers user : List.of(job, producer, verifier)) {
                assertThat(committed(user, "trades")).containsExactly("refused?");
                try (Admin admin = Admin.create(user.client(Map.of()))) {
                    assertThat(admin.deleteTopics(List.of("trades")).all())
                            .failsWithin(PATIENCE)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(TopicAuthorizationException.class);
                    assertThat(admin.createAcls(kafka.users().rights()).all())
                            .failsWithin(PATIENCE)
                            .withThrowableOfType(ExecutionException.class)
                            .withCauseInstanceOf(ClusterAuthorizationException.class);
                }
            }
        }
    }

    /** Returns the first record of the topic, as Kafka's own command reads it. */
    private static String readInAGroup(Brokers brokers, String group) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        brokers.client(Map.of("group.id", group, "auto.offset.reset", "earliest")),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of("trades"));
            for (int poll = 0; poll < 300; poll++) {
                for (var record : consumer.poll(Duration.ofMillis(100))) {
                    return record.value();
                }
            }
            return "nothing";
        }
    }

    /** Returns why a record is refused; null if it is not. */
    private static Throwable refused(Brokers brokers, String topic) throws InterruptedException {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        brokers.client(Map.of("max.block.ms", 3_000)),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, null, "refused?")).get();
            return null;
        } catch (ExecutionException | KafkaException e) {
            // `send` itself throws if the producer had no right to begin before
            return e.getCause();
        }
    }

    /** Logs in by the job's password, for which there is no file of properties. */
    private Brokers job(EmbeddedKafka kafka) throws IOException {
        Login job = kafka.users().job();
        Path properties =
                Files.writeString(
                        folder.resolve("job.properties"),
                        Files.readString(folder.resolve("producer.properties"))
                                .replace(kafka.users().producer().password(), job.password())
                                .replace("\"producer\"", '"' + job.user() + '"'));
        return Brokers.of(kafka.bootstrapServers(), properties);
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
            pid = mariaDb.pid();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void aCacheKeepsKeysAfterAKillAndLeavesNoProcess() {
        long pid;
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
            try (Jedis jedis = redis.connect()) {
                // what a script writes is a transaction in the file
                jedis.eval(
                        "redis.call('ZADD', KEYS[1], 60, 'member')"
                                + " return redis.call('EXPIRE', KEYS[1], 1000)",
                        List.of("kline:56:0xa:1m"),
                        List.of());
            }
            redis.kill();

            redis.restart();

            try (Jedis jedis = redis.connect()) {
                assertThat(jedis.zrange("kline:56:0xa:1m", 0, -1)).containsExactly("member");
            }
            pid = redis.pid();
        }

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    /**
     * What a stranger on the machine did to a Redis without a password: write a file as its user.
     */
    @Test
    void nobodyMakesTheCacheWriteToAnotherFile() throws Exception {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
            try (Jedis stranger = new Jedis(redis.uri())) {
                for (List<String> command : ATTACKS_ON_REDIS) {
                    assertThatThrownBy(() -> send(stranger, command))
                            .as("%s", command)
                            .hasMessageMatching("NOAUTH .*|" + COMMAND_IS_OFF);
                }
            }
            for (Login login : List.of(redis.job(), redis.relay(), redis.verifier())) {
                try (Jedis user = redis.connect(login)) {
                    for (List<String> command : ATTACKS_ON_REDIS) {
                        assertThatThrownBy(() -> send(user, command))
                                .as("%s of %s", command, login.user())
                                .hasMessageMatching("NOPERM .*|" + COMMAND_IS_OFF);
                    }
                }
            }
            try (Jedis admin = redis.connect()) {
                for (List<String> command : FORBIDDEN_TO_ALL_IN_REDIS) {
                    assertThatThrownBy(() -> send(admin, command))
                            .as("%s", command)
                            .isInstanceOf(JedisDataException.class);
                }
            }
        }
    }

    @Test
    void theUsersOfTheCacheDoTheirTaskAndNoMore() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
            try (Jedis job = redis.connect(redis.job())) {
                job.zadd("kline:56:0xa:1m", 60, "member");
                assertThatThrownBy(() -> job.set("other", "key")).hasMessageStartingWith("NOPERM");
                assertThatThrownBy(job::flushAll).hasMessageStartingWith("NOPERM");
            }
            for (Login login : List.of(redis.relay(), redis.verifier())) {
                try (Jedis reader = redis.connect(login)) {
                    assertThat(reader.zrange("kline:56:0xa:1m", 0, -1)).containsExactly("member");
                    assertThatThrownBy(() -> reader.del("kline:56:0xa:1m"))
                            .hasMessageStartingWith("NOPERM");
                }
            }
            assertThatThrownBy(() -> new Jedis(redis.uri()).ping())
                    .hasMessageStartingWith("NOAUTH");
        }
    }

    @Test
    void theUsersOfTheDatabaseDoTheirTaskAndNoMore() throws Exception {
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder, 0)) {
            mariaDb.migrate();
            assertThat(refused(mariaDb, mariaDb.job(), INSERT)).isEmpty();
            assertThat(refused(mariaDb, mariaDb.job(), "DELETE FROM sink_progress"))
                    .contains("DELETE");
            assertThat(refused(mariaDb, mariaDb.job(), "DROP TABLE sink_progress"))
                    .contains("DROP");
            for (Login reader : List.of(mariaDb.relay(), mariaDb.verifier())) {
                assertThat(refused(mariaDb, reader, "SELECT * FROM sink_progress")).isEmpty();
                assertThat(refused(mariaDb, reader, INSERT)).contains("INSERT");
            }
            for (Login login :
                    List.of(
                            mariaDb.migrator(),
                            mariaDb.job(),
                            mariaDb.relay(),
                            mariaDb.verifier())) {
                for (String attack : ATTACKS_ON_MYSQL) {
                    assertThat(refused(mariaDb, login, attack))
                            .as("%s of %s", attack, login.user())
                            .containsIgnoringCase("denied");
                }
            }
        }
    }

    @Test
    void nobodyGetsIntoTheDatabaseWithoutAPassword() throws Exception {
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder, 0)) {
            for (String user : List.of("root", "", "PUBLIC", "klines", "migrator", "stranger")) {
                for (String password : List.of("", user)) {
                    assertThatThrownBy(
                                    () ->
                                            DriverManager.getConnection(
                                                    mariaDb.jdbcUrl(), user, password))
                            .as("user '%s'", user)
                            .hasMessageContaining("Access denied");
                }
            }
            assertThat(prompt(mariaDb, "SELECT CURRENT_USER(), DATABASE()"))
                    .isEqualTo("CURRENT_USER()\tDATABASE()\nverify@127.0.0.1\tklines\n");
        }
    }

    /** Returns what the command that opens a prompt prints for a statement. */
    private static String prompt(EmbeddedMariaDb mariaDb, String statement) throws Exception {
        Process client =
                new ProcessBuilder("sh", "-c", mariaDb.commandLine() + " -e '" + statement + "'")
                        .start();
        return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theOldestRowsAreDeletedOnceThereAreTooMany() throws Exception {
        try (EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder, 0)) {
            mariaDb.migrate();
            try (Connection connection = mariaDb.connect();
                    Statement statement = connection.createStatement()) {
                for (String interval : List.of("1m", "15m", "1h", "1M")) {
                    statement.execute(
                            """
                            INSERT INTO kline
                            SELECT '1', 'pair', '%s', 1767225600 + 60 * seq, 1, 1, 1, 1, 1, 1, 1, 1,
                                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, TRUE
                            FROM seq_0_to_11999
                            """
                                    .formatted(interval));
                }
                MySqlRetention table =
                        new MySqlRetention(
                                "kline", "open_time", MySqlRetention.KLINES.condition(), 300);

                assertThat(table.apply(connection)).isEqualTo(2 * (12_000 - 120));
                assertThat(table.apply(connection)).isZero();

                try (ResultSet rows =
                        statement.executeQuery(
                                "SELECT GROUP_CONCAT(n ORDER BY n) FROM (SELECT CONCAT(interval_code,"
                                        + " ' ', COUNT(*), ' ', MIN(open_time)) n FROM kline GROUP BY"
                                        + " interval_code) t")) {
                    rows.next();
                    assertThat(rows.getString(1))
                            .isEqualTo(
                                    "15m 120 1767938400,1M 12000 1767225600,1h 12000 1767225600,1m"
                                            + " 120 1767938400");
                }
                for (MySqlRetention each : MySqlRetention.ALL) {
                    assertThat(each.apply(connection)).as(each.name()).isZero();
                }
            }
        }
    }

    /** Returns why a statement is refused; empty if it is not. */
    private static String refused(EmbeddedMariaDb mariaDb, Login login, String sql)
            throws SQLException {
        try (Connection connection = mariaDb.connect(login);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            return "";
        } catch (SQLException e) {
            return e.getMessage();
        }
    }

    private static void send(Jedis jedis, List<String> command) {
        String[] arguments = command.subList(1, command.size()).toArray(String[]::new);
        jedis.sendCommand(() -> command.get(0).getBytes(StandardCharsets.US_ASCII), arguments);
    }

    @Test
    void aSuspendedServerAnswersOnceItIsResumed() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0);
                Jedis jedis = redis.connect()) {
            redis.suspend();
            assertThatThrownBy(jedis::ping).hasCauseInstanceOf(SocketTimeoutException.class);
            assertThat(redis.isAlive()).isTrue();

            redis.resume();
            assertThat(redis.answers()).isTrue();
        }
    }

    @Test
    void aSuspendedServerEndsAsARunningOneWhenItIsStopped() {
        EmbeddedRedis redis = EmbeddedRedis.start(folder, 0);
        redis.suspend();

        redis.stop();

        assertThat(redis.isAlive()).isFalse();
        assertThat(folder.resolve("redis.log")).content().contains("ready to exit, bye bye");
    }

    @Test
    void aRedisClusterSharesTheKeysAndItsUsers() {
        try (EmbeddedRedisCluster cluster = EmbeddedRedisCluster.start(folder, 3);
                RedisClusterClient job =
                        RedisClusterClient.builder()
                                .nodes(
                                        Set.of(
                                                HostAndPort.from(
                                                        URI.create(cluster.uri().split(",")[0])
                                                                .getAuthority())))
                                .clientConfig(
                                        DefaultJedisClientConfig.builder()
                                                .user(cluster.servers().get(5).job().user())
                                                .password(cluster.servers().get(5).job().password())
                                                .build())
                                .build()) {
            for (int pair = 0; pair < 100; pair++) {
                job.set("kline:" + pair, "1");
            }

            List<Long> keys = new ArrayList<>();
            for (EmbeddedRedis server : cluster.servers().subList(0, 3)) {
                try (Jedis master = server.connect()) {
                    keys.add(master.dbSize());
                }
            }
            assertThat(keys).allMatch(number -> number > 0);
            assertThat(keys.stream().mapToLong(Long::longValue).sum()).isEqualTo(100);
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
        publishInTransaction(kafka.brokers(), "trades", value);
    }

    private static void publishInTransaction(Brokers brokers, String topic, String value) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        brokers.client(Map.of("transactional.id", "test")),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, 0, null, value));
            producer.commitTransaction();
        }
    }

    private static List<String> committed(EmbeddedKafka kafka) {
        return committed(kafka.brokers(), "trades");
    }

    /**
     * Returns the committed values of the first partition. It reads up to the end of the log, so it
     * waits for the markers of a commit, which the coordinator writes after it has answered.
     */
    private static List<String> committed(Brokers brokers, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        long end;
        try (KafkaConsumer<String, String> all = consumer(brokers, "read_uncommitted")) {
            end = all.endOffsets(List.of(partition)).get(partition);
        }
        try (KafkaConsumer<String, String> consumer = consumer(brokers, "read_committed")) {
            consumer.assign(List.of(partition));
            List<String> values = new ArrayList<>();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(r -> values.add(r.value()));
            }
            return values;
        }
    }

    private static KafkaConsumer<String, String> consumer(Brokers brokers, String isolation) {
        return new KafkaConsumer<>(
                brokers.client(
                        Map.of(
                                "isolation.level",
                                isolation,
                                "auto.offset.reset",
                                "earliest",
                                "enable.auto.commit",
                                false)),
                new StringDeserializer(),
                new StringDeserializer());
    }
}

package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.access.certificate.ServerCertificates;
import io.dexklines.local.stack.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A broker with the settings of the Compose file, the users of {@code compose/kafka.sh}, a
 * certificate of {@code klines-access} and the rights of {@code compose/create-topics.sh}. Nobody
 * does more than his task, and nobody believes another server.
 */
class ComposeKafkaITCase {

    private static final String HOST = "127.0.0.1";

    @TempDir private static Path folder;

    private static ServerCertificates certificates;
    private static String servers;
    private static Process broker;

    @BeforeAll
    static void start() throws Exception {
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        for (String user : List.of("kafka-admin", "kafka", "kafka-producer", "kafka-relay")) {
            Files.writeString(secrets.resolve(user + "-password"), user + " \"quoted\\\n");
        }
        certificates = certificates("own", HOST);
        Path users = folder.resolve("users.conf");
        runScript("kafka.sh", Map.of("/run/secrets", secrets, "/run/kafka/users.conf", users));
        Path settings = folder.resolve("server.properties");
        try (var out = Files.newBufferedWriter(settings)) {
            settings().store(out, null);
        }
        String[] format = {"format", "-t", "ZGV4LWtsaW5lcy1sb2dpbg", "-c", settings.toString()};
        assertThat(StorageTool.execute(format, System.out)).isZero();
        ProcessBuilder command =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx384m",
                        "-XX:+UseSerialGC",
                        "-Djava.security.auth.login.config=" + users,
                        "kafka.Kafka",
                        settings.toString());
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        command.redirectErrorStream(true);
        command.redirectOutput(folder.resolve("kafka.log").toFile());
        broker = command.start();
        Awaitility.await("the broker answers")
                .atMost(90, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(ComposeKafkaITCase::answers);
        runCreateTopics(secrets);
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.destroyForcibly().onExit().join();
        }
    }

    @Test
    void nobodyGetsInWithoutTheRightPassword() {
        assertThatThrownBy(() -> send(login("producer", "guessed"), "evm-trades-v4"))
                .hasRootCauseInstanceOf(SaslAuthenticationException.class);
        assertThatThrownBy(() -> send(Map.of(), "evm-trades-v4"))
                .hasMessageContaining("not present in metadata");
    }

    @Test
    void nobodyTellsAPasswordToAServerThatIsNotVerified() {
        String password = "kafka-producer \"quoted\\";
        Map<String, Object> producer = new HashMap<>(login("producer", password));
        producer.put("ssl.truststore.location", certificates("other", HOST).authority().toString());
        assertThatThrownBy(() -> send(producer, "evm-trades-v4"))
                .hasRootCauseInstanceOf(CertPathValidatorException.class);

        Map<String, Object> withoutTls = new HashMap<>(login("producer", password));
        withoutTls.put("security.protocol", "SASL_PLAINTEXT");
        withoutTls.put("max.block.ms", 2_000);
        assertThatThrownBy(() -> send(withoutTls, "evm-trades-v4"))
                .hasMessageContaining("not present in metadata");

        Map<String, Object> otherName = new HashMap<>(login("producer", password));
        otherName.put("bootstrap.servers", servers.replace(HOST, "localhost"));
        assertThatThrownBy(() -> send(otherName, "evm-trades-v4"))
                .hasRootCauseInstanceOf(CertificateException.class)
                .hasStackTraceContaining("localhost");
    }

    private static ServerCertificates certificates(String name, String host) {
        return ServerCertificates.in(
                folder.resolve(name),
                Map.of("kafka", List.of(host)),
                Clock.systemUTC(),
                Duration.ofDays(365));
    }

    @Test
    void theProducerWritesTradesAndListsAndNothingElse() throws Exception {
        Map<String, Object> producer = login("producer", "kafka-producer \"quoted\\");

        List<String> lists = List.of("smart-money-wallets", "smart-money-follows");
        for (String topic : List.of("sol-trades", "evm-trades-v4")) {
            send(producer, topic);
        }
        for (String list : lists) {
            send(producer, list);
        }
        assertThatThrownBy(() -> send(producer, "smart-money-notifications"))
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        assertCannotCreateTopics(producer);
        for (String list : lists) {
            assertThat(readable(producer, list)).as("what klines lists sync needs").isTrue();
        }
        assertThat(readable(producer, "evm-trades-v4")).isFalse();
    }

    @Test
    void theJobWritesItsOwnTopicsInTransactionsAndNoTrades() throws Exception {
        Map<String, Object> job = login("klines", "kafka \"quoted\\");

        Map<String, Object> transactional = new HashMap<>(job);
        transactional.put("transactional.id", "dex-klines-0-1");
        try (KafkaProducer<String, String> producer = producer(transactional)) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("trades-excluded", "key", "value")).get();
            producer.commitTransaction();
        }
        try (Admin admin = Admin.create(job)) {
            assertThat(admin.describeTopics(List.of("bsc-trades")).allTopicNames().get())
                    .containsKey("bsc-trades");
        }
        assertThatThrownBy(() -> send(job, "bsc-trades"))
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        assertCannotCreateTopics(job);
    }

    @Test
    void theRelayReadsAndWritesTheFollowsAndNothingElse() throws Exception {
        Map<String, Object> relay = login("relay", "kafka-relay \"quoted\\");

        send(relay, "smart-money-follows");
        for (String topic : List.of("smart-money-wallets", "evm-trades-v4")) {
            assertThatThrownBy(() -> send(relay, topic))
                    .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        }
        try (Admin admin = Admin.create(relay)) {
            assertThat(admin.describeTopics(List.of("smart-money-follows")).allTopicNames().get())
                    .hasSize(1);
            assertThat(admin.listTopics().names().get()).containsExactly("smart-money-follows");
        }
        assertCannotCreateTopics(relay);
    }

    private static void assertCannotCreateTopics(Map<String, Object> client) {
        try (Admin admin = Admin.create(client)) {
            assertThatThrownBy(
                            () ->
                                    admin.createTopics(List.of(new NewTopic("mine", 1, (short) 1)))
                                            .all()
                                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfAny(
                            TopicAuthorizationException.class, ClusterAuthorizationException.class);
        }
    }

    /** Returns whether the broker serves the records of the topic, of which there are some. */
    private static boolean readable(Map<String, Object> login, String topic) {
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(login, new StringDeserializer(), new StringDeserializer())) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Awaitility.await()
                    .pollInSameThread()
                    .until(() -> !consumer.poll(Duration.ofMillis(200)).isEmpty());
            return true;
        } catch (TopicAuthorizationException e) {
            return false;
        }
    }

    private static boolean answers() throws Exception {
        try (Admin admin = Admin.create(login("admin", "kafka-admin \"quoted\\"))) {
            return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
        }
    }

    private static void send(Map<String, Object> login, String topic) throws Exception {
        try (KafkaProducer<String, String> producer = producer(login)) {
            producer.send(new ProducerRecord<>(topic, "key", "value")).get();
        }
    }

    private static KafkaProducer<String, String> producer(Map<String, Object> login) {
        Map<String, Object> settings = new HashMap<>(login);
        settings.putIfAbsent("bootstrap.servers", servers);
        settings.putIfAbsent("max.block.ms", login.isEmpty() ? 2_000 : 20_000);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static Map<String, Object> login(String user, String password) {
        return Map.of(
                "bootstrap.servers",
                servers,
                "security.protocol",
                "SASL_SSL",
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                certificates.authority().toString(),
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\" password=\"%s\";"
                        .formatted(user, password.replace("\\", "\\\\").replace("\"", "\\\"")));
    }

    /** Returns the settings that Kafka's image derives from the environment, on free ports. */
    private static Properties settings() {
        JsonNode environment =
                new ObjectMapper()
                        .<JsonNode>valueToTree(
                                new Yaml(new SafeConstructor(new LoaderOptions()))
                                        .load(RepositoryFiles.text("docker-compose.yml")))
                        .at("/services/kafka/environment");
        servers = HOST + ":" + Ports.free();
        String controller = HOST + ":" + Ports.free();
        Properties settings = new Properties();
        environment
                .properties()
                .forEach(
                        each -> {
                            String key =
                                    each.getKey()
                                            .replaceFirst("^KAFKA_", "")
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', '.');
                            settings.put(
                                    key,
                                    each.getValue()
                                            .asText()
                                            .replace("localhost:9093", controller)
                                            .replace("://:19092", "://" + servers)
                                            .replace("kafka:19092", servers)
                                            .replaceAll(",OUTSIDE://[^,]*", ""));
                        });
        settings.keySet().removeAll(List.of("opts", "heap.opts"));
        settings.put("log.dirs", folder.resolve("data").toString());
        settings.put("ssl.keystore.location", certificates.server("kafka").toString());
        settings.put("ssl.truststore.location", certificates.authority().toString());
        return settings;
    }

    /** Runs a script of the folder {@code compose} up to its {@code exec}, with other paths. */
    private static void runScript(String script, Map<String, Path> paths) throws Exception {
        String text = RepositoryFiles.text("compose/" + script).replaceAll("(?m)^exec .*$", "");
        for (Map.Entry<String, Path> path : paths.entrySet()) {
            text = text.replace(path.getKey(), path.getValue().toString());
        }
        run(new ProcessBuilder("bash", "-c", text));
    }

    private static void run(ProcessBuilder command) throws IOException, InterruptedException {
        Process process = command.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(output).isZero();
    }

    /**
     * Runs the script with tools that write down how they are called, and does what they would.
     * Kafka's tools are not on this class path.
     */
    private static void runCreateTopics(Path secrets) throws Exception {
        Path calls = folder.resolve("calls");
        for (String tool : List.of("kafka-topics.sh", "kafka-acls.sh")) {
            Path shim = folder.resolve(tool);
            Files.writeString(
                    shim,
                    "#!/bin/sh\n{ printf '%s\\n' \"${0##*/}\" \"$@\"; echo; } >> '"
                            + calls
                            + "'\n");
            assertThat(shim.toFile().setExecutable(true)).isTrue();
        }
        Path login = folder.resolve("admin.properties");
        String script =
                RepositoryFiles.text("compose/create-topics.sh")
                        .replace("/tmp/admin.properties", login.toString());
        ProcessBuilder command = new ProcessBuilder("sh", "-c", script);
        command.environment()
                .putAll(
                        Map.of(
                                "KLINES_KAFKA_BIN",
                                folder.toString(),
                                "KLINES_BOOTSTRAP_SERVERS",
                                servers,
                                "KLINES_AUTHORITY_FILE",
                                certificates.authority().toString(),
                                "KLINES_PARTITIONS",
                                "1",
                                "KLINES_ADMIN_PASSWORD_FILE",
                                secrets.resolve("kafka-admin-password").toString()));
        run(command);
        Properties admin = new Properties();
        try (var in = Files.newBufferedReader(login)) {
            admin.load(in);
        }
        admin.put("bootstrap.servers", servers);
        List<NewTopic> topics = new ArrayList<>();
        List<AclBinding> rights = new ArrayList<>();
        for (String call : Files.readString(calls).split("\n\n")) {
            List<String> words = List.of(call.split("\n"));
            assertThat(words).contains("--command-config", login.toString());
            if (words.get(0).equals("kafka-topics.sh")) {
                topics.add(new NewTopic(after(words, "--topic").get(0), 1, (short) 1));
            } else {
                rights.addAll(rights(words));
            }
        }
        try (Admin client = Admin.create(admin)) {
            client.createTopics(topics).all().get();
            client.createAcls(rights).all().get();
        }
    }

    private static List<AclBinding> rights(List<String> words) {
        PatternType pattern =
                after(words, "--resource-pattern-type").contains("prefixed")
                        ? PatternType.PREFIXED
                        : PatternType.LITERAL;
        AccessControlEntry entry =
                new AccessControlEntry(
                        after(words, "--allow-principal").get(0),
                        "*",
                        AclOperation.fromString(after(words, "--operation").get(0)),
                        AclPermissionType.ALLOW);
        List<AclBinding> rights = new ArrayList<>();
        Map.of(
                        "--topic", ResourceType.TOPIC,
                        "--group", ResourceType.GROUP,
                        "--transactional-id", ResourceType.TRANSACTIONAL_ID)
                .forEach(
                        (option, type) ->
                                after(words, option)
                                        .forEach(
                                                name ->
                                                        rights.add(
                                                                new AclBinding(
                                                                        new ResourcePattern(
                                                                                type, name,
                                                                                pattern),
                                                                        entry))));
        assertThat(rights).as("%s", words).isNotEmpty();
        return rights;
    }

    /** Returns the words that follow an option, one for each time that it is given. */
    private static List<String> after(List<String> words, String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < words.size() - 1; i++) {
            if (words.get(i).equals(option)) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }
}

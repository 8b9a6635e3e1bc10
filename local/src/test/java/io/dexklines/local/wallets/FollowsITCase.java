package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users follow wallets by the relay's jar, which has none of the codecs of Kafka's clients, at a
 * real broker with logins and rights.
 */
@Timeout(180)
class FollowsITCase {

    private static final String TOPIC = "smart-money-follows";
    private static final int PARTITIONS = 2;
    private static final String ONE = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final String TWO = "0x21a31ee1afc51d94c2efccaa2092ad1028285549";
    private static final String KEY = "only: 0123456789abcdef0123456789abcdef\n";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static Process relay;
    private static String address;

    @BeforeAll
    static void start() throws IOException {
        kafka = EmbeddedKafka.startGuarded(folder.resolve("kafka"), 0);
        kafka.createTopic(TOPIC, PARTITIONS);
        kafka.createTopic("smart-money-wallets", 1);
        relay =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-jar",
                                ProjectHome.find()
                                        .folder()
                                        .resolve("relay/target/klines-relay.jar")
                                        .toAbsolutePath()
                                        .toString(),
                                "--port",
                                "0",
                                "--admin-port",
                                "0",
                                "--publisher-token",
                                "file:" + Files.writeString(folder.resolve("token"), "a token"),
                                "--user-token-keys",
                                "file:" + Files.writeString(folder.resolve("keys"), KEY),
                                "--kafka-bootstrap-servers",
                                kafka.bootstrapServers(),
                                "--kafka-properties",
                                login("relay").toString(),
                                "--max-follows-per-user",
                                "2")
                        .redirectErrorStream(true)
                        .start();
        BufferedReader output = relay.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith("relay on ")) {
            line = output.readLine();
        }
        assertThat(line).isNotNull();
        address = line.substring("relay on ".length());
        Thread rest = new Thread(() -> output.lines().forEach(System.out::println), "relay-log");
        rest.setDaemon(true);
        rest.start();
        eventually().until(() -> follows("nobody").statusCode() == 200);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (relay != null) {
            relay.destroy();
            assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        if (kafka != null) {
            kafka.close();
        }
    }

    @Test
    void aUserFollowsAWalletChangesTheConditionsAndUnfollowsIt() {
        HttpResponse<String> followed =
                put("alice", "\"address\":\"" + ONE.substring(2).toUpperCase() + "\"");
        assertThat(followed.statusCode()).isEqualTo(200);
        assertThat(followed.body()).isEqualTo(follow(ONE, "any", "null", "null", "null"));
        assertThat(follows("alice").body())
                .isEqualTo(listed("alice", follow(ONE, "any", "null", "null", "null")));

        HttpResponse<String> changed =
                put(
                        "alice",
                        "\"address\":\""
                                + ONE
                                + "\",\"side\":\"buy\",\"min_usd\":100,\"max_usd\":5000.5,"
                                + "\"cooldown_s\":60");
        assertThat(changed.body()).isEqualTo(follow(ONE, "buy", "100.0", "5000.5", "60"));
        assertThat(follows("alice").body())
                .isEqualTo(listed("alice", follow(ONE, "buy", "100.0", "5000.5", "60")));

        HttpResponse<String> unfollowed = delete("alice", ONE);
        assertThat(unfollowed.statusCode()).isEqualTo(200);
        assertThat(unfollowed.body()).isEqualTo("{}");
        assertThat(follows("alice").body()).isEqualTo(listed("alice"));
        assertThat(delete("alice", ONE).statusCode()).as("once more").isEqualTo(200);

        String written = "{\"chain_id\":\"1\",\"address\":\"" + ONE + "\",\"user_id\":\"alice\",";
        assertThat(records("1:" + ONE + ":alice"))
                .containsExactly(
                        written + "\"side\":\"any\"}",
                        written
                                + "\"side\":\"buy\",\"min_usd\":100.0,\"max_usd\":5000.5,"
                                + "\"cooldown_s\":60}",
                        null,
                        null);
    }

    @Test
    void whatIsWrittenElsewhereIsReadAndCanBeRemoved() throws Exception {
        try (WalletLists lists = new WalletLists(producer())) {
            lists.follow(
                    WalletKey.of("1", TWO), "bob", new FollowConditions("sell", 1.5, null, null));
            lists.flush();
        }
        // by a former version, and compressed by what the relay can read
        String former = "1:" + ONE.substring(2) + ":bob";
        send(producer(), "gzip", TOPIC, "no key of a follow", "{}");
        send(producer(), "gzip", TOPIC, former, "{\"side\":\"buy\"}");
        String both =
                listed(
                        "bob",
                        follow(TWO, "sell", "1.5", "null", "null"),
                        follow(ONE, "buy", "null", "null", "null"));
        eventually().until(() -> follows("bob").body().equals(both));

        assertThat(delete("bob", ONE).statusCode()).isEqualTo(200);

        assertThat(follows("bob").body())
                .isEqualTo(listed("bob", follow(TWO, "sell", "1.5", "null", "null")));
        assertThat(records(former)).containsExactly("{\"side\":\"buy\"}", null);
        assertThat(records("1:" + ONE + ":bob")).containsOnlyNulls().hasSize(1);
    }

    @Test
    void aUserFollowsUpToTheLimit() {
        assertThat(put("carol", "\"address\":\"" + ONE + "\"").statusCode()).isEqualTo(200);
        assertThat(put("carol", "\"address\":\"" + TWO + "\"").statusCode()).isEqualTo(200);
        String third = "\"address\":\"0xdfd5293d8e347dfe59e90efd55b2956a1343963d\"";

        HttpResponse<String> oneTooMany = put("carol", third);

        assertThat(oneTooMany.statusCode()).isEqualTo(409);
        assertThat(oneTooMany.body())
                .isEqualTo(
                        "{\"code\":-2010,\"msg\":\"you follow 2 wallets already, which is the"
                                + " most\"}");
        assertThat(put("carol", "\"address\":\"" + ONE + "\",\"side\":\"buy\"").statusCode())
                .as("other conditions")
                .isEqualTo(200);
        assertThat(delete("carol", TWO).statusCode()).isEqualTo(200);
        assertThat(put("carol", third).statusCode()).isEqualTo(200);
    }

    @Test
    void theRelayMayReadAndWriteTheFollowsAndNothingElse() {
        Brokers relays = Brokers.of(kafka.bootstrapServers(), login("relay"));

        assertThatThrownBy(() -> send(relays, "none", "smart-money-wallets", "1:" + ONE, "{}"))
                .hasRootCauseInstanceOf(TopicAuthorizationException.class);
        try (KafkaConsumer<String, String> consumer = consumer(relays)) {
            assertThatThrownBy(() -> consumer.partitionsFor("smart-money-wallets"))
                    .isInstanceOf(TopicAuthorizationException.class);
            assertThat(consumer.partitionsFor(TOPIC)).hasSize(PARTITIONS);
        }
    }

    @Test
    void withoutTheBrokerFollowsAre503AndTheyAreThereOnceItAnswersAgain() {
        put("dave", "\"address\":\"" + ONE + "\"");

        kafka.kill();

        eventually().until(() -> follows("dave").statusCode() == 503);
        assertThat(follows("dave").body())
                .isEqualTo("{\"code\":-1001,\"msg\":\"Kafka does not answer, try again\"}");
        assertThat(put("dave", "\"address\":\"" + TWO + "\"").statusCode()).isEqualTo(503);
        assertThat(send(request("/healthz")).statusCode()).isEqualTo(200);

        kafka.restart();

        eventually().until(() -> follows("dave").statusCode() == 200);
        eventually().until(() -> put("dave", "\"address\":\"" + TWO + "\"").statusCode() == 200);
        assertThat(follows("dave").body())
                .isEqualTo(
                        listed(
                                "dave",
                                follow(TWO, "any", "null", "null", "null"),
                                follow(ONE, "any", "null", "null", "null")));
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(50));
    }

    private static String follow(
            String address, String side, String minUsd, String maxUsd, String cooldown) {
        return "{\"chain_id\":\"1\",\"address\":\"%s\",\"side\":\"%s\",\"min_usd\":%s,\"max_usd\":%s,\"cooldown_s\":%s}"
                .formatted(address, side, minUsd, maxUsd, cooldown);
    }

    private static String listed(String user, String... follows) {
        return "{\"user_id\":\"%s\",\"follows\":[%s],\"max\":2}"
                .formatted(user, String.join(",", follows));
    }

    private static HttpResponse<String> follows(String user) {
        return send(as(user, request("/api/follows")));
    }

    private static HttpResponse<String> put(String user, String fields) {
        return send(
                as(user, request("/api/follows"))
                        .PUT(BodyPublishers.ofString("{\"chain_id\":\"1\"," + fields + "}"))
                        .header("Content-Type", "application/json"));
    }

    private static HttpResponse<String> delete(String user, String wallet) {
        return send(as(user, request("/api/follows?chain_id=1&address=" + wallet)).DELETE());
    }

    private static HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(address + target));
    }

    private static HttpRequest.Builder as(String user, HttpRequest.Builder request) {
        String token =
                new TokenIssuer(TokenKeys.parse(KEY), Clock.systemUTC())
                        .issue(user, TokenIssuer.LIFETIME);
        return request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString()).join();
    }

    private static Brokers producer() {
        return Brokers.of(kafka.bootstrapServers(), login("producer"));
    }

    private static Path login(String user) {
        return folder.resolve("kafka").resolve(user + ".properties").toAbsolutePath();
    }

    private static void send(
            Brokers brokers, String compression, String topic, String key, String value)
            throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        brokers.client(Map.of("compression.type", compression)),
                        new StringSerializer(),
                        new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    private static KafkaConsumer<String, String> consumer(Brokers brokers) {
        return new KafkaConsumer<>(
                brokers.client(Map.of()), new StringDeserializer(), new StringDeserializer());
    }

    /** Returns the values of all records with this key, in order. */
    private static List<String> records(String key) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(producer())) {
            List<TopicPartition> partitions =
                    List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(50))) {
                    if (key.equals(record.key())) {
                        values.add(record.value());
                    }
                }
            }
        }
        return values;
    }
}

package io.dexklines.chaos.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.chaos.input.EntryPlace;
import io.dexklines.chaos.watch.CommittedWatcher.Topic;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedRelay;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the watchers with a real broker and real relays. */
class WatchersITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String NOTIFICATIONS = "smart-money-notifications";

    @TempDir private Path folder;

    @Test
    void countsWhatIsCommittedAndFindsRepetitionsAndOpenTransactions() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder, 0)) {
            CommittedWatcher.WITH_ID.forEach(topic -> kafka.createTopic(topic, 1));
            kafka.createTopic(CommittedWatcher.EXCLUDED, 1);
            try (CommittedWatcher watcher = CommittedWatcher.start(kafka.brokers());
                    KafkaProducer<String, String> first = producer(kafka, "first");
                    KafkaProducer<String, String> open = producer(kafka, "open")) {
                first.beginTransaction();
                first.send(new ProducerRecord<>(NOTIFICATIONS, "{\"id\":\"aborted\"}"));
                first.abortTransaction();
                first.beginTransaction();
                first.send(new ProducerRecord<>(NOTIFICATIONS, "{\"usd\":1,\"id\":\"a\"}"));
                first.send(new ProducerRecord<>(NOTIFICATIONS, "{\"id\":\"b\",\"x\":[{}]}"));
                first.send(new ProducerRecord<>(NOTIFICATIONS, "{\"id\":\"a\"}"));
                first.send(excluded("late", 7));
                first.send(excluded("invalid", 8));
                first.commitTransaction();
                // The coordinator writes the commit's markers a moment after it has answered. Were
                // the open transaction to begin before them, they would be behind it, too.
                assertThat(watcher.result(PATIENCE).hanging()).isEmpty();
                open.beginTransaction();
                open.send(excluded("late", 9)).get();

                CommittedWatcher.Result result = watcher.result(Duration.ofSeconds(3));

                assertThat(result.topics())
                        .isEqualTo(
                                Map.of(
                                        NOTIFICATIONS,
                                        new Topic(3, 1, List.of("a")),
                                        "smart-money-clusters",
                                        new Topic(0, 0, List.of()),
                                        CommittedWatcher.EXCLUDED,
                                        new Topic(2, 0, List.of())));
                assertThat(result.reasons())
                        .isEqualTo(
                                Map.of(
                                        new EntryPlace("bsc-trades", 1, 7, 0), "late",
                                        new EntryPlace("bsc-trades", 1, 8, 0), "invalid"));
                assertThat(result.hanging())
                        .containsExactly("trades-excluded-0: 1 records behind an open transaction");
                open.abortTransaction();
                assertThat(watcher.result(PATIENCE).hanging()).isEmpty();
            }
        }
    }

    @Test
    void aClientGoesOnWithTheOtherRelayWhenItsOwnIsKilled() throws Exception {
        try (EmbeddedRelay one = EmbeddedRelay.start(folder.resolve("one"), 0);
                EmbeddedRelay other = EmbeddedRelay.start(folder.resolve("other"), 0);
                KlineWatcher watcher =
                        KlineWatcher.recording(
                                List.of(
                                        URI.create(one.webSocketUrl()),
                                        URI.create(other.webSocketUrl())),
                                List.of("56:0xa", "56:0xb"),
                                List.of("1m", "5m"),
                                folder.resolve("klines"))) {
            publish(one, 3);
            await().atMost(PATIENCE).until(() -> watcher.result().klines().klines() == 1);

            one.kill();
            publish(other, 2);
            await().atMost(PATIENCE).until(() -> watcher.result().klines().klines() == 2);

            KlineWatcher.Result result = watcher.result();
            assertThat(result.connections()).isEqualTo(2);
            assertThat(result.klines().stepsBack()).isZero();
            assertThat(result.klines().stepsBackAcrossConnections()).isEqualTo(1);
            assertThat(result.errors()).isEmpty();
        }
        assertThat(Files.readAllLines(folder.resolve("klines")))
                .hasSize(2)
                .satisfiesExactly(
                        line -> assertThat(line).matches("\\d+ 1 .*\"n\":3,.*"),
                        line -> assertThat(line).matches("\\d+ 2 .*\"n\":2,.*"));
    }

    private static ProducerRecord<String, String> excluded(String reason, long offset) {
        return new ProducerRecord<>(
                CommittedWatcher.EXCLUDED,
                """
                {"reason":"%s","detail":"","topic":"bsc-trades","partition":1,"offset":%d,\
                "index":0,"trade":{"topic":"no","offset":1}}"""
                        .formatted(reason, offset));
    }

    private static KafkaProducer<String, String> producer(EmbeddedKafka kafka, String id) {
        Map<String, Object> settings = new HashMap<>(kafka.brokers().client(Map.of()));
        settings.put("transactional.id", id);
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    /** Publishes a kline, as a job does. */
    private static void publish(EmbeddedRelay relay, long trades) throws Exception {
        WebSocket publisher =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + relay.token())
                        .buildAsync(URI.create(relay.publishUrl()), new WebSocket.Listener() {})
                        .get();
        publisher
                .sendText(
                        """
                        {"stream":"56:0xa@kline_1m","data":{"e":"kline","E":1767960000500,\
                        "s":"56:0xa","k":{"t":1767960000000,"T":1767960059999,"s":"56:0xa",\
                        "i":"1m","f":"1#0#0","L":"1#0#0","o":"1","c":"1","h":"1","l":"1","v":"1",\
                        "n":%d,"x":false,"q":"1","V":"1","Q":"1"}}}
                        """
                                .formatted(trades),
                        true)
                .get();
    }
}

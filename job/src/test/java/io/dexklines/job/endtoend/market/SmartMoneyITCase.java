package io.dexklines.job.endtoend.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletCommand;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * Tests smart money through the whole stack. Exactly the trades of smart-money wallets are found,
 * once each in MySQL, in Kafka and on the relay, through failures and changes of the lists.
 */
@WholeStack.Own
class SmartMoneyITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CHAIN = "56";

    /** The number of smart-money wallets: enough that reading the lists takes several rounds. */
    private static final int WALLETS = 20_000;

    private static final int WHALES = 5;

    private final TreeSet<String> hits = new TreeSet<>();
    private String lastHit;
    private int published;

    @Test
    void everySmartMoneyTradeIsFoundOnceThroughFailuresAndListChanges() throws Exception {
        try (Running running = Running.start();
                KafkaProducer<byte[], byte[]> producer = running.producer();
                WalletLists lists = new WalletLists(running.addresses().brokers())) {
            // a first start with the wallets in their topic, and a backlog of trades
            running.stack().flink().cancel(running.addresses().jobId());
            for (int i = 0; i < WALLETS; i++) {
                lists.list(wallet(i), "wallet " + i);
            }
            for (int i = 0; i < WHALES; i++) {
                lists.follow(wallet(i), "alice", FollowConditions.ALL);
            }
            WalletKey unlisted = wallet(WALLETS + 2);
            lists.follow(unlisted, "alice", FollowConditions.ALL);
            lists.flush();
            publishWhaleTrades(producer, 200);
            String job = start(running);
            Browser chain = Browser.watch(running, CHAIN + "@smartmoney", "none");
            Browser alice =
                    Browser.watch(
                            running,
                            "user:alice@alerts",
                            running.stack().relay().userToken("alice"));
            awaitAll(running, chain, alice);

            // failures between checkpoints, while trades arrive
            for (int failure = 0; failure < 2; failure++) {
                publishWhaleTrades(producer, 50);
                awaitRow(running);
                publishWhaleTrades(producer, 50);
                running.stack().flink().killTaskManager(0);
                publishWhaleTrades(producer, 50);
                running.stack().flink().restartDeadTaskManagers();
            }
            awaitAll(running, chain, alice);

            // a wallet is found from the moment somebody follows it
            int newcomer = WALLETS + 1;
            assertThat(
                            klines(
                                    running,
                                    "follow",
                                    CHAIN + ":" + address(newcomer).toUpperCase(Locale.ROOT),
                                    "--user",
                                    "alice"))
                    .isZero();
            publish(producer, hit(newcomer));
            awaitAll(running, chain, alice);

            // a removed wallet is no longer found
            assertThat(klines(running, "wallet", "remove", wallet(newcomer).text())).isZero();
            publish(producer, trade(address(newcomer)));
            publishWhaleTrades(producer, 10);
            awaitAll(running, chain, alice);
            await().atMost(PATIENCE)
                    .until(() -> running.stack().flink().rest().job(job).restarts() > 0);

            // a follow whose wallet is not listed a minute later has no effect, and is reported
            await().atMost(PATIENCE).until(() -> !running.committed("lists-refused").isEmpty());
            assertThat(running.committed("lists-refused"))
                    .containsExactly(
                            "{\"topic\":\"smart-money-follows\",\"key\":\""
                                    + unlisted.text()
                                    + ":alice\",\"reason\":\"the wallet is not listed\"}");
        }
    }

    /** Starts a job without a checkpoint, as the stack does the first time. */
    private static String start(Running running) {
        String job =
                running.stack()
                        .flink()
                        .submit(
                                ProjectHome.find().jobJar(),
                                Optional.empty(),
                                "--config",
                                running.folder()
                                        .toAbsolutePath()
                                        .resolve("job.properties")
                                        .toString());
        running.stack().flink().awaitState(job, "RUNNING", PATIENCE);
        return job;
    }

    /** Publishes trades of the whales, each in one record with a trade of a stranger. */
    private void publishWhaleTrades(KafkaProducer<byte[], byte[]> producer, int trades) {
        for (int i = 0; i < trades; i++) {
            String miss = trade("0xstranger" + published);
            byte[] record = publish(producer, miss, hit(i % WHALES));
            // redelivered: the same trade
            if (i % 10 == 0) {
                producer.send(new ProducerRecord<>("bsc-trades", i % 4, null, record));
            }
        }
        producer.flush();
    }

    private static byte[] publish(KafkaProducer<byte[], byte[]> producer, String... trades) {
        byte[] record = ("[" + String.join(",", trades) + "]").getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>("bsc-trades", record.length % 4, null, record));
        return record;
    }

    /** Returns a trade of a smart-money wallet, which must be found. */
    private String hit(int wallet) {
        lastHit = "0x" + published;
        hits.add(lastHit);
        return trade(address(wallet));
    }

    private String trade(String maker) {
        String id = "0x" + published++;
        return ("{\"chain_id\":\"56\",\"pair_addr\":\"0xpair%d\",\"tx_hash\":\"%s\","
                        + "\"maker\":\"%s\",\"type\":\"%s\",\"token_amount\":\"2\","
                        + "\"base_token_amount\":\"1\",\"total_usd\":\"10\",\"token_price_usd\":\"5\","
                        + "\"block_num\":%d,\"block_time\":%d}")
                .formatted(
                        published % 7,
                        id,
                        maker,
                        published % 3 == 0 ? "sell" : "buy",
                        published,
                        System.currentTimeMillis() / 1000);
    }

    /** Waits until the last published hit is in the table. */
    private void awaitRow(Running running) {
        String row = "SELECT COUNT(*) FROM smart_money_trade WHERE tx_hash = '" + lastHit + "'";
        await().atMost(PATIENCE).until(() -> running.number(row) == 1);
    }

    private void awaitAll(Running running, Browser chain, Browser alice) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            List<String> rows = column(running);
                            assertThat(new TreeSet<>(rows)).isEqualTo(hits);
                            assertThat(rows).as("rows").doesNotHaveDuplicates();
                            List<String> notified =
                                    hashes(running.committed("smart-money-notifications"));
                            assertThat(notified).as("notifications").doesNotHaveDuplicates();
                            assertThat(notified).containsExactlyInAnyOrderElementsOf(hits);
                        });
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(chain.seen("smartmoney")).contains(lastHit);
                            assertThat(alice.seen("alert")).contains(lastHit);
                        });
        assertThat(chain.seen("smartmoney")).as("events").doesNotHaveDuplicates();
        assertThat(hits).containsAll(chain.seen("smartmoney"));
        assertThat(alice.seen("alert")).as("alerts").doesNotHaveDuplicates();
        assertThat(hits).containsAll(alice.seen("alert"));
    }

    private static List<String> column(Running running) throws Exception {
        try (Connection database = running.database();
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT tx_hash FROM smart_money_trade")) {
            List<String> hashes = new ArrayList<>();
            while (rows.next()) {
                hashes.add(rows.getString(1));
            }
            return hashes;
        }
    }

    private static List<String> hashes(List<String> notifications) throws Exception {
        List<String> hashes = new ArrayList<>();
        for (String each : notifications) {
            hashes.add(JSON.readTree(each).path("tx_hash").asText());
        }
        return hashes;
    }

    private static int klines(Running running, String... arguments) {
        CommandLine klines = new CommandLine(CommandLine.Model.CommandSpec.create());
        WalletCommand.all(() -> Optional.of(running.addresses().brokers()))
                .forEach(command -> klines.addSubcommand(command));
        return klines.execute(arguments);
    }

    private static WalletKey wallet(int index) {
        return WalletKey.of(CHAIN, address(index));
    }

    private static String address(int index) {
        return "0xabcdef%034d".formatted(index);
    }

    /** A WebSocket client that keeps every event. */
    private static final class Browser implements WebSocket.Listener {

        private final List<JsonNode> events = new CopyOnWriteArrayList<>();
        private final StringBuilder frame = new StringBuilder();

        static Browser watch(Running running, String stream, String token) throws Exception {
            Browser browser = new Browser();
            HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .header("Authorization", "Bearer " + token)
                    .buildAsync(URI.create(running.relayWebSocket() + "/ws/" + stream), browser)
                    .get();
            return browser;
        }

        /** Returns the transaction hashes of the received events of a type. */
        List<String> seen(String type) {
            return events.stream()
                    .filter(event -> event.path("e").asText().equals(type))
                    .map(event -> event.path("tx_hash").asText())
                    .collect(Collectors.toList());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            frame.append(data);
            if (last) {
                try {
                    events.add(JSON.readTree(frame.toString()));
                } catch (JsonProcessingException e) {
                    throw new AssertionError("the relay sent no JSON: " + frame, e);
                }
                frame.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }
}

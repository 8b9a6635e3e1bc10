package io.dexklines.chaos;

import io.dexklines.chaos.verdict.Evidence;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The records around the savepoints of former releases in {@code
 * job/src/test/resources/savepoints}, as {@code SavepointsOfFormerVersionsITCase} publishes them.
 * The offsets in these savepoints are those behind {@link #publishBefore}.
 */
final class FormerRelease {

    private static final String SAVEPOINTS = "job/src/test/resources/savepoints";
    private static final long NOON = Instant.parse("2025-09-01T12:00:00Z").getEpochSecond();
    private static final String BSC = "bsc-trades";
    private static final String SOL = "sol-trades";
    private static final WalletKey WALLET = WalletKey.of("56", "0xb");

    private final Brokers brokers;

    FormerRelease(Brokers brokers) {
        this.brokers = brokers;
    }

    /** Returns the newest savepoint of a former release. */
    static Path newestSavepoint() throws IOException {
        try (Stream<Path> folders = Files.list(ProjectHome.find().folder().resolve(SAVEPOINTS))) {
            return folders.filter(Files::isDirectory)
                    .max(
                            Comparator.comparingInt(
                                    folder -> Integer.parseInt(folder.getFileName().toString())))
                    .orElseThrow();
        }
    }

    /** Publishes what the state of the savepoints is made of. The topics of trades are empty. */
    void publishBefore() {
        try (WalletLists lists = new WalletLists(brokers)) {
            lists.list(WALLET, "wise");
            lists.follow(WALLET, "ann", FollowConditions.ALL);
            lists.flush();
        }
        publish(BSC, trade(56, 1, 1.5, "buy"), trade(56, 30, 3, "sell"));
        publish(BSC, trade(56, 605, 2, "buy"), trade(56, 606, 7, "add"));
        publish(SOL, trade(100_000, 10, 0.25, "sell"));
        publish(SOL, trade(100_000, 610, 0.5, "buy"));
    }

    /**
     * Publishes what shows whether the state was restored: a late trade, a redelivered one, one
     * more of an open minute, and those of a later minute.
     */
    void publishAfter() {
        publish(BSC, trade(56, 59, 9, "buy"), trade(56, 605, 2, "buy"));
        publish(BSC, trade(56, 640, 4, "sell"), trade(56, 1200, 8, "buy"));
        publish(SOL, trade(100_000, 1200, 1, "buy"));
    }

    /** Returns what was sent: the records here and those of an input that followed. */
    static Evidence.Input and(Evidence.Input input) {
        Map<String, Long> invalid = new HashMap<>(input.invalid());
        invalid.merge("unsupported_type", 1L, Long::sum);
        Set<String> late = new HashSet<>(input.latePlaces());
        late.add(Evidence.place(BSC, 0, 2, 0));
        return new Evidence.Input(
                input.entries() + 11,
                input.swaps() + 10,
                input.distinctTrades() + 9,
                input.lateTrades() + 1,
                late,
                invalid,
                input.hungTransactions(),
                input.tornTransactions(),
                input.lostByBrokers());
    }

    private void publish(String topic, String... trades) {
        try (Producer<String, String> producer =
                new KafkaProducer<>(
                        brokers.client(Map.of()), new StringSerializer(), new StringSerializer())) {
            String record = "[" + String.join(",", trades) + "]";
            producer.send(new ProducerRecord<>(topic, 0, null, record));
        }
    }

    /**
     * Returns a trade of 10 USD. Its index in the block is its second after noon.
     *
     * @param second after noon
     */
    private static String trade(int chain, long second, double price, String type) {
        return """
        {"chain_id":%1$d,"pair_addr":"0xa%1$d","tx_hash":"0x%2$d","maker":"0xb","type":"%3$s",\
        "token_amount":2,"base_token_amount":1,"total_usd":10,"token_price_usd":%4$s,\
        "block_num":1,"block_time":%2$d,"transaction_index":%5$d,\
        "pair_info":{"token_symbol":"T"}}"""
                .formatted(chain, NOON + second, type, price, second);
    }
}

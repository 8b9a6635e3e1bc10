package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.PublishedMarket;
import io.dexklines.job.topics.CommittedRecords;
import io.dexklines.local.kafka.Brokers;
import io.dexklines.local.simulator.Market;
import io.dexklines.local.simulator.MarketSettings;
import io.dexklines.local.stack.FlinkJob;
import io.dexklines.local.wallets.FollowConditions;
import io.dexklines.local.wallets.WalletKey;
import io.dexklines.local.wallets.WalletLists;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A market in which every pair trades, and the checks of what must go on while a store is down: a
 * WebSocket client receives all trades of every pair, checkpoints complete and notifications are
 * committed.
 *
 * <p>The 100 pairs and their wallets are those of this class. A simulated market trades beside
 * them, in the same topics and at the same times, so that a verification has more to compare. Not
 * thread-safe.
 */
final class LiveTrading implements AutoCloseable {

    private static final String CHAIN = "56";
    private static final String TOPIC = "bsc-trades";
    private static final int PARTITIONS = 4;
    private static final int PAIRS = 100;

    /** The number of smart-money wallets. Each trades one pair of its own. */
    private static final int WALLETS = 10;

    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Brokers kafka;
    private final Callable<FlinkJob> job;
    private final KafkaProducer<byte[], byte[]> producer;
    private final PublishedMarket market;
    private final LiveCharts charts;
    private final List<String> hits = new ArrayList<>();
    private long timeMs;
    private long rounds;

    /**
     * Lists the wallets, and connects the client. Publishes no trade yet.
     *
     * @param relay the relay's address, {@code ws://host:port}
     * @param job asks for the state of the job
     * @param seed the seed of the simulated market
     */
    LiveTrading(Brokers kafka, String relay, Callable<FlinkJob> job, long seed) throws Exception {
        this.kafka = kafka;
        this.job = job;
        this.timeMs = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        this.producer =
                new KafkaProducer<>(
                        kafka.client(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        this.market =
                new PublishedMarket(
                        new Market(
                                new MarketSettings(seed, timeMs, 60, 100, Long.MAX_VALUE)
                                        .withHostileSymbols()),
                        producer);
        try (WalletLists lists = new WalletLists(kafka)) {
            for (int wallet = 0; wallet < WALLETS; wallet++) {
                WalletKey key = WalletKey.of(CHAIN, wallet(wallet));
                lists.list(key, "wallet " + wallet);
                lists.follow(key, "alice", FollowConditions.ALL);
            }
            lists.flush();
        }
        this.charts = LiveCharts.open(relay, pairs().toList());
    }

    /** Publishes the next second of the market, at the end of which each pair trades once. */
    void trade() {
        trade(ROUND);
    }

    /** Publishes the given time of the market, at the end of which each pair trades once. */
    void trade(Duration time) {
        timeMs += time.toMillis();
        market.publishUntil(timeMs);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<String> trades = new ArrayList<>();
            for (int pair = partition; pair < PAIRS; pair += PARTITIONS) {
                trades.add(tradeOf(pair));
            }
            byte[] record = ("[" + String.join(",", trades) + "]").getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(TOPIC, partition, null, record));
        }
        producer.flush();
        rounds++;
    }

    private String tradeOf(int pair) {
        String hash = "0xa11%06x%03d".formatted(rounds, pair);
        if (pair < WALLETS) {
            hits.add(hash);
        }
        return """
        {"chain_id":"%s","pair_addr":"%s","tx_hash":"%s","maker":"%s","type":"%s",\
        "token_amount":"2","base_token_amount":"1","total_usd":"%d","token_price_usd":"%d",\
        "block_num":%d,"block_time":%d,"transaction_index":%d}"""
                .formatted(
                        CHAIN,
                        pair(pair),
                        hash,
                        pair < WALLETS ? wallet(pair) : "0x57a9e7" + pair,
                        rounds % 3 == 0 ? "sell" : "buy",
                        2 * (1 + rounds % 7),
                        1 + rounds % 7,
                        timeMs,
                        timeMs / 1000,
                        pair);
    }

    private static String pair(int number) {
        return "0x%040x".formatted(0xa11_000 + number);
    }

    private static String wallet(int number) {
        return "0x%040x".formatted(0x3a1e_000 + number);
    }

    /** Returns the number of trades of each pair of this class, by {@code chain_id:pair_addr}. */
    Map<String, Long> trades() {
        return pairs().collect(Collectors.toMap(pair -> pair, pair -> rounds));
    }

    private static Stream<String> pairs() {
        return IntStream.range(0, PAIRS).mapToObj(pair -> CHAIN + ":" + pair(pair));
    }

    /**
     * Lets every pair trade, and waits until the client has received every trade of every pair.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if a trade of a pair does not arrive
     */
    void awaitFramesOfEveryPair(Duration patience) {
        trade();
        await("trades of every pair at the client")
                .atMost(patience)
                .untilAsserted(
                        () ->
                                assertThat(charts.trades())
                                        .containsExactlyInAnyOrderEntriesOf(trades()));
    }

    /**
     * Waits until three checkpoints have completed, each triggered after the one before it and
     * after this call, while every pair trades.
     *
     * <p>The number of completed checkpoints would not do. The cluster answers from a copy that is
     * a few seconds old, in which the checkpoints of before an outage appear after its beginning.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if they do not complete
     */
    void awaitThreeCheckpoints(Duration patience) throws Exception {
        AtomicInteger completed = new AtomicInteger();
        AtomicLong afterMs = new AtomicLong(System.currentTimeMillis());
        await("three checkpoints")
                .atMost(patience)
                .pollInterval(BETWEEN_ROUNDS)
                .until(
                        () -> {
                            trade();
                            long latestMs = job.call().checkpointTriggeredMs();
                            if (latestMs > afterMs.get()) {
                                afterMs.set(latestMs);
                                completed.incrementAndGet();
                            }
                            return completed.get() == 3;
                        });
    }

    /**
     * Waits until a consumer that reads only committed records sees one notification for each trade
     * of a smart-money wallet so far.
     *
     * @throws org.awaitility.core.ConditionTimeoutException if one does not become visible
     */
    void awaitNotifications(Duration patience) {
        await("notifications of all trades of smart-money wallets")
                .atMost(patience)
                .untilAsserted(
                        () -> assertThat(notified()).containsExactlyInAnyOrderElementsOf(hits));
    }

    private List<String> notified() throws Exception {
        List<String> hashes = new ArrayList<>();
        for (String record : CommittedRecords.of(kafka, "smart-money-notifications")) {
            hashes.add(JSON.readTree(record).path("tx_hash").asText());
        }
        return hashes;
    }

    @Override
    public void close() {
        charts.close();
        producer.close();
    }
}

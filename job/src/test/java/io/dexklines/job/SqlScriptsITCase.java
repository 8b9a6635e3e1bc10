package io.dexklines.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.job.GeneratedTrades.Block;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.PairKlines;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of {@code sql/flink} and the examples of its README, each as it stands there, in a
 * session that has the jar and a real broker. Only where the brokers are and that a topic ends is
 * said besides.
 */
class SqlScriptsITCase {

    private static final long SEED = 20_251_125;
    private static final int PARTITIONS = 2;
    private static final int MAX_DISORDER_MS = 4_900;

    private static final Path PROJECT = ProjectHome.find().folder();
    private static final Path SCRIPTS = PROJECT.resolve("sql/flink");
    private static final Path JAR = PROJECT.resolve("udfs/target/klines-sql.jar");

    private static final Map<String, String> TOPIC_OF_TABLE =
            Map.of(
                    "sol_trades", "sol-trades",
                    "bsc_trades", "bsc-trades",
                    "evm_trades", "evm-trades-v4",
                    "trades_excluded", "trades-excluded",
                    "smart_money_wallets", "smart-money-wallets");

    private static final Pattern SQL_EXAMPLE = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CHAIN = Pattern.compile("\"chain_id\":\"?(\\d+)");

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static int worlds;

    /** Topics of each test end with it. */
    private String suffix;

    @BeforeAll
    static void startTheBroker() {
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @BeforeEach
    void createTheTopics() {
        suffix = "-" + worlds++;
        TOPIC_OF_TABLE.values().forEach(topic -> kafka.createTopic(topic + suffix, PARTITIONS));
    }

    @Test
    void theKlinesAreThoseOfTheJobToTheBit() throws Exception {
        System.out.println("trades of seed " + SEED);
        GeneratedTrades market = GeneratedTrades.of(SEED);
        deliverTwiceAndShuffled(market, new Random(SEED));

        List<Row> klines = session().run(SCRIPTS.resolve("klines.sql"));

        assertThat(klines)
                .containsExactlyInAnyOrderElementsOf(klinesOfTheJob(market, Interval.FIVE_MINUTES));
        assertThat(klines.stream().mapToLong(kline -> kline.<Long>getFieldAs("trades")).sum())
                .isEqualTo(market.trades().size());
    }

    private SqlSession session() throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, 2);
        SqlSession session = new SqlSession(configuration);
        session.run("ADD JAR '" + JAR + "';");
        session.run(SCRIPTS.resolve("01-tables.sql"));
        for (Map.Entry<String, String> table : TOPIC_OF_TABLE.entrySet()) {
            session.run(
                    "ALTER TABLE %s SET ('topic' = '%s', 'properties.bootstrap.servers' = '%s', 'scan.bounded.mode' = 'latest-offset');"
                            .formatted(
                                    table.getKey(),
                                    table.getValue() + suffix,
                                    kafka.bootstrapServers()));
        }
        return session;
    }

    /**
     * Every record comes twice, in the second one with more beside its trades, on any partition,
     * and up to the disorder that is allowed behind later ones.
     */
    private void deliverTwiceAndShuffled(GeneratedTrades market, Random random) throws Exception {
        record Delivery(long arrivesMs, String topic, int partition, String json) {}
        List<Delivery> deliveries = new ArrayList<>();
        for (Block block : market.blocks()) {
            String again = block.json().replaceFirst("]$", ",{\"type\":\"gift\"},7]");
            for (String json : List.of(block.json(), again)) {
                deliveries.add(
                        new Delivery(
                                block.timeS() * 1000 + random.nextInt(MAX_DISORDER_MS),
                                topicOf(block),
                                random.nextInt(PARTITIONS),
                                json));
            }
        }
        deliveries.sort(Comparator.comparingLong(Delivery::arrivesMs));
        try (KafkaProducer<String, String> producer = producer()) {
            for (Delivery delivery : deliveries) {
                producer.send(
                        new ProducerRecord<>(
                                delivery.topic() + suffix,
                                delivery.partition(),
                                null,
                                delivery.json()));
            }
        }
    }

    private static String topicOf(Block block) {
        Matcher chain = CHAIN.matcher(block.json());
        assertThat(chain.find()).isTrue();
        return switch (chain.group(1)) {
            case "100000" -> "sol-trades";
            case "56" -> "bsc-trades";
            default -> "evm-trades-v4";
        };
    }

    private static KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    /** What the job's engine makes of the market, as the script's query has it. */
    private static List<Row> klinesOfTheJob(GeneratedTrades market, Interval interval) {
        JsonTradeDecoder decoder =
                new JsonTradeDecoder(
                        Map.of("", Set.of(GeneratedTrades.CHAINS.split(","))),
                        Duration.ofMinutes(1),
                        Clock.systemUTC());
        KlineRules rules = KlineRules.of(Set.of(Interval.ONE_MINUTE, interval), 0);
        Map<Pair, PairKlines> pairs = new HashMap<>();
        for (Block block : market.blocks()) {
            DecodedRecord record =
                    decoder.decode(block.json().getBytes(StandardCharsets.UTF_8), "", 0, 0);
            for (Trade trade : record.trades()) {
                pairs.computeIfAbsent(
                                new Pair(trade.chainId(), trade.pairAddress()),
                                pair -> new PairKlines())
                        .add(Swap.of(trade), rules, Long.MIN_VALUE);
            }
        }
        List<Row> rows = new ArrayList<>();
        pairs.forEach(
                (pair, klines) ->
                        klines.takeChanged(rules, Long.MAX_VALUE).stream()
                                .filter(kline -> kline.interval() == interval)
                                .forEach(kline -> rows.add(row(pair, kline))));
        return rows;
    }

    private static Row row(Pair pair, Kline kline) {
        return Row.of(
                pair.chainId(),
                pair.address(),
                kline.interval().code(),
                utc(kline.openTimeMs() / 1000),
                kline.open(),
                kline.high(),
                kline.low(),
                kline.close(),
                kline.mcapOpen(),
                kline.mcapHigh(),
                kline.mcapLow(),
                kline.mcapClose(),
                kline.volumeUsd(),
                kline.volumeToken(),
                kline.buyVolumeUsd(),
                kline.buyVolumeToken(),
                kline.trades(),
                kline.buys(),
                kline.sells(),
                kline.vwap(),
                kline.first().blockTimeSeconds(),
                kline.last().blockTimeSeconds(),
                kline.first().text(),
                kline.last().text());
    }

    private static LocalDateTime utc(long seconds) {
        return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    }
}

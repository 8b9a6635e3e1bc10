package io.dexklines.job.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.decode.JsonTradeDecoder;
import io.dexklines.job.exactness.GeneratedTrades;
import io.dexklines.job.exactness.GeneratedTrades.Block;
import io.dexklines.job.sink.kafka.ExcludedTradesSink;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineNumbers;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.PairKlines;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.ExclusionReason;
import io.dexklines.trade.Pair;
import io.dexklines.trade.Swap;
import io.dexklines.trade.Trade;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.InternalMiniClusterExtension;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.InjectClusterClientConfiguration;
import org.apache.flink.types.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the scripts of {@code sql/flink} and the examples of its README unchanged, in a session that
 * has the jar, against a real broker. The test adds only the brokers' addresses and an end for
 * every topic.
 */
class SqlScriptsITCase {

    private static final long SEED = 20_251_125;
    private static final int PARTITIONS = 2;
    private static final int PARALLELISM = 2;
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

    /** A Monday that begins a month, within the generated market. */
    private static final LocalDateTime MONDAY = LocalDateTime.of(2025, 9, 1, 0, 0);

    private static final LocalDateTime NOON = MONDAY.plusHours(12);

    private static final Pattern CHAIN = Pattern.compile("\"chain_id\":\"?(\\d+)");

    @RegisterExtension
    private static final InternalMiniClusterExtension FLINK =
            new InternalMiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(PARALLELISM)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;
    private static Configuration cluster;
    private static int tests;

    /** The suffix of this test's topics. */
    private String suffix;

    @BeforeAll
    static void startTheBroker(@InjectClusterClientConfiguration Configuration ofTheCluster) {
        cluster = ofTheCluster;
        kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @BeforeEach
    void createTheTopics() {
        suffix = "-" + tests++;
        TOPIC_OF_TABLE.values().forEach(topic -> kafka.createTopic(topic + suffix, PARTITIONS));
    }

    @Test
    void klinesEqualThoseOfTheJobBitForBit() throws Exception {
        System.out.println("trades of seed " + SEED);
        GeneratedTrades market = GeneratedTrades.of(SEED);
        deliverTwiceAndShuffled(market, new Random(SEED));

        SqlSession session = session();
        List<Row> klines = session.run(SCRIPTS.resolve("klines.sql"));
        List<Row> weeks = session.run(example("'1w' AS `interval`"));

        assertThat(klines)
                .containsExactlyInAnyOrderElementsOf(klinesOfTheJob(market, Interval.FIVE_MINUTES));
        assertThat(klines.stream().mapToLong(kline -> kline.<Long>getFieldAs("trades")).sum())
                .isEqualTo(market.trades().size());
        assertThat(weeks)
                .containsExactlyInAnyOrderElementsOf(klinesOfTheJob(market, Interval.ONE_WEEK));
        assertThat(weeks).extracting(week -> week.getField("open_time")).contains(MONDAY);
    }

    @Test
    void topMoversRankTheHourBySizeOfTheMoveWithoutSandwichesAndDust() throws Exception {
        deliverTheNoonMarket();

        List<Row> movers = session().run(SCRIPTS.resolve("top-movers.sql"));

        List<Row> expected = new ArrayList<>();
        // all trades are in one slice of five minutes, which is in twelve windows of one hour
        for (LocalDateTime end = NOON.plusMinutes(5);
                !end.isAfter(NOON.plusHours(1));
                end = end.plusMinutes(5)) {
            LocalDateTime start = end.minusHours(1);
            expected.add(Row.of(start, end, 1L, "1", "0xaaa", "AAA", 1.0, 1.5, 50.0, 1200.0));
            expected.add(Row.of(start, end, 2L, "100000", "Sss", "SSS", 4.0, 3.0, -25.0, 1001.0));
            double change = (7.95 / 10 - 1) * 100;
            expected.add(Row.of(start, end, 3L, "1", "0xbbb", "BBB", 10.0, 7.95, change, 2050.5));
        }
        assertThat(movers).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void volumeLeadersRankTheDaySoFarByChain() throws Exception {
        deliverTheNoonMarket();

        List<Row> leaders = session().run(SCRIPTS.resolve("volume-leaders.sql"));

        LocalDateTime day = NOON.toLocalDate().atStartOfDay();
        List<Row> expected = new ArrayList<>();
        for (LocalDateTime soFar = NOON.plusMinutes(5);
                !soFar.isAfter(day.plusDays(1));
                soFar = soFar.plusMinutes(5)) {
            expected.add(Row.of(day, soFar, "1", 1L, "0xbbb", "BBB", 2050.5, 2L));
            expected.add(Row.of(day, soFar, "1", 2L, "0xaaa", "AAA", 1200.0, 3L));
            expected.add(Row.of(day, soFar, "56", 1L, "0xccc", "CCC", 999.0, 1L));
            expected.add(Row.of(day, soFar, "100000", 1L, "Sss", "SSS", 1001.0, 2L));
        }
        assertThat(leaders).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void theWalletLeaderboardRanksWalletsByWhatTheyTookOutOfTheMarket() throws Exception {
        deliverTheNoonMarket();

        assertThat(session().run(SCRIPTS.resolve("wallet-leaderboard.sql")))
                .containsExactlyInAnyOrder(
                        Row.of(NOON, "1", 1L, "0xa11ce", 2750.5, 750.5, 2000.0, 1249.5, 4L, 2L),
                        Row.of(NOON, "1", 2L, "0xb0b", 500.0, 0.0, 500.0, 500.0, 1L, 1L),
                        Row.of(NOON, "56", 1L, "0xca401", 999.0, 999.0, 0.0, -999.0, 1L, 1L),
                        Row.of(NOON, "100000", 1L, "So1", 1001.0, 1000.0, 1.0, -999.0, 2L, 1L));
    }

    @Test
    void theOtherQueriesDescribeTheNoonMarket() throws Exception {
        deliverTheNoonMarket();
        SqlSession session = session();

        assertThat(session.run(SCRIPTS.resolve("largest-trades.sql")))
                .containsExactlyInAnyOrder(
                        Row.of(NOON, "1", 1L, "0xbbb", "BBB", "0xa11ce", "sell", 2000.0, "0x60"),
                        Row.of(NOON, "1", 2L, "0xaaa", "AAA", "0xa11ce", "buy", 600.0, "0x10"),
                        Row.of(NOON, "1", 3L, "0xaaa", "AAA", "0xb0b", "sell", 500.0, "0x30"),
                        Row.of(NOON, "1", 4L, "0xaaa", "AAA", "0xa11ce", "buy", 100.0, "0x5"),
                        Row.of(NOON, "1", 5L, "0xbbb", "BBB", "0xa11ce", "buy", 50.5, "0x90"),
                        Row.of(NOON, "56", 1L, "0xccc", "CCC", "0xca401", "buy", 999.0, "0x120"),
                        Row.of(NOON, "100000", 1L, "Sss", "SSS", "So1", "buy", 1000.0, "180"),
                        Row.of(NOON, "100000", 2L, "Sss", "SSS", "So1", "sell", 1.0, "181"));
        assertThat(session.run(SCRIPTS.resolve("buy-pressure.sql")))
                .containsExactlyInAnyOrder(
                        Row.of(NOON, "1", "0xaaa", "AAA", 1200.0, 700.0 / 1200.0),
                        Row.of(NOON, "1", "0xbbb", "BBB", 2050.5, 50.5 / 2050.5),
                        Row.of(NOON, "56", "0xccc", "CCC", 999.0, 1.0),
                        Row.of(NOON, "100000", "Sss", "SSS", 1001.0, 1000.0 / 1001.0));
        assertThat(session.run(SCRIPTS.resolve("chain-activity.sql")))
                .containsExactlyInAnyOrder(
                        Row.of(NOON, "1", 3L, 1L, 2L, 1200.0),
                        Row.of(NOON.plusMinutes(1), "1", 2L, 1L, 1L, 2050.5),
                        Row.of(NOON.plusMinutes(2), "56", 1L, 1L, 1L, 999.0),
                        Row.of(NOON.plusMinutes(3), "100000", 2L, 1L, 1L, 1001.0));
        assertThat(session.run(SCRIPTS.resolve("first-trades.sql")))
                .containsExactlyInAnyOrder(
                        Row.of("1", "0xaaa", "AAA", NOON.plusSeconds(5), 1.0, 3L),
                        Row.of("1", "0xbbb", "BBB", NOON.plusSeconds(60), 10.0, 2L),
                        Row.of("56", "0xccc", "CCC", NOON.plusSeconds(120), 2.0, 1L),
                        Row.of("100000", "Sss", "SSS", NOON.plusSeconds(180), 4.0, 2L));
    }

    @Test
    void smartMoneyTradesAreThoseOfWalletsOnTheCurrentList() throws Exception {
        deliverTheNoonMarket();
        try (KafkaProducer<String, String> producer = producer()) {
            follow(producer, "1", "0xA11CE", "alice");
            follow(producer, "1", "0xb0b", "bob");
            follow(producer, "100000", "So1", "sol");
            follow(producer, "100000", "so1", "another wallet");
            producer.send(new ProducerRecord<>("smart-money-wallets" + suffix, "1:0xb0b", null));
        }

        assertThat(session().run(SCRIPTS.resolve("smart-money.sql")))
                .containsExactlyInAnyOrder(
                        Row.of(NOON, "alice", "1", "0xa11ce", "0xaaa", "AAA", 700.0, 0.0, 2L),
                        Row.of(NOON, "alice", "1", "0xa11ce", "0xbbb", "BBB", 50.5, 2000.0, 2L),
                        Row.of(NOON, "sol", "100000", "So1", "Sss", "SSS", 1000.0, 1.0, 2L));
    }

    @Test
    void excludedTradesAreCountedByTopicAndReason() throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            exclude(producer, 1_000, "invalid", "not an object", "7");
            exclude(producer, 3_000, "invalid", "not an object", "[8]");
            exclude(producer, 2_000, "unsupported_type", "type is gift", "{\"type\":\"gift\"}");
        }

        SqlSession session = session();

        assertThat(session.run(SCRIPTS.resolve("excluded.sql")))
                .containsExactlyInAnyOrder(
                        Row.of("bsc-trades", "invalid", 2L, Instant.ofEpochMilli(3_000)),
                        Row.of("bsc-trades", "unsupported_type", 1L, Instant.ofEpochMilli(2_000)));
        assertThat(session.run(example("WHERE reason = 'unsupported_type'")))
                .containsExactly(
                        Row.of("bsc-trades", 2_000L, 0, "type is gift", "{\"type\":\"gift\"}"));
    }

    @Test
    void theExamplesOfTheReadmeRun() throws Exception {
        deliverTheNoonMarket();
        try (KafkaProducer<String, String> producer = producer()) {
            producer.send(new ProducerRecord<>("bsc-trades" + suffix, "no JSON"));
            producer.send(new ProducerRecord<>("bsc-trades" + suffix, null));
            producer.send(new ProducerRecord<>("bsc-trades" + suffix, "[7,{\"type\":\"gift\"}]"));
        }

        SqlSession session = session();
        Map<String, List<Row>> answers = new HashMap<>();
        for (String example : examples()) {
            answers.put(example, session.run(example));
        }

        assertThat(answers.get(example("GROUP BY reason")))
                .containsExactlyInAnyOrder(
                        Row.of("a trade", 1L),
                        Row.of("malformed", 2L),
                        Row.of("invalid", 1L),
                        Row.of("unsupported_type", 1L));
        assertThat(answers.get(example("WHERE chain_id = '1'")))
                .containsExactlyInAnyOrder(
                        Row.of("0xaaa", NOON, 1.0, 1.5, 1200.0),
                        Row.of("0xbbb", NOON, 10.0, 7.95, 2050.5));
        assertThat(answers.get(example("SESSION(")))
                .contains(
                        Row.of(
                                "0xa11ce",
                                NOON.plusSeconds(59).plusNanos(999_000_000),
                                NOON.plusMinutes(11).plusSeconds(59).plusNanos(999_000_000),
                                4L,
                                2750.5));
        assertThat(answers.get(example("CUMULATE(")))
                .filteredOn(hour -> hour.getField("pair_addr").equals("0xaaa"))
                .hasSize(60)
                .allSatisfy(hour -> assertThat(hour.getField("close")).isEqualTo(1.5));
    }

    private SqlSession session() throws Exception {
        Configuration configuration = new Configuration(cluster);
        // query and jar are shipped as to any cluster; SqlJarITCase shows that the jar is complete
        configuration.set(DeploymentOptions.TARGET, "remote");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, PARALLELISM);
        // Only the end of the input ends a window. With periodic watermarks, Flink SQL, which has
        // no
        // allowed lateness, dropped the earliest trades as late in some runs.
        configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofHours(1));
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

    /** Publishes trades at noon by four wallets in four pairs. The first record is redelivered. */
    private void deliverTheNoonMarket() throws Exception {
        String first =
                array(
                        evmTrade("1", "0xAAA", "0xA11CE", "buy", 10, "600", "1", false),
                        evmTrade("1", "0xAAA", "0xB0B", "sell", 30, "500", "1.5", false),
                        evmTrade("1", "0xAAA", "0xA11CE", "buy", 5, "100", "9", true));
        try (KafkaProducer<String, String> producer = producer()) {
            for (Map.Entry<String, String> record :
                    List.of(
                            Map.entry("evm-trades-v4", first),
                            Map.entry("evm-trades-v4", first),
                            Map.entry(
                                    "evm-trades-v4",
                                    array(
                                            evmTrade(
                                                    "1", "0xBBB", "0xA11CE", "sell", 60, "2000",
                                                    "10", false),
                                            evmTrade(
                                                    "1", "0xBBB", "0xA11CE", "buy", 90, "50.5",
                                                    "7.95", false))),
                            Map.entry(
                                    "bsc-trades",
                                    array(
                                            evmTrade(
                                                    "56", "0xCCC", "0xCA401", "buy", 120, "999",
                                                    "2", false))),
                            Map.entry(
                                    "sol-trades",
                                    array(
                                            solTrade("buy", 180, 1000, 4),
                                            solTrade("sell", 181, 1, 3))))) {
                producer.send(
                        new ProducerRecord<>(record.getKey() + suffix, 0, null, record.getValue()));
            }
        }
    }

    private static String array(String... trades) {
        return String.join(",", trades).transform(joined -> "[" + joined + "]");
    }

    private static String evmTrade(
            String chain,
            String pair,
            String maker,
            String side,
            int secondsAfterNoon,
            String usd,
            String price,
            boolean clamp) {
        return """
                {"chain_id":%s,"pair_addr":"%s","tx_hash":"0x%d","maker":"%s","type":"%s",\
                "token_amount":"1","total_usd":"%s","token_price_usd":"%s","block_num":%3$d,\
                "block_time":%d,"clamp":%b,"pair_info":{"token_symbol":"%s"}}"""
                .formatted(
                        chain,
                        pair,
                        secondsAfterNoon,
                        maker,
                        side,
                        usd,
                        price,
                        NOON.toEpochSecond(ZoneOffset.UTC) + secondsAfterNoon,
                        clamp,
                        pair.substring(2));
    }

    private static String solTrade(String side, int secondsAfterNoon, int usd, int price) {
        return """
                {"chain_id":"100000","pair_addr":"Sss","tx_hash":"%d","maker":"So1","type":"%s",\
                "token_amount":1,"total_usd":%d,"token_price_usd":%d,"slot":%1$d,\
                "block_time":%d,"pair_info":{"token_symbol":"SSS"}}"""
                .formatted(
                        secondsAfterNoon,
                        side,
                        usd,
                        price,
                        NOON.toEpochSecond(ZoneOffset.UTC) + secondsAfterNoon);
    }

    private void follow(
            KafkaProducer<String, String> producer, String chain, String address, String label) {
        producer.send(
                new ProducerRecord<>(
                        "smart-money-wallets" + suffix,
                        chain + ":" + address,
                        "{\"chain_id\":\"%s\",\"address\":\"%s\",\"label\":\"%s\"}"
                                .formatted(chain, address, label)));
    }

    private void exclude(
            KafkaProducer<String, String> producer,
            long timestampMs,
            String reason,
            String detail,
            String trade) {
        ExcludedTrade excluded =
                new ExcludedTrade(
                        ExclusionReason.valueOf(reason.toUpperCase(Locale.ROOT)),
                        detail,
                        "bsc-trades",
                        1,
                        timestampMs,
                        0,
                        trade);
        producer.send(
                new ProducerRecord<>(
                        "trades-excluded" + suffix,
                        0,
                        timestampMs,
                        null,
                        new String(ExcludedTradesSink.json(excluded), StandardCharsets.UTF_8)));
    }

    /** Returns the examples of the README, in its order. */
    private static List<String> examples() throws Exception {
        return SQL_EXAMPLE
                .matcher(Files.readString(SCRIPTS.resolve("README.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    /** Returns the only example of the README that contains the text. */
    private static String example(String containing) throws Exception {
        List<String> found =
                examples().stream().filter(example -> example.contains(containing)).toList();
        assertThat(found).as(containing).hasSize(1);
        return found.get(0);
    }

    /**
     * Publishes every record twice, the second time with entries that are no trades, on random
     * partitions and out of order by as much as is allowed.
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

    /**
     * Returns the klines that the job's engine computes, with the columns of the script's query.
     */
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
                Pair pair = new Pair(trade.chainId(), trade.pairAddress());
                pairs.computeIfAbsent(pair, any -> new PairKlines())
                        .add(pair, Swap.of(trade), rules, Long.MIN_VALUE);
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
        List<Object> columns = new ArrayList<>();
        columns.add(pair.chainId());
        columns.add(pair.address());
        columns.add(kline.interval().code());
        columns.add(utc(kline.openTimeMs() / 1000));
        columns.addAll(KlineNumbers.of(kline));
        columns.add(kline.trades());
        columns.add(kline.buys());
        columns.add(kline.sells());
        columns.add(kline.vwap());
        columns.add(kline.first().blockTimeSeconds());
        columns.add(kline.last().blockTimeSeconds());
        columns.add(kline.first().text());
        columns.add(kline.last().text());
        return Row.of(columns.toArray());
    }

    private static LocalDateTime utc(long seconds) {
        return LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    }
}

package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.LocalRedis;
import io.dexklines.local.stack.EmbeddedKafka;
import io.dexklines.local.stack.EmbeddedMariaDb;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;

/** Compares what the Go writer would have left in real servers. */
@Timeout(120)
class CompareITCase {

    private static final String TOPIC = "sol-trades";
    private static final String POOL = "5R7YGYuHNizsgmjTMS94cr138Gjdv8GpEGuuMBQA1HZR";
    private static final long MINUTE = 1_767_571_200;

    @TempDir Path folder;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void everyDifferenceIsNamedAndWhatIsUnexplainedFails() throws Exception {
        Path details = folder.resolve("differences.jsonl");
        try (EmbeddedKafka kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
                LocalRedis redis =
                        LocalRedis.start(Files.createDirectory(folder.resolve("redis")));
                Jedis jedis = redis.client()) {
            kafka.createTopic(TOPIC, 1);
            publish(
                    kafka,
                    trade("a", MINUTE, 1, 10),
                    trade("b", MINUTE + 60, 2, 20),
                    trade("c", MINUTE + 61, 3, 30));
            String key = "kline:100000:" + POOL + ":1m";
            jedis.zadd(key, MINUTE, member(MINUTE, "1,1,1,1,9,9,9,9,10,10,1,0,1"));
            // the last record came twice
            jedis.zadd(key, MINUTE + 60, member(MINUTE + 60, "2,3,3,2,9,9,9,9,80,30,3,0,3"));
            createRows(mariaDb);
            Path config =
                    Files.writeString(
                            folder.resolve("klines.properties"),
                            "kafka.bootstrap-servers=%s\ningest.topics=%s=100000\n"
                                    .formatted(kafka.bootstrapServers(), TOPIC));
            String[] arguments = {
                "--config",
                config.toString(),
                "--redis",
                "redis://127.0.0.1:" + redis.port(),
                "--mysql",
                mariaDb.jdbcUrl(),
                "--mysql-username",
                mariaDb.verifier().user(),
                "--mysql-password",
                mariaDb.verifier().passwordReference(),
                "--to",
                "2026-01-05T00:02:00Z",
                "--details",
                details.toString()
            };

            assertThat(compare(arguments)).isZero();

            // Redis: equal and redelivered; MySQL: appended rows, and a row before the last update
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .endsWith(
                            "VERDICT compared=4 equal=1 explained=3 ambiguous=0 unexplained=0"
                                    + " incomparable=0\n");
            assertThat(Files.readAllLines(details))
                    .hasSize(3)
                    .anyMatch(
                            line ->
                                    line.contains(
                                            "{\"cause\":\"redelivered\",\"count\":1,\"trades\":"
                                                    + "[{\"topic\":\"sol-trades\",\"partition\":0,"
                                                    + "\"offset\":2,\"index\":0}]}"))
                    .anyMatch(line -> line.contains("\"cause\":\"appended-rows\""))
                    .anyMatch(line -> line.contains("\"cause\":\"stale-row\""));

            jedis.del(key);
            jedis.zadd(key, MINUTE, member(MINUTE, "1,1,1,1,9,9,9,9,11,10,1,0,1"));
            assertThat(compare(arguments)).isEqualTo(1);
            assertThat(printed.toString(StandardCharsets.UTF_8))
                    .contains(
                            "unexplained: redis 100000:%s 1m %d: volume_usd is 11.0, not 10.0"
                                    .formatted(POOL, MINUTE));
        }
    }

    private static void createRows(EmbeddedMariaDb mariaDb) throws Exception {
        try (Connection connection = mariaDb.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE trade_kline_1m_01 (
                    id BIGINT AUTO_INCREMENT PRIMARY KEY, chain_id BIGINT, pair_address LONGTEXT,
                    candle_time BIGINT, open_at BIGINT, close_at BIGINT, o DOUBLE, c DOUBLE,
                    h DOUBLE, l DOUBLE, v DOUBLE, t DOUBLE, a DOUBLE, count BIGINT,
                    buy_count BIGINT, sell_count BIGINT, updated_at DATETIME(3))
                    """);
            String row =
                    "INSERT INTO trade_kline_1m_01 (chain_id, pair_address, candle_time, o, c, h,"
                            + " l, v, t, count, buy_count, sell_count) VALUES (100000, '"
                            + POOL
                            + "', ";
            statement.execute(row + MINUTE + ", 1, 1, 1, 1, 10, 10, 1, 1, 0)");
            statement.execute(row + MINUTE + ", 1, 1, 1, 1, 10, 10, 1, 1, 0)");
            statement.execute(row + (MINUTE + 60) + ", 2, 2, 2, 2, 20, 10, 1, 1, 0)");
        }
    }

    private static void publish(EmbeddedKafka kafka, String... records) {
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (String record : records) {
                producer.send(new ProducerRecord<>(TOPIC, "any", record));
            }
        }
    }

    private static String trade(String tx, long time, double price, double usd) {
        return """
        [{"chain_id":"100000","pair_addr":"%s","tx_hash":"%s","maker":"m","type":"buy",
        "block_time":%d,"block_num":%d,"token_amount":%s,"total_usd":%s,"token_price_usd":%s,
        "mcap":9}]
        """
                .formatted(POOL, tx, time, time, usd / price, usd, price);
    }

    private static String member(long open, String values) {
        return POOL + ',' + open + ',' + values;
    }

    private int compare(String... arguments) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return new CommandLine(
                        new CompareCommand(
                                folder,
                                any -> Optional.empty(),
                                out,
                                new PrintStream(
                                        OutputStream.nullOutputStream(),
                                        true,
                                        StandardCharsets.UTF_8),
                                false))
                .execute(arguments);
    }
}

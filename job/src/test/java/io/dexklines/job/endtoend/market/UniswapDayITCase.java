package io.dexklines.job.endtoend.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.replay.Replay;
import io.dexklines.local.replay.ReplayProgress;
import io.dexklines.local.replay.ReplaySource;
import io.dexklines.local.replay.UniswapDay;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.RedisClient;

/**
 * Replays a real day of a real pool through the broker, the job in its own JVMs and the real sinks,
 * and compares the klines with those that a third party published for the same trades.
 */
@WholeStack.Shared
class UniswapDayITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String PAIR = UniswapDay.CHAIN_ID + ":" + UniswapDay.PAIR_ADDRESS;
    private static final String WHERE_PAIR =
            " WHERE chain_id = '1' AND pair_addr = '" + UniswapDay.PAIR_ADDRESS + "'";

    @Test
    void everyMinuteEqualsThePublishedOneBitForBitInEverySink(Running stack) throws Exception {
        Map<Long, UniswapDay.Minute> published = published();
        assertThat(published).hasSize(UniswapDay.MINUTES);

        try (WatchingBrowser browser =
                WatchingBrowser.watch(stack.relayWebSocket(), PAIR + "@kline_1m")) {
            try (KafkaProducer<byte[], byte[]> producer = stack.producer();
                    ReplaySource day = ReplaySource.ofSample()) {
                Replay.unpaced(producer, UniswapDay.TOPIC).run(day, ReplayProgress.silent());
            }

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(trades(stack, "1m")).isEqualTo(UniswapDay.SWAPS));
            assertThat(minutesInMySql(stack)).isEqualTo(published);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(minutesInRedis(stack)).isEqualTo(published));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(minutesSeenBy(browser)).isEqualTo(published));
        }

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(excludedOfTheDay(stack))
                                        .hasSize(UniswapDay.ENTRIES - UniswapDay.SWAPS)
                                        .allMatch(
                                                entry ->
                                                        entry.contains(
                                                                "\"reason\":\"unsupported_type\"")));
        for (String interval : List.of("5m", "15m", "30m", "1h", "4h", "12h", "1d", "1w")) {
            // the newest version of a kline that is still open is written after others
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(trades(stack, interval))
                                            .as(interval)
                                            .isEqualTo(UniswapDay.SWAPS));
        }
        assertThat(stack.job().restarts()).isZero();
    }

    private static Map<Long, UniswapDay.Minute> published() throws Exception {
        Map<Long, UniswapDay.Minute> minutes = new TreeMap<>();
        UniswapDay.minutes().forEach(minute -> minutes.put(minute.openTimeS(), minute));
        return minutes;
    }

    private static long trades(Running stack, String interval) throws Exception {
        return stack.number(
                "SELECT SUM(trades) FROM kline"
                        + WHERE_PAIR
                        + " AND interval_code = '"
                        + interval
                        + "'");
    }

    private static List<String> excludedOfTheDay(Running stack) {
        return stack.excluded().stream()
                .filter(entry -> entry.contains(UniswapDay.PAIR_ADDRESS))
                .toList();
    }

    private static Map<Long, UniswapDay.Minute> minutesInMySql(Running stack) throws Exception {
        Map<Long, UniswapDay.Minute> minutes = new TreeMap<>();
        try (Connection database = stack.database();
                Statement statement = database.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT open_time, `open`, high, low, `close` FROM kline"
                                        + WHERE_PAIR
                                        + " AND interval_code = '1m'")) {
            while (rows.next()) {
                long openTimeS = rows.getLong(1);
                minutes.put(
                        openTimeS,
                        new UniswapDay.Minute(
                                openTimeS,
                                rows.getDouble(2),
                                rows.getDouble(3),
                                rows.getDouble(4),
                                rows.getDouble(5)));
            }
        }
        return minutes;
    }

    private static Map<Long, UniswapDay.Minute> minutesInRedis(Running stack) {
        Map<Long, UniswapDay.Minute> minutes = new TreeMap<>();
        try (RedisClient redis = stack.stack().redis().pool()) {
            for (String member : redis.zrange("kline:" + PAIR + ":1m", 0, -1)) {
                String[] fields = member.split(",");
                long openTimeS = Long.parseLong(fields[1]);
                minutes.put(
                        openTimeS,
                        new UniswapDay.Minute(
                                openTimeS,
                                Double.parseDouble(fields[2]),
                                Double.parseDouble(fields[4]),
                                Double.parseDouble(fields[5]),
                                Double.parseDouble(fields[3])));
            }
        }
        return minutes;
    }

    private static Map<Long, UniswapDay.Minute> minutesSeenBy(WatchingBrowser browser) {
        Map<Long, UniswapDay.Minute> minutes = new TreeMap<>();
        browser.klines()
                .forEach(
                        (openTimeS, kline) ->
                                minutes.put(
                                        openTimeS,
                                        new UniswapDay.Minute(
                                                openTimeS,
                                                number(kline, "o"),
                                                number(kline, "h"),
                                                number(kline, "l"),
                                                number(kline, "c"))));
        return minutes;
    }

    private static double number(JsonNode kline, String field) {
        return Double.parseDouble(kline.path(field).textValue());
    }
}

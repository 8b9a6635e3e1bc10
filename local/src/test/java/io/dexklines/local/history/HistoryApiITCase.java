package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.relay.RelayServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads history over HTTP from a real MySQL and a real Redis. Each test has its own pair. */
class HistoryApiITCase {

    private static final int MINUTE = 60;

    /** A minute in the past, whose klines are closed. */
    private static final long NOON = 1_767_960_000L;

    @TempDir static Path folder;
    private static HistoryStores stores;

    @BeforeAll
    static void start() throws IOException {
        stores = new HistoryStores(folder, 1);
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    // ---- /api/klines

    @Test
    void recentKlinesFromRedisAndOlderOnesFromMySqlMeetWithoutGapOrDuplicate() throws SQLException {
        long now = minute(0);
        for (int minute = -9; minute < 0; minute++) {
            stores.inMySql("0xa1", "1m", minute(now, minute), 100 + minute, 5);
        }
        for (int minute = -4; minute <= 0; minute++) {
            stores.inRedis("0xa1", "1m", minute(now, minute), 200 + minute, minute == -4 ? 3 : 9);
        }

        JsonNode answer = stores.get("/api/klines?chain_id=1&pair_addr=0xA1&interval=1m");

        assertThat(openTimes(answer)).isEqualTo(minutes(now, -9, 0));
        assertThat(numbers(answer, "open"))
                .as("MySQL has more trades at -4, Redis from -3 on")
                .containsExactly(91.0, 92.0, 93.0, 94.0, 95.0, 96.0, 197.0, 198.0, 199.0, 200.0);
        assertThat(answer.path("missing")).isEmpty();
    }

    @Test
    void afterAFlushAnIncompleteRedisHidesNoKlineOfMySql() throws SQLException {
        long now = minute(0);
        for (int minute = -9; minute < 0; minute++) {
            stores.inMySql("0xa2", "1m", minute(now, minute), 100, 5);
        }
        stores.inRedis("0xa2", "1m", minute(now, -6), 300, 6);
        stores.inRedis("0xa2", "1m", now, 400, 1);

        JsonNode answer = stores.get("/api/klines?chain_id=1&pair_addr=0xa2&interval=1m&limit=8");

        assertThat(openTimes(answer)).isEqualTo(minutes(now, -7, 0));
        assertThat(numbers(answer, "open"))
                .containsExactly(100.0, 300.0, 100.0, 100.0, 100.0, 100.0, 100.0, 400.0);
    }

    @Test
    void everyNumberReadsBackAsTheSameDoubleAndAKlineOfRedisHasAllFieldsOfMySql()
            throws SQLException {
        stores.inMySql("0xa3", "1m", NOON, 0.1 + 0.2, 5);
        stores.sql(
                "UPDATE kline SET low = 4.9e-324, high = 1.7976931348623157e308 WHERE pair_addr = '0xa3'");
        stores.inRedis("0xa3", "1m", NOON + MINUTE, 1.0 / 3, 7);
        stores.inMySql("0xa3", "1m", NOON + MINUTE, 1.0 / 3, 7);

        JsonNode answer =
                stores.get("/api/klines?chain_id=1&pair_addr=0xa3&interval=1m&from=" + NOON);

        assertThat(answer.path("klines").get(0).toString())
                .isEqualTo(
                        "{\"open_time\":1767960000,\"close_time\":1767960060,"
                                + "\"open\":0.30000000000000004,\"high\":1.7976931348623157E308,"
                                + "\"low\":4.9E-324,\"close\":0.8,"
                                + "\"mcap_open\":1.0,\"mcap_high\":4.0,\"mcap_low\":1.0,\"mcap_close\":3.0,"
                                + "\"volume_usd\":30.3,\"volume_token\":0.1,"
                                + "\"buy_volume_usd\":20.2,\"buy_volume_token\":0.05,"
                                + "\"trades\":5,\"buys\":2,\"sells\":1,\"vwap\":303.0,"
                                + "\"first_trade_time\":1767960000,\"last_trade_time\":1767960001,"
                                + "\"closed\":true}");
        JsonNode fromRedis = answer.path("klines").get(1);
        assertThat(fromRedis.path("open").doubleValue()).isEqualTo(1.0 / 3);
        assertThat(fromRedis.path("buys").longValue()).isEqualTo(2);
        assertThat(fromRedis.path("buy_volume_usd").doubleValue()).isEqualTo(20.2);
        assertThat(fromRedis.path("buy_volume_token").doubleValue()).isEqualTo(0.05);
        assertThat(fromRedis.path("first_trade_time").longValue()).isEqualTo(NOON + MINUTE);
        assertThat(fromRedis.path("last_trade_time").longValue()).isEqualTo(NOON + MINUTE + 1);
        assertThat(fromRedis.path("closed").booleanValue()).isTrue();
    }

    @Test
    void noFieldOfTheRecentPartIsNullWhileTheNewestKlineIsOnlyInRedisAndTheRelay()
            throws SQLException {
        long now = minute(0);
        for (int minute = -9; minute <= 0; minute++) {
            stores.inRedis("0xa8", "1m", minute(now, minute), 100, 9);
            stores.inMySql("0xa8", "1m", minute(now, minute), 100, minute < 0 ? 9 : 7);
        }
        stores.publish("0xa8", "1m", now, "107.5", 9);
        String klines = "/api/klines?chain_id=1&pair_addr=0xa8&interval=1m&fill=flat";

        await().until(() -> numbers(stores.get(klines), "buy_volume_usd").contains(2.0));

        JsonNode answer = stores.get(klines);
        assertThat(openTimes(answer)).isEqualTo(minutes(now, -9, 0));
        for (JsonNode kline : answer.path("klines")) {
            assertThat(kline).as(kline.toString()).noneMatch(JsonNode::isNull);
            assertThat(kline.path("trades").longValue()).isEqualTo(9);
        }
        JsonNode newest = answer.path("klines").get(9);
        assertThat(newest.path("closed").booleanValue()).isFalse();
        assertThat(newest.path("first_trade_time").longValue()).isEqualTo(now);
        assertThat(answer.path("missing")).isEmpty();
    }

    @Test
    void theFieldsOfAVersionThatOnlyRedisHasAreNullAndNotThoseOfAnOlderOne() throws SQLException {
        stores.inRedis("0xa9", "1m", NOON, 200, 9);
        stores.inMySql("0xa9", "1m", NOON, 100, 7);

        JsonNode kline =
                stores.get("/api/klines?chain_id=1&pair_addr=0xa9&interval=1m&from=" + NOON)
                        .path("klines")
                        .get(0);

        assertThat(kline.path("open").doubleValue()).isEqualTo(200);
        assertThat(kline.path("trades").longValue()).isEqualTo(9);
        assertThat(kline.path("buy_volume_usd").isNull()).isTrue();
        assertThat(kline.path("closed").isNull()).isTrue();
    }

    @Test
    void aPublishedKlineHasAllFieldsWithoutAnyStore() {
        long now = minute(0);
        stores.publish("0xa10", "1m", now, "107.5", 6);
        String klines = "/api/klines?chain_id=1&pair_addr=0xa10&interval=1m";

        await().until(() -> stores.get(klines).path("klines").size() == 1);

        assertThat(stores.get(klines).path("klines").get(0).toString())
                .isEqualTo(
                        ("{\"open_time\":%d,\"close_time\":%d,\"open\":1.0,\"high\":107.5,"
                                        + "\"low\":1.0,\"close\":107.5,"
                                        + "\"mcap_open\":10.0,\"mcap_high\":40.0,\"mcap_low\":5.0,\"mcap_close\":20.0,"
                                        + "\"volume_usd\":4.0,\"volume_token\":2.0,"
                                        + "\"buy_volume_usd\":2.0,\"buy_volume_token\":1.0,"
                                        + "\"trades\":6,\"buys\":5,\"sells\":1,\"vwap\":2.0,"
                                        + "\"first_trade_time\":%1$d,\"last_trade_time\":%1$d,"
                                        + "\"closed\":false}")
                                .formatted(now, now + MINUTE));
    }

    @Test
    void theVwapIsTheLargestDoubleWhereTheQuotientIsLarger() throws SQLException {
        stores.inMySql("0xa30", "1m", NOON, 1, 5);
        stores.sql("UPDATE kline SET volume_token = 1e-310 WHERE pair_addr = '0xa30'");

        JsonNode answer =
                stores.get("/api/klines?chain_id=1&pair_addr=0xa30&interval=1m&from=" + NOON);

        assertThat(answer.path("klines").get(0).path("volume_token").doubleValue())
                .isEqualTo(1e-310);
        assertThat(answer.path("klines").get(0).path("vwap").toString())
                .isEqualTo("1.7976931348623157E308");
    }

    @Test
    void fromIsInclusiveToIsExclusiveAndTheLimitKeepsTheOldestFromAGivenStart()
            throws SQLException {
        for (int minute = 0; minute < 6; minute++) {
            stores.inMySql("0xa4", "1m", minute(NOON, minute), 100, 5);
        }
        String klines = "/api/klines?chain_id=1&pair_addr=0xa4&interval=1m";
        String span = "&from=" + minute(NOON, 1) + "&to=" + minute(NOON, 5);

        assertThat(openTimes(stores.get(klines + span))).isEqualTo(minutes(NOON, 1, 4));
        assertThat(openTimes(stores.get(klines + span + "&limit=2")))
                .isEqualTo(minutes(NOON, 1, 2));
        assertThat(openTimes(stores.get(klines + "&to=" + minute(NOON, 5) + "&limit=2")))
                .isEqualTo(minutes(NOON, 3, 4));
    }

    @Test
    void flatFillingUsesThePreviousCloseAlsoFromBeforeTheSpanButNeverStartsBeforeTheFirstTrade()
            throws SQLException {
        stores.inMySql("0xa5", "1m", NOON, 10, 5);
        stores.inMySql("0xa5", "1m", minute(NOON, 4), 20, 5);
        String klines = "/api/klines?chain_id=1&pair_addr=0xa5&interval=1m&fill=flat";

        JsonNode answer =
                stores.get(klines + "&from=" + minute(NOON, 2) + "&to=" + minute(NOON, 6));

        assertThat(openTimes(answer)).isEqualTo(minutes(NOON, 2, 5));
        assertThat(numbers(answer, "close")).containsExactly(10.5, 10.5, 20.5, 20.5);
        assertThat(numbers(answer, "open")).containsExactly(10.5, 10.5, 20.0, 20.5);
        assertThat(numbers(answer, "trades")).containsExactly(0.0, 0.0, 5.0, 0.0);
        assertThat(numbers(answer, "volume_usd")).containsExactly(0.0, 0.0, 30.3, 0.0);
        assertThat(answer.path("klines"))
                .as("all have ended")
                .allMatch(kline -> kline.path("closed").booleanValue());
        assertThat(
                        openTimes(
                                stores.get(
                                        klines
                                                + "&from="
                                                + minute(NOON, -5)
                                                + "&to="
                                                + minute(NOON, 2))))
                .isEqualTo(minutes(NOON, 0, 1));
    }

    @Test
    void weeksAreFilledFromMondayToMonday() throws SQLException {
        long monday = Instant.parse("2026-01-05T00:00:00Z").getEpochSecond();
        stores.inMySql("0xa6", "1w", monday, 10, 5);

        JsonNode answer =
                stores.get(
                        "/api/klines?chain_id=1&pair_addr=0xa6&interval=1w&fill=flat&limit=3&from="
                                + monday);

        assertThat(openTimes(answer))
                .extracting(Instant::ofEpochSecond)
                .extracting(Instant::toString)
                .containsExactly(
                        "2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z", "2026-01-19T00:00:00Z");
    }

    @Test
    void publishedKlinesAreMergedAsTheNewestOnes() {
        long now = minute(0);
        stores.inRedis("0xa7", "1m", now, 100, 5);
        stores.publish("0xa7", "1m", now, "107.5", 6);
        String klines = "/api/klines?chain_id=1&pair_addr=0xa7&interval=1m";

        await().until(() -> numbers(stores.get(klines), "close").equals(List.of(107.5)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/klines|-1102|parameter 'interval' is missing",
                "/api/klines?interval=2m|-1100|parameter 'interval': expected one of 1m 5m 15m 30m 1h 4h 12h 1d 1w",
                "/api/klines?interval=1m&chain_id=1|-1102|parameter 'pair_addr' is missing",
                "/api/klines?interval=1m&chain_id=%22&pair_addr=y|-1100|parameter 'chain_id': expected 1 to 128 of A-Z a-z 0-9 . _ -",
                "/api/klines?interval=1m&chain_id=1&pair_addr=%22|-1100|parameter 'pair_addr': expected 1 to 128 of A-Z a-z 0-9 . _ -",
                "/api/klines?interval=1m&chain_id=1&pair_addr=y&limit=1501|-1100|parameter 'limit': expected a whole number from 1 to 1500",
                "/api/klines?interval=1m&chain_id=1&pair_addr=y&from=9&to=9|-1100|parameter 'to': expected a time after 'from'",
                "/api/klines?interval=1m&chain_id=1&pair_addr=y&from=1e3|-1100|parameter 'from': expected a whole number from 0 to 253402300800",
                "/api/klines?interval=1m&chain_id=1&pair_addr=y&fill=zero|-1100|parameter 'fill': expected one of none, flat",
                "/api/klines?intervall=1m|-1101|unknown parameter 'intervall', expected some of chain_id, pair_addr, interval, from, to, limit, fill",
                "/api/pairs?sort=age|-1100|parameter 'sort': expected one of volume, change, trades, symbol",
                "/api/pairs?search=a+b+c+d+e+f|-1100|parameter 'search': expected at most 5 words, not 6",
                "/api/pairs?search=01234567890123456789012345678901234567890123456789012345678901234|-1100|parameter 'search': expected at most 64 characters, not 65",
                "/api/smartmoney?from=0|-1100|parameter 'from': expected at most 7 days before 'to', which is now unless given, without 'wallet' and 'pair_addr'",
                "/api/smartmoney?wallet=0x1|-1102|parameter 'chain_id' is missing",
                "/api/wallet?chain_id=1|-1102|parameter 'address' is missing",
                "/api/wallet?chain_id=1&address=%22|-1100|parameter 'address': expected 1 to 128 of A-Z a-z 0-9 . _ -",
                "/api/wallet?chain_id=1&address=x&limit=1001|-1100|parameter 'limit': expected a whole number from 1 to 1000"
            })
    void aBadRequestNamesTheParameter(String target, int code, String message) {
        HttpResponse<String> response = stores.response(target);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body())
                .isEqualTo("{\"code\":%d,\"msg\":\"%s\"}".formatted(code, message));
    }

    // ---- for front ends of the Go consumers

    @Test
    void candlesticksOfBothStoresHaveNoGapAndEachOpensAtTheFormerClose() throws SQLException {
        long now = minute(0);
        for (int minute : List.of(-9, -8, -5)) {
            stores.inMySql("0xc1", "1m", minute(now, minute), 100 + minute, 5);
        }
        for (int minute : List.of(-4, -1, 0)) {
            stores.inRedis("0xc1", "1m", minute(now, minute), 100 + minute, 5);
        }
        String target =
                "/v1/market/get_candlestick?chain_id=1&pair_address=0xC1&interval=1m"
                        + "&from_timestamp=%d&to_timestamp=%d&limit="
                                .formatted(minute(now, -12), now + 30);

        try (RelayServer compatible = stores.startCompatibleRelay()) {
            assertThat(stores.response(compatible, target + 100).body())
                    .isEqualTo(
                            candlesticks(
                                    now,
                                    "-12 91 91 91 91 0",
                                    "-11 91 91 91 91 0",
                                    "-10 91 91 91 91 0",
                                    "-9 91 92 90 91.5 0.1",
                                    "-8 91.5 93 91 92.5 0.1",
                                    "-7 92.5 95 92.5 95 0",
                                    "-6 95 95 95 95 0",
                                    "-5 95 96 94 95.5 0.1",
                                    "-4 95.5 97 95 96.5 0.1",
                                    "-3 96.5 99 96.5 99 0",
                                    "-2 99 99 99 99 0",
                                    "-1 99 100 98 99.5 0.1",
                                    "0 99.5 101 99 100.5 0.1"));
            assertThat(stores.response(compatible, target + 2).body())
                    .isEqualTo(
                            candlesticks(now, "-1 99 100 98 99.5 0.1", "0 99.5 101 99 100.5 0.1"));
        }
        assertThat(stores.response(target + 2).statusCode()).isEqualTo(404);
    }

    /** Returns the body with candlesticks: minute, open, high, low, close and volume. */
    private static String candlesticks(long now, String... rows) {
        return Stream.of(rows)
                .map(row -> row.split(" "))
                .map(
                        row ->
                                "{\"open\":%s,\"high\":%s,\"low\":%s,\"close\":%s,\"candle_time\":%d,\"volume_token\":%s}"
                                        .formatted(
                                                row[1],
                                                row[2],
                                                row[3],
                                                row[4],
                                                minute(now, Integer.parseInt(row[0])),
                                                row[5]))
                .collect(Collectors.joining(",", "{\"list\":[", "]}"));
    }

    // ---- unreachable stores

    @Test
    void anUnreachableStoreIsNamedAndWithoutBothTheAnswerIs503() throws SQLException {
        stores.inMySql("0xb1", "1m", NOON, 100, 5);
        stores.inRedis("0xb1", "1m", NOON + MINUTE, 200, 5);
        String klines = "/api/klines?chain_id=1&pair_addr=0xb1&interval=1m";
        assertThat(numbers(stores.get(klines), "open")).containsExactly(100.0, 200.0);

        stores.redis.stop();
        await().untilAsserted(
                        () -> {
                            JsonNode answer = stores.get(klines);
                            assertThat(answer.path("missing").toString()).isEqualTo("[\"redis\"]");
                            assertThat(numbers(answer, "open")).containsExactly(100.0);
                        });

        stores.mysql.stop();
        await().untilAsserted(
                        () -> {
                            HttpResponse<String> none = stores.response(klines);
                            assertThat(none.statusCode()).isEqualTo(503);
                            assertThat(none.headers().firstValue("Retry-After")).hasValue("2");
                            assertThat(none.body())
                                    .isEqualTo(
                                            "{\"code\":-1001,\"msg\":\"neither Redis nor MySQL"
                                                    + " answers\"}");
                        });

        stores.redis.restart();
        await().untilAsserted(
                        () -> {
                            JsonNode answer = stores.get(klines);
                            assertThat(answer.path("missing").toString()).isEqualTo("[\"mysql\"]");
                            assertThat(numbers(answer, "open")).containsExactly(200.0);
                        });

        stores.mysql.restart();
        await().untilAsserted(
                        () -> {
                            JsonNode answer = stores.get(klines);
                            assertThat(answer.path("missing")).isEmpty();
                            assertThat(numbers(answer, "open")).containsExactly(100.0, 200.0);
                        });
    }

    // ---- the rest of /api

    @Test
    void pairsHaveTheirLabelsTheirPriceAndTheirLast24Hours() throws SQLException {
        long hour = Instant.now().getEpochSecond() / 3600 * 3600;
        stores.sql(
                "INSERT INTO pair VALUES ('1', '0xc1', 'Uniswap_V3', '0xt1', '<b>WETH</b>', 'USDC'),"
                        + " ('1', '0xc2', 'Uniswap_V3', '0xt2', 'quiet', 'USDC')");
        stores.inMySql("0xc1", "1h", hour - 3600 * 30, 5, 5);
        stores.inMySql("0xc1", "1h", hour - 3600 * 3, 10, 5);
        stores.inMySql("0xc1", "1h", hour, 14.5, 7);
        stores.inMySql("0xc2", "1h", hour - 3600 * 50, 3, 5);

        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                stores.get("/api/pairs?search=quiet")
                                        .path("pairs")
                                        .path(0)
                                        .path("last_price")
                                        .isNumber());

        JsonNode weth = stores.get("/api/pairs?search=weth%20usdc&chain_id=1");
        assertThat(weth.path("total").intValue()).isEqualTo(1);
        assertThat(weth.path("pairs").get(0).toString())
                .isEqualTo(
                        "{\"chain_id\":\"1\",\"pair_addr\":\"0xc1\",\"swap_name\":\"Uniswap_V3\","
                                + "\"token_addr\":\"0xt1\",\"token_symbol\":\"<b>WETH</b>\","
                                + "\"base_token_symbol\":\"USDC\",\"last_price\":15.0,"
                                + "\"change_24h_percent\":50.0,\"high_24h\":15.5,\"low_24h\":9.0,"
                                + "\"volume_usd_24h\":60.6,\"trades_24h\":12}");
        JsonNode quiet = stores.get("/api/pairs?search=QUIET").path("pairs").get(0);
        assertThat(quiet.path("last_price").doubleValue()).isEqualTo(3.5);
        assertThat(quiet.path("change_24h_percent").isNull()).isTrue();
        assertThat(quiet.path("trades_24h").intValue()).isZero();
        JsonNode bySymbol = stores.get("/api/pairs?search=uniswap&sort=symbol");
        assertThat(bySymbol.path("pairs").findValuesAsText("pair_addr"))
                .containsExactly("0xc1", "0xc2");
        assertThat(stores.get("/api/pairs?search=uniswap&limit=1").path("pairs")).hasSize(1);
        JsonNode second = stores.get("/api/pairs?search=uniswap&sort=symbol&limit=1&offset=1");
        assertThat(second.path("pairs").findValuesAsText("pair_addr")).containsExactly("0xc2");
        assertThat(second.path("total").intValue()).isEqualTo(2);
        assertThat(stores.get("/api/pairs?chain_id=56").path("total").intValue()).isZero();
    }

    @Test
    void tradesOfFollowedWalletsComeNewestFirst() throws SQLException {
        for (int trade = 0; trade < 4; trade++) {
            stores.sql(
                    ("INSERT INTO smart_money_trade VALUES ('1', '0xw%1$d', %2$d, '000000000000000%3$d',"
                                    + " 'a whale', '0xd1', 'Uniswap_V3', '0xt', 'WETH', 'USDC', 'buy', 12.5,"
                                    + " 0.25, 12.4, 50, 1000, '0xhash', 7, 8, 9, FALSE, TRUE)")
                            .formatted(trade % 2, minute(NOON, trade), trade));
        }
        String byPair = "/api/smartmoney?chain_id=1&pair_addr=0xD1";

        assertThat(stores.get(byPair).path("trades").findValuesAsText("id"))
                .containsExactly(
                        "0000000000000003",
                        "0000000000000002",
                        "0000000000000001",
                        "0000000000000000");
        assertThat(
                        stores.get(byPair + "&to=" + minute(NOON, 3) + "&limit=1")
                                .path("trades")
                                .get(0)
                                .toString())
                .isEqualTo(
                        "{\"id\":\"0000000000000002\",\"chain_id\":\"1\",\"wallet\":\"0xw0\","
                                + "\"label\":\"a whale\",\"pair_addr\":\"0xd1\",\"swap_name\":\"Uniswap_V3\","
                                + "\"token_addr\":\"0xt\",\"token_symbol\":\"WETH\","
                                + "\"base_token_symbol\":\"USDC\",\"side\":\"buy\",\"usd\":12.5,"
                                + "\"token_amount\":0.25,\"base_token_amount\":12.4,\"price_usd\":50.0,"
                                + "\"mcap\":1000.0,\"tx_hash\":\"0xhash\",\"block_num\":7,"
                                + "\"transaction_index\":8,\"log_index\":9,\"block_time\":1767960120,"
                                + "\"clamp\":false,\"first_buy\":true}");
        assertThat(
                        stores.get("/api/smartmoney?chain_id=1&wallet=0xW1")
                                .path("trades")
                                .findValuesAsText("id"))
                .containsExactly("0000000000000003", "0000000000000001");
        assertThat(
                        stores.get("/api/smartmoney?from=%d&to=%d".formatted(NOON, NOON + 3_600))
                                .path("trades"))
                .hasSize(4);
        assertThat(stores.get("/api/smartmoney").path("trades"))
                .as("trades of the last week, of all wallets on all chains")
                .isEmpty();
    }

    // ---- /api/wallet

    @Test
    void aWalletHasItsTradesItsPairsAndItsTotals() throws SQLException {
        String trade =
                "INSERT INTO smart_money_trade VALUES ('8', '%s', %d, '000000000000000%d', 'a whale',"
                        + " '%s', 'Uniswap_V3', '0xt', '%s', 'USDC', '%s', %s, 0.25, 12.4, 50, 1000,"
                        + " '0xhash', 7, 8, 9, FALSE, TRUE)";
        stores.sql(trade.formatted("0xw8", NOON, 1, "0xe1", "WETH", "buy", "0.1"));
        stores.sql(trade.formatted("0xw8", NOON + 1, 2, "0xe1", "WETH", "buy", "0.2"));
        stores.sql(trade.formatted("0xw8", NOON + 2, 3, "0xe2", "CAFE", "buy", "1"));
        stores.sql(trade.formatted("0xw8", NOON + 3, 4, "0xe1", "WETH", "sell", "0.7"));
        stores.sql(trade.formatted("0xother", NOON + 4, 5, "0xe1", "WETH", "sell", "9"));

        JsonNode wallet = stores.get("/api/wallet?chain_id=8&address=0xW8&limit=2");

        assertThat(wallet.path("trades").findValuesAsText("id"))
                .containsExactly("0000000000000004", "0000000000000003");
        assertThat(wallet.path("trades").get(0).path("tx_hash").asText()).isEqualTo("0xhash");
        assertThat(wallet.path("label").asText()).isEqualTo("a whale");
        assertThat(wallet.path("address").asText()).isEqualTo("0xw8");
        assertThat(wallet.path("totals").toString())
                .isEqualTo(
                        "{\"trades\":4,\"buys\":3,\"sells\":1,\"buy_usd\":1.3,\"sell_usd\":0.7,"
                                + "\"first_trade_time\":1767960000,\"last_trade_time\":1767960003,"
                                + "\"pairs\":2,\"is_whole\":true}");
        assertThat(wallet.path("pairs").get(0).toString())
                .isEqualTo(
                        "{\"pair_addr\":\"0xe1\",\"token_symbol\":\"WETH\","
                                + "\"base_token_symbol\":\"USDC\",\"trades\":3,\"buys\":2,\"sells\":1,"
                                + "\"buy_usd\":0.30000000000000004,\"sell_usd\":0.7,"
                                + "\"first_trade_time\":1767960000,\"last_trade_time\":1767960003}");
        assertThat(wallet.path("pairs").findValuesAsText("pair_addr"))
                .containsExactly("0xe1", "0xe2");
        stores.sql("DELETE FROM smart_money_trade WHERE chain_id = '8'");
    }

    @Test
    void aWalletWithoutTradesIsNoError() {
        JsonNode wallet = stores.get("/api/wallet?chain_id=8&address=0xnobody");

        assertThat(wallet.path("totals").toString())
                .isEqualTo(
                        "{\"trades\":0,\"buys\":0,\"sells\":0,\"buy_usd\":0.0,\"sell_usd\":0.0,"
                                + "\"first_trade_time\":null,\"last_trade_time\":null,\"pairs\":0,"
                                + "\"is_whole\":true}");
        assertThat(wallet.path("label").asText()).isEmpty();
        assertThat(wallet.path("pairs")).isEmpty();
        assertThat(wallet.path("trades")).isEmpty();
    }

    @Test
    void theTotalsOfABusyWalletCoverItsNewestTrades() throws Exception {
        stores.sql(
                ("INSERT INTO smart_money_trade SELECT '9', '0xbusy', %d + seq, LPAD(seq, 16, '0'),"
                                + " 'a bot', CONCAT('0xd', seq MOD 200), '', '', '', '', 'buy', 1, 1, 1,"
                                + " 1, 1, '0xhash', seq, 0, 0, FALSE, FALSE FROM seq_1_to_20000")
                        .formatted(NOON));
        try {
            long rowsBefore = rowsReadByMySql();
            JsonNode wallet = stores.get("/api/wallet?chain_id=9&address=0xbusy");
            long rows = rowsReadByMySql() - rowsBefore;

            assertThat(wallet.at("/totals/trades").intValue()).isEqualTo(10_000);
            assertThat(wallet.at("/totals/first_trade_time").longValue()).isEqualTo(NOON + 10_001);
            assertThat(wallet.at("/totals/pairs").intValue()).isEqualTo(200);
            assertThat(wallet.at("/totals/is_whole").booleanValue()).isFalse();
            assertThat(wallet.path("pairs")).hasSize(100);
            assertThat(wallet.path("trades")).hasSize(50);
            assertThat(rows).isBetween(10_000L, 13_000L);
        } finally {
            stores.sql("DELETE FROM smart_money_trade WHERE chain_id = '9'");
        }
    }

    // ---- rows that cannot be shown

    @Test
    void aRowThatCannotBeShownCostsNoOther() throws SQLException {
        stores.sql(
                "INSERT INTO pair VALUES ('7', '0xf1', 'Forged', '0xt', 'GOOD', 'USDC'),"
                        + " ('7', '0x\"f2', 'Forged', '0xt', 'quote', 'USDC'),"
                        + " ('7', '0x\\\\f3', 'Forged', '0xt', 'backslash', 'USDC'),"
                        + " ('7', '28c6c06298d514db089934071355e5743bf21d60', 'Forged', '0xt', 'bare', 'USDC'),"
                        + " ('7', '0xf4', 'Forged', '0xt', CONCAT('a', CHAR(27), '[2J'), 'USDC')");
        String trade =
                "INSERT INTO smart_money_trade VALUES ('7', '0xw', %d, '000000000000000%d', 'whale',"
                        + " '%s', 'Forged', '0xt', 'GOOD', 'USDC', 'buy', 12.5, 0.25, 12.4, 50,"
                        + " 1000, '0xhash', 7, 8, 9, FALSE, TRUE)";
        stores.sql(trade.formatted(minute(NOON, -30), 1, "0x\"f2"));
        stores.sql(trade.formatted(minute(NOON, -29), 2, "0xf1"));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> stores.get("/api/pairs?chain_id=7").path("total").intValue() > 0);

        JsonNode pairs = stores.get("/api/pairs?chain_id=7&sort=symbol").path("pairs");
        assertThat(pairs.findValuesAsText("pair_addr")).containsExactlyInAnyOrder("0xf1", "0xf4");
        assertThat(pairs.findValuesAsText("token_symbol")).containsExactlyInAnyOrder("GOOD", "");
        assertThat(stores.get("/udf/search?query=forged").findValuesAsText("ticker"))
                .containsExactlyInAnyOrder("7:0xf1", "7:0xf4");
        assertThat(
                        stores.get("/api/smartmoney?chain_id=7&wallet=0xw")
                                .path("trades")
                                .findValuesAsText("pair_addr"))
                .containsExactly("0xf1");
        assertThat(stores.metrics()).containsPattern("klines_relay_history_malformed_total [1-9]");
    }

    @Test
    void theStatementsOfTheUpgradePageRenameAddressesWithoutPrefix() throws Exception {
        String digits = "5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f";
        stores.sql("INSERT INTO pair VALUES ('1', '" + digits + "', 'Old', '', 'OLD', 'USDC')");
        stores.inMySql(digits, "1m", NOON, 100, 5);
        String klines = "/api/klines?chain_id=1&interval=1m&from=" + NOON + "&pair_addr=" + digits;
        assertThat(openTimes(stores.get(klines))).isEmpty();

        String page = Files.readString(Path.of("../docs/upgrade.md"));
        String statements = page.substring(page.indexOf("UPDATE IGNORE"));
        for (String each : statements.substring(0, statements.indexOf("```")).split(";")) {
            if (!each.isBlank()) {
                stores.sql(each);
            }
        }

        assertThat(openTimes(stores.get(klines))).containsExactly(NOON);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> stores.get("/api/pairs?search=old").path("total").intValue() == 1);
    }

    @Test
    void aMemberThatCannotBeShownCostsNoOther() {
        stores.inRedis("0xf5", "1m", NOON, 100, 5);
        stores.memberInRedis("0xf5", "1m", NOON + MINUTE, "0x\"f5,nonsense");
        stores.memberInRedis(
                "0xf5",
                "1m",
                NOON + 2 * MINUTE,
                "0xf5,9000000000000000000,1,1,1,1,1,1,1,1,1,1,1,1,5");
        stores.inRedis("0xf5", "1m", NOON + 3 * MINUTE, 100, 5);

        JsonNode answer =
                stores.get("/api/klines?chain_id=1&pair_addr=0xf5&interval=1m&from=" + NOON);

        assertThat(openTimes(answer)).containsExactly(NOON, NOON + 3 * MINUTE);
    }

    @Test
    void theNewestTradesOfManyAreFoundWithoutReadingAndSortingTheOthers() throws Exception {
        int trades = 20_000;
        long first = Instant.now().getEpochSecond() - trades;
        stores.sql(
                ("INSERT INTO smart_money_trade SELECT '2', CONCAT('0xw', seq MOD 2), %d + seq DIV 3,"
                                + " LPAD(seq, 16, '0'), 'a whale', '0xd2', '', '', '', '', 'buy', 1,"
                                + " 1, 1, 1, 1, '0xhash', seq, 0, 0, FALSE, FALSE FROM seq_1_to_%d")
                        .formatted(first, trades));
        try {
            for (String query :
                    List.of(
                            "",
                            "&chain_id=2",
                            "&chain_id=2&pair_addr=0xd2",
                            "&chain_id=2&pair_addr=0xd2&from=0",
                            "&chain_id=2&wallet=0xw0&from=0")) {
                long rowsBefore = rowsReadByMySql();
                JsonNode answer = stores.get("/api/smartmoney?limit=100" + query);
                long rows = rowsReadByMySql() - rowsBefore;

                List<String> expected = new ArrayList<>();
                int step = query.contains("wallet") ? 2 : 1;
                for (int trade = trades; expected.size() < 100; trade -= step) {
                    expected.add("%016d".formatted(trade));
                }
                assertThat(answer.path("trades").findValuesAsText("id"))
                        .as(query)
                        .isEqualTo(expected);
                assertThat(rows).as(query).isBetween(100L, 3_000L);
            }
        } finally {
            stores.sql("DELETE FROM smart_money_trade WHERE chain_id = '2'");
        }
    }

    @Test
    void ofAChainWithFewTradesOnlyItsRowsAreReadIfTheTablesHaveTheIndexForIt() throws Exception {
        int others = 5_000;
        long now = Instant.now().getEpochSecond();
        String insert =
                "INSERT INTO smart_money_trade SELECT '%s', '0xw', %d - seq, LPAD(seq, 16, '0'),"
                        + " 'a whale', '0xd3', '', '', '', '', 'buy', 1, 1, 1, 1, 1, '0xhash', seq,"
                        + " 0, 0, FALSE, FALSE FROM seq_1_to_%d";
        stores.sql(insert.formatted("2", now, others));
        stores.sql(insert.formatted("3", now - 100_000, 5));
        String dropIndex = "ALTER TABLE smart_money_trade DROP KEY by_chain";
        String addIndex =
                "ALTER TABLE smart_money_trade ADD KEY IF NOT EXISTS by_chain (chain_id, block_time)";
        try {
            assertThat(rowsReadForTheTradesOfChain3()).isBetween(5L, 500L);

            stores.sql(dropIndex);
            assertThat(rowsReadForTheTradesOfChain3())
                    .as("tables of a former version, with the same answer")
                    .isBetween((long) others, others + 500L);

            stores.sql(addIndex);
            assertThat(rowsReadForTheTradesOfChain3())
                    .as("the relay was not restarted")
                    .isBetween(5L, 500L);
        } finally {
            stores.sql(addIndex);
            stores.sql("DELETE FROM smart_money_trade WHERE chain_id IN ('2', '3')");
        }
    }

    private static long rowsReadForTheTradesOfChain3() throws SQLException, IOException {
        long before = rowsReadByMySql();
        JsonNode answer = stores.get("/api/smartmoney?chain_id=3&limit=100");
        long rows = rowsReadByMySql() - before;
        assertThat(answer.path("trades").findValuesAsText("id"))
                .containsExactly(
                        "0000000000000001",
                        "0000000000000002",
                        "0000000000000003",
                        "0000000000000004",
                        "0000000000000005");
        return rows;
    }

    /** Returns how many rows and index entries the server has read since its start. */
    private static long rowsReadByMySql() throws SQLException, IOException {
        return stores.number(
                "SELECT SUM(variable_value) FROM information_schema.global_status"
                        + " WHERE variable_name LIKE 'HANDLER\\_READ\\_%'");
    }

    private static void alterTheTable() {
        try {
            stores.sql("ALTER TABLE kline COMMENT 'altered'");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(Connection connection, String query) throws SQLException {
        try (ResultSet result = connection.createStatement().executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Test
    void mySqlEndsTheQueryOfAClientThatIsGone() throws Exception {
        String waiting =
                "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
                        + " AND info LIKE 'SELECT%FROM kline%ORDER BY open_time%'";
        String altering =
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'ALTER TABLE%'"
                        + " AND state LIKE 'Waiting for table metadata lock%'";
        CompletableFuture<Void> alter;
        // a change of a table waits for its readers, and new readers wait for the change
        try (Connection reader = stores.mysql.connect()) {
            reader.setAutoCommit(false);
            reader.createStatement().executeQuery("SELECT chain_id FROM kline LIMIT 1");
            alter = CompletableFuture.runAsync(HistoryApiITCase::alterTheTable);
            await().until(() -> number(reader, altering) == 1);
            try (Socket client = new Socket("127.0.0.1", stores.uri("/").getPort())) {
                client.getOutputStream()
                        .write(
                                ("GET /api/klines?chain_id=1&pair_addr=0xf1&interval=1m HTTP/1.1\r\n"
                                                + "Host: 127.0.0.1\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                await().until(() -> stores.number(waiting) == 1);
            }

            await().until(() -> stores.number(waiting) == 0);
        }
        alter.join();
        assertThat(stores.get("/api/klines?chain_id=1&pair_addr=0xf1&interval=1m").path("missing"))
                .as("the breaker of MySQL is closed")
                .isEmpty();
    }

    @Test
    void theIntervalsAreThoseOfTheJob() {
        assertThat(stores.response("/api/intervals").body())
                .isEqualTo(
                        "{\"intervals\":[\"1m\",\"5m\",\"15m\",\"30m\",\"1h\",\"4h\",\"12h\",\"1d\",\"1w\"]}");
    }

    // ---- HTTP

    @Test
    void largeAnswersAreCompressedForClientsThatAcceptGzip() throws Exception {
        for (int minute = 0; minute < 10; minute++) {
            stores.inMySql("0xe1", "1m", minute(NOON, minute), 100, 5);
        }
        String klines = "/api/klines?chain_id=1&pair_addr=0xe1&interval=1m";

        HttpResponse<byte[]> packed =
                stores.send(
                        HttpRequest.newBuilder(stores.uri(klines))
                                .header("Accept-Encoding", "gzip"),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(stores.response(klines).body());
        }
    }

    @Test
    void pagesOfAllowedOriginsMayReadAndOthersMayNot() {
        String allowed = "Access-Control-Allow-Origin";

        assertThat(
                        stores.response("/api/intervals", "Origin", "https://charts.example")
                                .headers()
                                .firstValue(allowed))
                .hasValue("https://charts.example");
        HttpResponse<String> other =
                stores.response("/api/intervals", "Origin", "https://evil.example");
        assertThat(other.headers().firstValue(allowed)).isEmpty();
        assertThat(other.headers().firstValue("Vary").orElseThrow()).contains("Origin");
    }

    // ---- helpers

    private static long minute(int minutes) {
        return minute(Instant.now().getEpochSecond() / MINUTE * MINUTE, minutes);
    }

    private static long minute(long from, int minutes) {
        return from + (long) MINUTE * minutes;
    }

    private static List<Long> minutes(long from, int first, int last) {
        List<Long> times = new ArrayList<>();
        for (int minute = first; minute <= last; minute++) {
            times.add(minute(from, minute));
        }
        return times;
    }

    private static List<Long> openTimes(JsonNode answer) {
        List<Long> times = new ArrayList<>();
        answer.path("klines").forEach(kline -> times.add(kline.path("open_time").longValue()));
        return times;
    }

    private static List<Double> numbers(JsonNode answer, String field) {
        List<Double> numbers = new ArrayList<>();
        answer.path("klines").forEach(kline -> numbers.add(kline.path(field).doubleValue()));
        return numbers;
    }
}

package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends the requests of the UDF client of TradingView's Charting Library, and checks every field
 * that the client reads, with its type and unit.
 */
class UdfClientITCase {

    private static final String PAIR = "0xabc";
    private static final String TICKER = "1:0xabc";
    private static final int MINUTE = 60;
    private static final long NOON = 1_767_960_000L;

    @TempDir static Path folder;
    private static HistoryStores stores;

    @BeforeAll
    static void start() throws IOException, SQLException {
        stores = new HistoryStores(folder, 1);
        stores.sql(
                "INSERT INTO pair VALUES ('1', '0xabc', 'Uniswap_V3', '0xt1', 'WETH', 'USDC'),"
                        + " ('1', '0xabd', 'SushiSwap', '0xt1', 'WETH', 'DAI'),"
                        + " ('1', '0xabe', 'Uniswap_V3', '0xt2', 'dog wif a very large hat/2', 'WETH'),"
                        + " ('56', '0xabf', '', '', '', '')");
        for (int minute = 0; minute < 6; minute++) {
            stores.inMySql(PAIR, "1m", NOON + (long) MINUTE * minute, 2000.5 + minute, 5);
        }
        stores.inMySql(PAIR, "1h", NOON, 2000.5, 30);
        long hour = Instant.now().getEpochSecond() / 3600 * 3600;
        stores.inMySql(PAIR, "1h", hour, 2000.5, 30);
        stores.sql("UPDATE kline SET volume_usd = 99 WHERE open_time = " + hour);
        stores.inMySql("0xabd", "1h", hour, 2000.5, 30);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                stores.get("/api/pairs?search=weth/dai")
                                        .path("pairs")
                                        .path(0)
                                        .path("last_price")
                                        .isNumber());
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    @Test
    void theClientGetsTheConfigurationAndTheTime() {
        JsonNode config = stores.get("/udf/config");

        assertThat(config.path("supports_search").booleanValue()).isTrue();
        assertThat(config.path("supports_group_request").booleanValue())
                .as("otherwise the client requests all symbols at once")
                .isFalse();
        assertThat(config.path("supports_time").booleanValue()).isTrue();
        assertThat(config.path("supports_marks").booleanValue()).isTrue();
        assertThat(config.path("supports_timescale_marks").booleanValue()).isTrue();
        assertThat(config.path("exchanges").get(0).path("value").textValue()).isEmpty();
        assertThat(texts(config.path("supported_resolutions")))
                .containsExactly("1", "5", "15", "30", "60", "240", "720", "1D", "1W");
        assertThat(Long.parseLong(stores.response("/udf/time").body()))
                .isBetween(
                        Instant.now().getEpochSecond() - MINUTE,
                        Instant.now().getEpochSecond() + MINUTE);
    }

    @Test
    void aSymbolIsFoundInUpperCaseAndResolvedByItsTicker() {
        JsonNode found = stores.get("/udf/search?limit=30&query=WETH&type=&exchange=");

        assertThat(found.isArray()).isTrue();
        assertThat(found.get(0).toString())
                .isEqualTo(
                        "{\"symbol\":\"WETH/USD\",\"full_name\":\"1:0xabc\","
                                + "\"description\":\"WETH/USDC 1:0xabc\","
                                + "\"exchange\":\"Uniswap_V3\",\"ticker\":\"1:0xabc\","
                                + "\"type\":\"crypto\"}");

        JsonNode symbol = stores.get("/udf/symbols?symbol=" + TICKER);
        assertThat(symbol.has("s")).as("the mark of an error").isFalse();
        assertThat(symbol.path("ticker").textValue()).isEqualTo(TICKER);
        assertThat(symbol.path("name").textValue()).isEqualTo("WETH/USD");
        assertThat(symbol.path("session").textValue()).isEqualTo("24x7");
        assertThat(symbol.path("timezone").textValue()).isEqualTo("Etc/UTC");
        assertThat(symbol.path("minmov").intValue()).isEqualTo(1);
        assertThat(symbol.path("pricescale").longValue())
                .as("2 001 has two decimals")
                .isEqualTo(100);
        assertThat(symbol.path("has_intraday").booleanValue()).isTrue();
        assertThat(symbol.path("has_seconds").booleanValue()).isFalse();
        assertThat(symbol.path("has_daily").booleanValue()).isTrue();
        assertThat(symbol.path("has_weekly_and_monthly").booleanValue()).isTrue();
        assertThat(texts(symbol.path("intraday_multipliers")))
                .containsExactly("1", "5", "15", "30", "60", "240", "720");
        assertThat(texts(symbol.path("monthly_multipliers"))).isEmpty();
    }

    @Test
    void everyNameThatASearchReturnsIsFoundAndResolved() {
        for (String suffix : List.of("", "#mcap")) {
            JsonNode all = stores.get("/udf/search?query=" + encoded("0xab" + suffix));
            assertThat(all.findValuesAsText("ticker"))
                    .containsExactlyInAnyOrder(
                            "1:0xabc" + suffix,
                            "1:0xabd" + suffix,
                            "1:0xabe" + suffix,
                            "56:0xabf" + suffix);
            for (JsonNode found : all) {
                for (String member : List.of("symbol", "full_name", "ticker")) {
                    String name = found.path(member).textValue();
                    JsonNode resolved = stores.get("/udf/symbols?symbol=" + encoded(name));
                    assertThat(resolved.path(member.equals("symbol") ? "name" : member).textValue())
                            .isEqualTo(name);
                    assertThat(
                                    stores.get("/udf/search?query=" + encoded(name))
                                            .findValuesAsText(member))
                            .as("search of %s", name)
                            .contains(name);
                }
            }
        }
    }

    @Test
    void aNameOfSeveralPairsIsThatOfTheLargestAndWithAnExchangeThatOfItsOwn() {
        assertThat(stores.get("/udf/search?query=weth/usd").findValuesAsText("ticker"))
                .as("those with the name by volume, then those that contain it")
                .containsExactly("1:0xabc", "1:0xabd", "1:0xabe");
        assertThat(tickerOf("WETH/USD")).isEqualTo("1:0xabc");
        assertThat(tickerOf("weth/usd#MCAP")).isEqualTo("1:0xabc#mcap");
        assertThat(tickerOf("Uniswap_V3:WETH/USD")).isEqualTo("1:0xabc");
        assertThat(tickerOf("SushiSwap:WETH/USD")).isEqualTo("1:0xabd");
        assertThat(tickerOf("1:0XABD")).isEqualTo("1:0xabd");
        assertThat(stores.response("/udf/symbols?symbol=PancakeSwap:WETH/USD").statusCode())
                .isEqualTo(404);
        assertThat(
                        numbers(
                                stores.get(
                                                "/udf/history?symbol=WETH/USD&resolution=1&from=0&to="
                                                        + (NOON + MINUTE))
                                        .path("t")))
                .containsExactly((double) NOON);
    }

    private static String tickerOf(String name) {
        return stores.get("/udf/symbols?symbol=" + encoded(name)).path("ticker").textValue();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void theMarketCapitalisationIsASymbolOfItsOwn() throws SQLException {
        stores.inMySql("0xmcap", "1m", NOON, 10, 5);
        stores.inMySql("0xmcap", "1m", NOON + MINUTE, 10, 5);
        stores.sql(
                "UPDATE kline SET mcap_open = 0, mcap_high = 0, mcap_low = 0, mcap_close = 0"
                        + " WHERE pair_addr = '0xmcap' AND open_time = "
                        + (NOON + MINUTE));

        JsonNode symbol = stores.get("/udf/symbols?symbol=1:0xabc%23mcap");
        assertThat(symbol.path("name").textValue()).isEqualTo("WETH/USD#mcap");
        assertThat(symbol.path("description").textValue())
                .isEqualTo("market capitalisation of WETH/USDC 1:0xabc");
        assertThat(symbol.path("format").textValue()).isEqualTo("volume");
        assertThat(symbol.path("pricescale").longValue()).isEqualTo(100);
        assertThat(
                        stores.get(
                                        "/udf/history?symbol=1:0xmcap%23mcap&resolution=1&from=0&to="
                                                + (NOON + 2 * MINUTE))
                                .toString())
                .as("a bar whose trades have no market capitalisation is left out")
                .isEqualTo(
                        "{\"s\":\"ok\",\"t\":[%d],\"o\":[1.0],\"h\":[4.0],\"l\":[1.0],\"c\":[3.0],\"v\":[30.3]}"
                                .formatted(NOON));
    }

    @Test
    void tradesOfSmartMoneyAreMarksOfTheirBars() throws SQLException {
        for (int trade = 0; trade < 3; trade++) {
            stores.sql(
                    ("INSERT INTO smart_money_trade VALUES ('1', '0xw', %d, '%032d', 'a whale',"
                                    + " '0xabc', 'Uniswap_V3', '0xt1', 'WETH', 'USDC', '%s', 12.5, 0.25,"
                                    + " 12.4, 50, 1000, '0xhash', 7, 8, 9, FALSE, FALSE)")
                            .formatted(NOON + 50 * trade, trade, trade == 1 ? "sell" : "buy"));
        }
        String span = "?symbol=1:0xabc&resolution=1&from=-1000&to=" + NOON;

        JsonNode marks = stores.get("/udf/marks" + span);
        assertThat(texts(marks.path("id")))
                .as("the newest first, those of the last bar too")
                .containsExactly("%032d".formatted(1), "%032d".formatted(0));
        assertThat(numbers(marks.path("time"))).containsExactly((double) NOON, (double) NOON);
        assertThat(texts(marks.path("color"))).containsExactly("red", "green");
        assertThat(texts(marks.path("text")))
                .containsExactly(
                        "a whale sold 0.25 WETH for 12.50 USD at 50",
                        "a whale bought 0.25 WETH for 12.50 USD at 50");

        JsonNode axis = stores.get("/udf/timescale_marks" + span);
        assertThat(axis).hasSize(1);
        assertThat(axis.get(0).path("time").longValue()).isEqualTo(NOON);
        assertThat(texts(axis.get(0).path("tooltip")))
                .startsWith("2 smart-money trades: bought 12.50 USD, sold 12.50 USD")
                .hasSize(3);
        assertThat(
                        stores.get(
                                        "/udf/marks?symbol=WETH/USD%23mcap&resolution=1D&from=0&to="
                                                + NOON)
                                .path("time"))
                .as("of the day of the last bar")
                .hasSize(3)
                .allMatch(time -> time.longValue() == NOON / 86_400 * 86_400);
    }

    @Test
    void timesBefore1970AreThoseOfTheFirstBars() {
        assertThat(numbers(history("1", -5_000_000_000L, NOON + 120, "").path("t")))
                .containsExactly((double) NOON, NOON + 60.0);
        assertThat(history("1", -200, -100, "").toString()).isEqualTo("{\"s\":\"no_data\"}");
    }

    @Test
    void anUnknownSymbolIsAnError() {
        HttpResponse<String> unknown = stores.response("/udf/symbols?symbol=NASDAQ:AAPL");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("{\"s\":\"error\",\"errmsg\":\"unknown_symbol\"}");
        assertThat(stores.response("/udf/symbols?symbol=1:0xnothing").statusCode()).isEqualTo(404);
        assertThat(
                        stores.get("/udf/history?symbol=1:0xabc&resolution=7&from=0&to=1")
                                .path("s")
                                .textValue())
                .isEqualTo("error");
    }

    @Test
    void barsAreColumnsOfEqualLengthAndAsManyAsRequested() {
        JsonNode bars = history("1", NOON + 240, NOON + 300, "&countback=3&currencyCode=USD");

        assertThat(bars.path("s").textValue()).isEqualTo("ok");
        assertThat(numbers(bars.path("t")))
                .as("seconds, ascending; countback takes precedence over from")
                .containsExactly(NOON + 120.0, NOON + 180.0, NOON + 240.0);
        assertThat(numbers(bars.path("o"))).containsExactly(2002.5, 2003.5, 2004.5);
        assertThat(numbers(bars.path("h"))).containsExactly(2003.5, 2004.5, 2005.5);
        assertThat(numbers(bars.path("l"))).containsExactly(2001.5, 2002.5, 2003.5);
        assertThat(numbers(bars.path("c"))).containsExactly(2003.0, 2004.0, 2005.0);
        assertThat(numbers(bars.path("v"))).containsExactly(30.3, 30.3, 30.3);
        assertThat(numbers(history("1", NOON + 240, NOON + 360, "").path("t")))
                .as("without countback, from is inclusive and to is exclusive")
                .containsExactly(NOON + 240.0, NOON + 300.0);
    }

    @Test
    void withoutBarsTheAnswerHasTheTimeOfTheNextOnesIfAny() {
        assertThat(history("1", NOON + 36_000, NOON + 72_000, "").toString())
                .isEqualTo("{\"s\":\"no_data\",\"nextTime\":" + (NOON + 300) + "}");
        assertThat(history("1", NOON - 600, NOON, "").toString()).isEqualTo("{\"s\":\"no_data\"}");
        assertThat(history("1", NOON - 600, NOON, "&countback=300").toString())
                .isEqualTo("{\"s\":\"no_data\"}");
        assertThat(history("D", NOON, NOON + 86_400, "&countback=2").toString())
                .as("a day by its short name")
                .isEqualTo("{\"s\":\"no_data\"}");
    }

    @Test
    void aPollForTheLastTwoBarsReturnsTheOpenOne() {
        long now = Instant.now().getEpochSecond() / MINUTE * MINUTE;
        stores.inRedis("0xdef", "1m", now - MINUTE, 10, 5);
        stores.inRedis("0xdef", "1m", now, 11, 2);

        JsonNode bars =
                stores.get(
                        "/udf/history?symbol=1:0xDEF&resolution=1&from="
                                + (now - 600)
                                + "&to="
                                + (now + 2 * MINUTE)
                                + "&countback=2");

        assertThat(numbers(bars.path("t"))).containsExactly(now - 60.0, (double) now);
        assertThat(numbers(bars.path("c"))).containsExactly(10.5, 11.5);
    }

    private static JsonNode history(String resolution, long from, long to, String more) {
        return stores.get(
                "/udf/history?symbol=%s&resolution=%s&from=%d&to=%d%s"
                        .formatted(TICKER, resolution, from, to, more));
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.textValue()));
        return texts;
    }

    private static List<Double> numbers(JsonNode array) {
        List<Double> numbers = new ArrayList<>();
        array.forEach(element -> numbers.add(element.doubleValue()));
        return numbers;
    }
}

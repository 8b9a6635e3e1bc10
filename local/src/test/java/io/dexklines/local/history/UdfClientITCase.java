package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
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
        stores.sql("INSERT INTO pair VALUES ('1', '0xabc', 'Uniswap_V3', '0xt1', 'WETH', 'USDC')");
        for (int minute = 0; minute < 6; minute++) {
            stores.inMySql(PAIR, "1m", NOON + (long) MINUTE * minute, 2000.5 + minute, 5);
        }
        stores.inMySql(PAIR, "1h", NOON, 2000.5, 30);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                stores.get("/api/pairs?search=weth")
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

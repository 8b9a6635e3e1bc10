package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Uses the chart in a real browser, against a relay in this process whose stores hold canned klines
 * and which can be frozen.
 */
class PageModulesITCase extends InChromium {

    private static final String TOKEN = "the publishers' token";
    private static final String CAFE = "0xcafe";
    private static final String BEAN = "0xbean";
    private static final String YOUNG = "0x10ae";

    /** The pair of which the relay gets frames, which it keeps for later subscribers. */
    private static final String MOVING = "0x30e";

    private static final int LONG = 900;
    private static final int FEW = 7;

    /** Thursday, and later than Thanksgiving's midnight in any zone of America. */
    private static final long NEWEST_S = Instant.parse("2025-11-27T15:04:00Z").getEpochSecond();

    private static final String LEGEND = "document.querySelector('#legend').innerText.trim()";

    /** Whether all canvases of the chart are empty. */
    private static final String IS_BLANK =
            "[...document.querySelectorAll('#chart canvas')].every(canvas => !canvas.width ||"
                    + " canvas.getContext('2d').getImageData(0, 0, canvas.width,"
                    + " canvas.height).data.every(value => value === 0))";

    private static RelayServer relay;
    private static FreezableProxy proxy;

    private CannedMarket market;

    @BeforeAll
    static void start() throws Exception {
        relay = RelayServer.start(RelaySettings.builder(TOKEN).port(0).build());
        proxy = FreezableProxy.to(relay.port());
    }

    @AfterAll
    static void stop() throws Exception {
        if (proxy != null) {
            proxy.close();
        }
        if (relay != null) {
            relay.close();
        }
    }

    /** The tests read the chart's canvas. */
    @Override
    boolean isOfTest(String message) {
        return message.contains("willReadFrequently");
    }

    @BeforeEach
    void answerForTheStores() {
        market = new CannedMarket(proxy).pair(CAFE, "CAFE").pair(BEAN, "BEAN").pair(YOUNG, "YOUNG");
        for (String interval : List.of("1m", "5m")) {
            market.klines(CAFE, interval, LONG, NEWEST_S / 300 * 300, 0.0000123, 1)
                    .klines(BEAN, interval, LONG, NEWEST_S / 300 * 300, 3_120, 2)
                    .klines(YOUNG, interval, FEW, NEWEST_S / 300 * 300, 1.5, 3);
        }
        market.answer(page);
    }

    private void reopenBrowser(Browser.NewContextOptions options) {
        openContext(options.setViewportSize(1440, 900));
        market.answer(page);
    }

    @AfterEach
    void close() {
        market.close();
        closeContext();
        proxy.thaw();
    }

    // ---- one pair at a time, and what is not live

    @Test
    void nothingOfAPairIsShownUnderTheNameOfAnother() {
        open(CAFE, "1m");
        assertThat(isTrue(IS_BLANK)).isFalse();
        proxy.freeze();

        page.locator("[data-pair='1:" + BEAN + "']").click();
        awaitTrue("document.querySelector('#pair-title').innerText === 'BEAN/USDC'");
        awaitFrame();

        assertThat(text(LEGEND)).isEmpty();
        assertThat(isTrue(IS_BLANK)).isTrue();
        assertThat(text("document.querySelector('#chart-note').textContent"))
                .isEqualTo("Loading history…");
        assertThat(text("document.querySelector('#pair-price').textContent"))
                .isEqualTo(
                        text(
                                "document.querySelector('[data-pair$=bean]"
                                        + " .pair-price').textContent"));

        proxy.thaw();
        awaitChart();

        assertThat(evaluate("klines.candles.at(-1).close").asDouble())
                .isEqualTo(newest(BEAN, "1m").get("close").asDouble());
    }

    @Test
    void nothingOfAnIntervalIsShownUnderAnother() {
        open(CAFE, "1m");
        proxy.freeze();

        page.locator("#intervals [data-interval='5m']").click();
        awaitTrue("klines.interval === '5m'");
        awaitFrame();

        assertThat(text(LEGEND)).isEmpty();
        assertThat(isTrue(IS_BLANK)).isTrue();
        assertThat(evaluate("klines.drawn.candles")).isEmpty();
        assertThat(evaluate("klines.drawn.written")).isEmpty();
    }

    @Test
    void aRelayThatIsSilentIsAskedEvery2SecondsAndNotLiveAfter5() {
        List<String> sent = new ArrayList<>();
        page.onWebSocket(socket -> socket.onFrameSent(frame -> sent.add(frame.text())));
        page.clock().install();
        open(CAFE, "1m");
        assertThat(page.locator("#connection").textContent()).isEqualTo("Live");
        assertThat(page.locator("#stale-note").isVisible()).isFalse();
        page.clock().runFor(2_500);
        awaitAsked(sent, 1);

        proxy.freeze();
        page.clock().runFor(5_000);

        assertThat(page.locator("#connection").textContent()).isEqualTo("No answer");
        assertThat(page.locator("#stale-note").textContent()).startsWith("Not live: prices as of ");
        assertThat(isTrue("document.querySelector('#stage').classList.contains('stale')")).isTrue();
        // the candles stay, in another look
        assertThat(isTrue(IS_BLANK)).isFalse();

        proxy.thaw();

        awaitTrue("document.querySelector('#connection').textContent === 'Live'");
        assertThat(page.locator("#stale-note").isVisible()).isFalse();
    }

    private void awaitAsked(List<String> sent, int times) {
        eventually()
                .until(
                        () -> {
                            page.evaluate("1");
                            return sent.stream()
                                            .filter(text -> text.contains("LIST_SUBSCRIPTIONS"))
                                            .count()
                                    >= times;
                        });
    }

    @Test
    void loadingEmptyFailedAndStaleAreFourLooks() {
        page.clock().install();
        String look =
                "(() => { const style = getComputedStyle(document.querySelector('#chart-note'));"
                        + " const before = getComputedStyle(document.querySelector('#chart-note'),"
                        + " '::before'); return [style.borderTopStyle, style.borderTopColor,"
                        + " before.content].join(); })()";
        open("0xdead", "1m", "klines.connection === 'live'");
        awaitTrue("document.querySelector('#chart-note').dataset.state === 'empty'");
        String empty = text(look);
        assertThat(page.locator("#chart-note").textContent()).isEqualTo("No trades yet.");

        proxy.freeze();
        page.locator("[data-pair='1:" + BEAN + "']").click();
        awaitTrue("document.querySelector('#chart-note').dataset.state === 'loading'");
        String loading = text(look);

        page.clock().runFor(4_500);
        awaitTrue("document.querySelector('#chart-note').dataset.state === 'failed'");
        String failed = text(look);
        assertThat(page.locator("#chart-note").textContent())
                .isEqualTo("The relay does not answer. Waiting for it.");

        assertThat(List.of(empty, loading, failed)).doesNotHaveDuplicates();
    }

    // ---- candles in view

    @Test
    void aYoungPairIsAtTheRightWithCandlesOfTheUsualWidth() {
        open(CAFE, "1m");
        double usual = evaluate("klines.drawn.slotWidth").asDouble();

        open(YOUNG, "1m");

        assertThat(evaluate("klines.candles")).hasSize(FEW);
        assertThat(evaluate("klines.drawn.slotWidth").asDouble()).isEqualTo(usual);
        assertThat(evaluate("klines.view.end - (klines.candles.length - 1)").asInt()).isEqualTo(4);
        assertThat(evaluate("klines.view.start").asInt()).isNegative();
        awaitDrawn();
        assertThat(columnsWithCandles().get(0)).as("the leftmost candle").isGreaterThan(0.7);
    }

    @Test
    void aNarrowerWindowNeverLeavesTheChartEmpty() {
        for (String pair : List.of(CAFE, YOUNG)) {
            for (int[] widths : new int[][] {{2560, 900}, {1800, 1000}}) {
                page.setViewportSize(widths[0], 900);
                open(pair, "1m");
                int end = evaluate("klines.view.end").asInt();

                page.setViewportSize(widths[1], 900);
                awaitTrue("klines.drawn.size.width < " + widths[1]);
                awaitDrawn();

                assertThat(evaluate("klines.view.end").asInt()).isEqualTo(end);
                assertThat(columnsWithCandles()).isNotEmpty();
            }
        }
    }

    /** Returns where in the width of the plot there are pixels in the colours of candles. */
    private List<Double> columnsWithCandles() {
        List<Double> columns = new ArrayList<>();
        evaluate(
                        "(() => { const canvas = document.querySelector('.chart-plot canvas');"
                                + " const {width, height} = canvas; const data ="
                                + " canvas.getContext('2d').getImageData(0, 0, width, height).data;"
                                + " const columns = []; for (let x = 0; x < width; x++) { for (let y ="
                                + " 0; y < height; y++) { if (data[4 * (y * width + x) + 3] > 200) {"
                                + " columns.push(x / width); break; } } } return columns; })()")
                .forEach(column -> columns.add(column.asDouble()));
        return columns;
    }

    @Test
    void dragAndWheelMoveAndZoom() {
        open(CAFE, "1m");
        BoundingBox box = page.locator("#chart").boundingBox();
        int end = evaluate("klines.view.end").asInt();
        int visible = visible();

        drag(box.x + 300, box.y + 200, 180, 0);

        awaitTrue("klines.view.end === " + (end - 20));
        assertThat(visible()).isEqualTo(visible);

        page.mouse().wheel(0, -240);

        awaitTrue("klines.view.end - klines.view.start + 1 < " + visible);

        page.mouse().wheel(0, 2_000);

        awaitTrue("klines.view.end - klines.view.start + 1 > " + visible);

        page.keyboard().press("End");
        drag(box.x + 600, box.y + 200, -200, 0);

        // into the empty future, but never wholly
        awaitTrue("klines.view.end > klines.candles.length + 20");
        drag(box.x + 600, box.y + 200, -600, 0);
        drag(box.x + 600, box.y + 200, -600, 0);
        assertThat(isTrue("klines.view.start < klines.candles.length - 10")).isTrue();
    }

    @Test
    void historyThatArrivesDuringADragDoesNotMoveTheChart() {
        open(CAFE, "1m");
        BoundingBox box = page.locator("#chart").boundingBox();
        List<Route> older = new ArrayList<>();
        page.route(Pattern.compile("/api/klines.*[?&]to="), older::add);
        while (older.isEmpty()) {
            drag(box.x + 100, box.y + 200, 700, 0);
        }
        page.mouse().move(box.x + 100, box.y + 200);
        page.mouse().down();
        page.mouse().move(box.x + 150, box.y + 200);
        awaitFrame();
        String viewedFrom = "klines.candles[klines.view.start].time";
        long before = evaluate(viewedFrom).asLong();

        market.answer(older.get(0));
        awaitTrue("klines.candles.length === " + LONG);
        page.mouse().move(box.x + 150, box.y + 201);
        awaitFrame();

        assertThat(evaluate(viewedFrom).asLong()).isEqualTo(before);
        page.mouse().up();
    }

    private int visible() {
        return evaluate("klines.view.end - klines.view.start + 1").asInt();
    }

    private void drag(double x, double y, double dx, double dy) {
        page.mouse().move(x, y);
        page.mouse().down();
        page.mouse().move(x + dx / 2, y + dy / 2);
        page.mouse().move(x + dx, y + dy);
        page.mouse().up();
        awaitFrame();
    }

    @Test
    void thePriceAxisIsDraggedAndLogarithmic() {
        open(CAFE, "1m");
        BoundingBox box = page.locator("#chart").boundingBox();
        double before = range();

        drag(box.x + box.width - 40, box.y + 200, 0, 100);

        awaitTrue("document.querySelector('#fit-prices').hidden === false");
        double stretched = range();
        assertThat(stretched / before).isCloseTo(Math.exp(0.5), Offset.offset(1e-6));

        double low = evaluate("klines.drawn.low").asDouble();
        drag(box.x + 300, box.y + 200, 0, 60);

        // the fixed axis moves with the candles
        assertThat(evaluate("klines.drawn.low").asDouble()).isGreaterThan(low);
        assertThat(range()).isCloseTo(stretched, Percentage.withPercentage(1e-6));

        page.locator("#fit-prices").click();
        awaitFrame();

        assertThat(page.locator("#fit-prices").isVisible()).isFalse();
        List<Double> linear = heights("price");
        page.keyboard().press("l");
        awaitFrame();

        assertThat(page.locator("#log").getAttribute("aria-pressed")).isEqualTo("true");
        assertThat(heights("price")).isNotEqualTo(linear);
    }

    private double range() {
        awaitFrame();
        return evaluate("klines.drawn.high - klines.drawn.low").asDouble();
    }

    // ---- what is written on the axes

    @Test
    void nothingOnTheAxesLiesOverAnotherText() {
        open(CAFE, "1m");
        BoundingBox box = page.locator("#chart").boundingBox();
        double lastY =
                evaluate("klines.drawn.written.find(box => box.kind === 'last').y").asDouble();

        for (int step = -24; step <= 44; step += 4) {
            page.mouse().move(box.x + 200 + step, box.y + lastY + step);
            awaitFrame();

            JsonNode written = evaluate("klines.drawn.written");
            assertThat(texts(written, "last")).hasSize(1);
            assertThat(texts(written, "pointed-time")).hasSize(1);
            for (int i = 0; i < written.size(); i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(overlap(written.get(i), written.get(j)))
                            .as("%s over %s", written.get(i), written.get(j))
                            .isFalse();
                }
            }
        }
    }

    private static boolean overlap(JsonNode a, JsonNode b) {
        return begin(a, "x") < end(b, "x", "width")
                && begin(b, "x") < end(a, "x", "width")
                && begin(a, "y") < end(b, "y", "height")
                && begin(b, "y") < end(a, "y", "height");
    }

    private static double begin(JsonNode box, String axis) {
        return box.get(axis).asDouble();
    }

    private static double end(JsonNode box, String axis, String size) {
        return begin(box, axis) + box.get(size).asDouble();
    }

    private static List<String> texts(JsonNode written, String kind) {
        List<String> texts = new ArrayList<>();
        for (JsonNode box : written) {
            if (box.get("kind").asText().equals(kind)) {
                texts.add(box.get("text").asText());
            }
        }
        return texts;
    }

    private List<Double> heights(String kind) {
        List<Double> heights = new ArrayList<>();
        evaluate("klines.drawn.written.filter(box => box.kind === '" + kind + "')")
                .forEach(box -> heights.add(box.get("y").asDouble()));
        return heights;
    }

    @Test
    void theVolumeAxisHasSeveralLabelsAndNoneWithoutVolume() {
        open(CAFE, "1m");
        List<String> labels = texts(evaluate("klines.drawn.written"), "volume");
        assertThat(labels).hasSizeGreaterThanOrEqualTo(2).allMatch(text -> text.endsWith("K"));

        market.klines(YOUNG, "1m").forEach(kline -> kline.put("volume_usd", 0.0));
        open(YOUNG, "1m");

        assertThat(texts(evaluate("klines.drawn.written"), "volume")).isEmpty();

        market.klines(YOUNG, "5m").forEach(kline -> kline.put("volume_usd", 0.9));
        open(YOUNG, "5m");

        assertThat(texts(evaluate("klines.drawn.written"), "volume"))
                .hasSizeGreaterThanOrEqualTo(2)
                .contains("0.5")
                .noneMatch(text -> text.endsWith("0"));
    }

    // ---- times

    @Test
    void datesOfDaysWeeksAndMonthsAreThoseOfUtc() {
        reopenBrowser(new Browser.NewContextOptions().setTimezoneId("America/Los_Angeles"));
        long thursday = Instant.parse("2025-11-27T00:00:00Z").getEpochSecond();
        long monday = Instant.parse("2025-11-24T00:00:00Z").getEpochSecond();
        market.klines(CAFE, "1d", 100, thursday, 1, 4).klines(CAFE, "1w", 60, monday, 1, 5);

        open(CAFE, "1d");
        assertThat(text(LEGEND)).matches("Thu,? 27 Nov 2025 .*");
        open(CAFE, "1w");
        assertThat(text(LEGEND)).matches("Mon,? 24 Nov 2025 .*");

        long month = Instant.parse("2025-11-01T00:00:00Z").getEpochSecond();
        assertThat(inModule("format.js", "return m.moment(" + month + ", 2629746);"))
                .isEqualTo("Nov 2025");
    }

    @Test
    void timesOfDayAreInAZoneThatIsShownAndChosen() {
        reopenBrowser(new Browser.NewContextOptions().setTimezoneId("America/Los_Angeles"));
        open(CAFE, "1m");
        assertThat(text("document.querySelector('#zone').selectedOptions[0].textContent"))
                .startsWith("Los Angeles (UTC−");
        assertThat(text(LEGEND)).matches("27 Nov 2025 07:0\\d .*");

        page.locator("#zone").selectOption("Asia/Kolkata");

        assertThat(text(LEGEND)).matches("27 Nov 2025 20:3\\d .*");
        assertThat(text("document.querySelector('#zone').selectedOptions[0].textContent"))
                .isEqualTo("Kolkata (UTC+5:30)");

        page.reload();
        awaitChart();

        assertThat(text(LEGEND)).matches("27 Nov 2025 20:3\\d .*");
        // this year's dates have no year
        assertThat(inModule("format.js", "return m.moment(Date.now() / 1000, 60);").toString())
                .doesNotContain(", 20")
                .matches("\\d+ \\w+ \\d\\d:\\d\\d");
    }

    // ---- keyboard

    @Test
    void afterASearchTheChartHasTheFocus() {
        open(CAFE, "1m");

        page.keyboard().press("/");
        page.keyboard().type("bean");
        awaitTrue("document.querySelectorAll('#pair-list li').length === 1");
        page.keyboard().press("Enter");

        awaitTrue("pair => klines.pair === pair", "1:" + BEAN);
        assertThat(text("document.activeElement.id")).isEqualTo("chart");
        awaitChart();
        page.keyboard().press("Shift+ArrowLeft");
        awaitTrue("document.querySelector('#announcement').textContent.includes('27 Nov 2025')");
    }

    // ---- accessibility

    @ParameterizedTest
    @ValueSource(strings = {"LIGHT", "DARK"})
    void noRuleOfAccessibilityIsBroken(String theme) throws IOException {
        reopenBrowser(
                new Browser.NewContextOptions()
                        .setColorScheme(ColorScheme.valueOf(theme))
                        .setBypassCSP(true));
        open(CAFE, "1m");
        try (InputStream axe = PageModulesITCase.class.getResourceAsStream("/axe.min.js")) {
            page.evaluate(new String(axe.readAllBytes(), StandardCharsets.UTF_8));
        }

        assertThat(brokenRules()).as("the chart").isEmpty();

        for (String menu : List.of("#studies", "#activity")) {
            page.locator(menu + " summary").click();
            assertThat(brokenRules()).as(menu).isEmpty();
        }
        page.keyboard().press("Escape");
        page.keyboard().press("?");
        assertThat(brokenRules()).as("the help").isEmpty();
    }

    private List<String> brokenRules() {
        Object rules =
                page.evaluate(
                        "axe.run(document, {resultTypes: ['violations']}).then(result =>"
                                + " result.violations.map(({id, nodes}) => id + ': '"
                                + " + nodes.map(node => node.target).join(' ')))");
        return ((List<?>) rules).stream().map(String.class::cast).toList();
    }

    // ---- market capitalisation, header and indicators

    @Test
    void theMarketCapitalisationIsShownWhereItIsKnown() {
        market.pair(MOVING, "MOVE").klines(MOVING, "1m", LONG, NEWEST_S / 300 * 300, 0.0000123, 1);
        open(MOVING, "1m");
        assertThat(page.locator("#shown [value=mcap]").isDisabled()).isFalse();

        page.locator("#shown [value=mcap]").click();

        awaitTrue(
                "close => klines.drawn.candles.at(-1).close === close",
                newest(MOVING, "1m").get("mcap_close").asDouble());
        assertThat(text(LEGEND)).contains("$");

        ObjectNode kline = frame(NEWEST_S / 300 * 300 + 60, 10, "2.5");
        kline.put("mo", "41").put("mh", "44").put("ml", "40").put("mc", "43");
        publish(MOVING, "1m", kline);

        awaitTrue("klines.drawn.candles.at(-1).close === 43");
        awaitTrue("document.querySelector('#pair-mcap').textContent === '$43'");

        publish(MOVING, "1m", frame(NEWEST_S / 300 * 300 + 120, 10, "2.5"));

        // the newest candle has none, so the chart is of the price
        awaitTrue("document.querySelector('#shown [value=mcap]').disabled");
        awaitTrue("klines.drawn.candles.at(-1).close === 2.5");
    }

    @Test
    void theHeaderShowsWhatIsKnownOfThePair() {
        market.klines(CAFE, "1w", 3, NEWEST_S, 1, 4);
        open(CAFE, "1m");

        assertThat(page.locator("#pair-volume").textContent()).isEqualTo("$12.3K");
        assertThat(page.locator("#pair-trades").textContent()).isEqualTo("678");
        awaitTrue("/^\\d+d ago$/.test(document.querySelector('#pair-first').textContent)");

        page.locator("#activity summary").click();
        awaitTrue("document.querySelectorAll('#activity-rows tr').length === 6");
        ObjectNode kline = newest(CAFE, "5m");
        int trades = kline.get("trades").asInt();
        List<String> cells = page.locator("#activity-rows tr:nth-child(2) td").allInnerTexts();

        assertThat(cells.subList(2, 6))
                .containsExactly(
                        String.valueOf(trades),
                        String.valueOf(trades / 2),
                        String.valueOf(trades - trades / 2),
                        "25%");
    }

    @Test
    void indicatorsEqualTheirDefinitions() {
        // the newest day begins among the candles that are loaded
        long morning = Instant.parse("2025-11-27T05:00:00Z").getEpochSecond();
        market.klines(CAFE, "1m", CannedMarket.PAGE_SIZE, morning, 0.0000123, 6);
        open(CAFE, "1m");
        double[] closes = column(CAFE, kline -> kline.get("close").asDouble());
        double[] usd = column(CAFE, kline -> kline.get("volume_usd").asDouble());
        double[] tokens = column(CAFE, kline -> kline.get("volume_token").asDouble());
        for (String id : List.of("ma", "ema", "vwap", "vma", "rsi", "macd")) {
            page.evaluate("document.querySelector('[data-study=" + id + "]').click()");
        }
        awaitTrue("klines.drawn.lines.length === 7");

        assertThat(line("ma")).isEqualTo(Reference.mean(closes, 20));
        assertThat(line("ema")).isEqualTo(Reference.exponential(closes, 50));
        assertThat(line("vma")).isEqualTo(Reference.mean(usd, 20));
        assertThat(line("rsi")).isEqualTo(Reference.strength(closes, 14));
        double[] macd = Reference.macd(closes);
        assertThat(line("macd")).isEqualTo(macd);
        assertThat(line("signal")).isEqualTo(Reference.exponential(macd, 9));
        int day = firstOfDay();
        double[] vwap = line("vwap");
        double[] expected = Reference.averagePrice(usd, tokens, day);
        for (int index = day; index < CannedMarket.PAGE_SIZE; index++) {
            assertThat(vwap[index]).isEqualTo(expected[index]);
        }
        assertThat(text("document.querySelector('#legend-studies').innerText"))
                .contains("MA 20", "EMA 50", "VWAP", "Volume MA 20", "RSI 14", "MACD", "Signal");
    }

    @Test
    void theAveragePriceLoadsTheCandlesOfItsDay() {
        int minutes = CannedMarket.PAGE_SIZE + LONG;
        market.klines(CAFE, "1m", minutes, NEWEST_S / 60 * 60, 0.0000123, 7);
        open(CAFE, "1m");
        assertThat(firstOfDay()).isLessThan(minutes - CannedMarket.PAGE_SIZE);

        page.evaluate("document.querySelector('[data-study=vwap]').click()");
        awaitTrue("klines.drawn.lines[0]?.values.at(-1) > 0");

        double[] vwap = line("vwap");
        double[] expected =
                Reference.averagePrice(
                        column(CAFE, kline -> kline.get("volume_usd").asDouble()),
                        column(CAFE, kline -> kline.get("volume_token").asDouble()),
                        firstOfDay());
        assertThat(vwap[vwap.length - 1]).isEqualTo(expected[minutes - 1]);
    }

    /** Returns the index of the first minute of the newest UTC day. */
    private int firstOfDay() {
        long newestDay = newest(CAFE, "1m").get("open_time").asLong() / 86_400;
        int index = 0;
        while (market.klines(CAFE, "1m").get(index).get("open_time").asLong() / 86_400
                < newestDay) {
            index++;
        }
        return index;
    }

    private double[] column(String pair, ToDoubleFunction<JsonNode> value) {
        return market.klines(pair, "1m").stream().mapToDouble(value).toArray();
    }

    /** Returns the values of an indicator, NaN where there is none. */
    private double[] line(String id) {
        JsonNode values =
                evaluate("klines.drawn.lines.find(line => line.id === '" + id + "').values");
        double[] line = new double[values.size()];
        for (int index = 0; index < line.length; index++) {
            JsonNode value = values.get(index);
            line[index] = value.isNull() ? Double.NaN : value.asDouble();
        }
        return line;
    }

    /** The indicators by their definitions, written down independently of the page. */
    private static final class Reference {

        static double[] nothing(int length) {
            double[] values = new double[length];
            Arrays.fill(values, Double.NaN);
            return values;
        }

        static double[] mean(double[] values, int length) {
            double[] means = nothing(values.length);
            for (int last = length - 1; last < values.length; last++) {
                double sum = 0;
                for (int index = last - length + 1; index <= last; index++) {
                    sum += values[index];
                }
                means[last] = sum / length;
            }
            return means;
        }

        static double[] exponential(double[] values, int length) {
            return smoothed(values, length, 2.0 / (length + 1));
        }

        private static double[] smoothed(double[] values, int length, double weight) {
            double[] averages = nothing(values.length);
            int first = 0;
            while (Double.isNaN(values[first])) {
                first++;
            }
            double sum = 0;
            for (int index = first; index < first + length; index++) {
                sum += values[index];
            }
            double average = sum / length;
            averages[first + length - 1] = average;
            for (int index = first + length; index < values.length; index++) {
                average = weight * values[index] + (1 - weight) * average;
                averages[index] = average;
            }
            return averages;
        }

        static double[] strength(double[] closes, int length) {
            double[] gains = nothing(closes.length);
            double[] losses = nothing(closes.length);
            for (int index = 1; index < closes.length; index++) {
                gains[index] = Math.max(0, closes[index] - closes[index - 1]);
                losses[index] = Math.max(0, closes[index - 1] - closes[index]);
            }
            double[] up = smoothed(gains, length, 1.0 / length);
            double[] down = smoothed(losses, length, 1.0 / length);
            double[] strength = nothing(closes.length);
            for (int index = length; index < closes.length; index++) {
                strength[index] = 100 * up[index] / (up[index] + down[index]);
            }
            return strength;
        }

        static double[] macd(double[] closes) {
            double[] fast = exponential(closes, 12);
            double[] slow = exponential(closes, 26);
            double[] difference = nothing(closes.length);
            for (int index = 25; index < closes.length; index++) {
                difference[index] = fast[index] - slow[index];
            }
            return difference;
        }

        static double[] averagePrice(double[] usd, double[] tokens, int from) {
            double[] prices = nothing(usd.length);
            double sumUsd = 0;
            double sumTokens = 0;
            for (int index = from; index < usd.length; index++) {
                sumUsd += usd[index];
                sumTokens += tokens[index];
                prices[index] = sumUsd / sumTokens;
            }
            return prices;
        }
    }

    // ---- using the page

    private void open(String pair, String interval) {
        open(pair, interval, IS_READY);
    }

    private static final String IS_READY =
            "window.klines?.candles.length > 0 && klines.drawn.written.length > 0"
                    + " && klines.connection === 'live'";

    private void open(String pair, String interval, String isReady) {
        page.navigate(
                "http://127.0.0.1:" + proxy.port() + "/#pair=1:" + pair + "&interval=" + interval);
        awaitTrue("pair => window.klines?.pair === pair", "1:" + pair);
        awaitTrue("interval => klines.interval === interval", interval);
        awaitTrue(isReady);
    }

    private void awaitChart() {
        awaitTrue(IS_READY);
    }

    /** Waits until the library has painted what it was given. */
    private void awaitDrawn() {
        awaitFrame();
        awaitFrame();
    }

    private void awaitFrame() {
        page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() =>"
                        + " requestAnimationFrame(done)))");
    }

    private String text(String expression) {
        return String.valueOf(page.evaluate(expression)).replace('\n', ' ');
    }

    private ObjectNode newest(String pair, String interval) {
        List<ObjectNode> all = market.klines(pair, interval);
        return all.get(all.size() - 1);
    }

    // ---- publications

    private static ObjectNode frame(long openTimeS, int trades, String price) {
        return JSON.createObjectNode()
                .put("t", openTimeS * 1000)
                .put("T", openTimeS * 1000 + 59_999)
                .put("i", "1m")
                .put("o", price)
                .put("c", price)
                .put("h", price)
                .put("l", price)
                .put("v", "4")
                .put("n", trades)
                .put("x", false)
                .put("q", "10")
                .put("V", "2")
                .put("Q", "5");
    }

    /** Publishes a kline to the relay as the job does. */
    private static void publish(String pair, String interval, ObjectNode kline) {
        ObjectNode data =
                JSON.createObjectNode().put("e", "kline").put("E", 1).put("s", "1:" + pair);
        data.set("k", kline);
        ObjectNode line = JSON.createObjectNode().put("stream", "1:" + pair + "@kline_" + interval);
        line.set("data", data);
        WebSocket publisher =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + TOKEN)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + relay.adminPort() + "/publish"),
                                new WebSocket.Listener() {})
                        .join();
        publisher
                .sendText(line + "\n", true)
                .thenCompose(sent -> sent.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .join();
    }
}

package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.auth0.jwt.JWT;
import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.WaitForSelectorState;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.local.stack.EmbeddedRelay;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Uses the page in a real browser, against a stack of its own: reads what a user sees and presses
 * what a user presses.
 */
@WholeStack.Own
class PageITCase extends InChromium {

    private static final String TOPIC = "evm-trades-v4";
    private static final String PAIR = "0x00000000000000000000000000000000000cafe1";
    private static final String HOSTILE_PAIR = "0x00000000000000000000000000000000000bad51";
    private static final String BIDI_PAIR = "0x00000000000000000000000000000000000bad52";
    private static final String MARKUP = "<img src=x onerror=document.title='owned'>";
    private static final String OVERRIDE = "\u202eLIVE\u202c\u200bCAT\u0000";

    /** The minutes of history: more than the page loads at once. */
    private static final int HISTORY_MINUTES = 700;

    private static final int PAGE_SIZE = 500;
    private static final int MINUTE_S = 60;

    /** What the stack has printed for its user. */
    private static final ByteArrayOutputStream PRINTED = new ByteArrayOutputStream();

    private static Running stack;
    private static KafkaProducer<byte[], byte[]> producer;

    /** The block time of the next trade, epoch seconds. It stays in the past of the wall clock. */
    private static long minuteS;

    private static int trades;

    @BeforeAll
    static void start() throws Exception {
        stack = Running.start(new PrintStream(PRINTED, true, StandardCharsets.UTF_8));
        producer = stack.producer();
        long nowMinute = System.currentTimeMillis() / 1000 / MINUTE_S;
        minuteS = (nowMinute - HISTORY_MINUTES - 60) * MINUTE_S;
        trade(HOSTILE_PAIR, MARKUP, 0.000_001_234_5);
        trade(BIDI_PAIR, OVERRIDE, 2);
        for (int minute = 0; minute < HISTORY_MINUTES; minute++) {
            minuteS += MINUTE_S;
            trade(PAIR, "CAFE", 100 + Math.sin(minute / 20.0));
        }
        awaitRows(HISTORY_MINUTES);
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            producer.close();
            stack.close();
        }
    }

    // ---- the chart

    @Test
    void theStackPrintsTheAddressOfTheChartFirst() {
        assertThat(PRINTED.toString(StandardCharsets.UTF_8))
                .startsWith(
                        stack.addresses().relay() + "  chart, available once the relay is ready");

        page.navigate(stack.addresses().relay());
        awaitChart();

        // no pair is named: the page opens the one with the most volume
        assertThat(page.url()).contains("#pair=1:");
    }

    @Test
    void candlesMoveWithEachTrade() throws Exception {
        open(PAIR, "1m");
        long before = lastCandle().path("trades").asLong();

        trade(PAIR, "CAFE", 123.25);

        awaitTrue("before => klines.candles.at(-1).trades > before", before);
        assertThat(lastCandle().path("trades").asLong()).isEqualTo(before + 1);
        assertThat(lastCandle().path("close").asDouble()).isEqualTo(123.25);
        assertThat(lastCandle().path("high").asDouble()).isEqualTo(123.25);
        awaitText("#pair-price", "123.25");
        awaitText("#pair-list [aria-selected=true] .pair-price", "123.25");
        assertThat(page.title()).startsWith("123.25 CAFE/");

        minuteS += MINUTE_S;
        trade(PAIR, "CAFE", 99.5);

        awaitTrue("time => klines.candles.at(-1).time === time", minuteS);
        awaitText("#pair-price", "99.500");
    }

    @Test
    void theIntervalSwitches() throws Exception {
        open(PAIR, "1m");

        page.keyboard().press("2");

        awaitCandlesOf("5m");
        assertThat(page.locator("#intervals [aria-pressed=true]").textContent()).isEqualTo("5m");
        assertThat(page.url()).endsWith("&interval=5m");

        page.keyboard().press("]");

        awaitCandlesOf("15m");

        page.locator("#intervals [data-interval='1h']").click();

        awaitCandlesOf("1h");

        page.goBack();

        awaitCandlesOf("15m");
    }

    @Test
    void historyLoadsAsTheUserScrollsLeft() throws Exception {
        open(PAIR, "1m");
        assertThat(candles()).hasSize(PAGE_SIZE);
        int rows = rows("1m").size();

        page.mouse().move(500, 400);
        page.mouse().down();
        page.mouse().move(900, 400);
        page.mouse().up();
        awaitTrue("klines.view.end < klines.candles.length - 1");
        assertThat(page.locator("#to-newest").isVisible()).isTrue();
        while (candles().size() < rows) {
            String viewedFrom = viewedFrom();
            page.keyboard().press("ArrowLeft");
            awaitTrue("from => " + VIEWED_FROM + " !== from", viewedFrom);
        }

        assertThat(candles()).isEqualTo(rows("1m"));

        page.keyboard().press("End");

        awaitTrue("klines.view.end >= klines.candles.length - 1");
        awaitTrue("document.querySelector('#to-newest').hidden");
    }

    @Test
    void switchingIntervalsQuicklyKeepsTheConnection() {
        open(PAIR, "1m");

        for (int turn = 0; turn < 20; turn++) {
            page.keyboard().press(turn % 2 == 0 ? "]" : "[");
            page.keyboard().press("]");
            page.keyboard().press("[");
        }

        awaitCandlesOf("1m");
        assertThat(evaluate("klines.connection").asText()).isEqualTo("live");
    }

    /** The open time of the leftmost visible candle. */
    private static final String VIEWED_FROM = "String(klines.candles[klines.view.start].time)";

    private String viewedFrom() {
        return (String) page.evaluate(VIEWED_FROM);
    }

    @Test
    void theChartHasNoGapAfterAReconnect() throws Exception {
        open(PAIR, "1m");

        stack.stack().relay().kill();
        try {
            // in one look, because the page tries again after some hundred milliseconds
            awaitTrue(
                    "klines.connection === 'waiting' && document.querySelector('#connection')"
                            + ".textContent.startsWith('Reconnecting in ')");
            for (int minute = 0; minute < 10; minute++) {
                minuteS += MINUTE_S;
                trade(PAIR, "CAFE", 90 + minute);
            }
            awaitRow(minuteS);
            assertThat(lastCandle().path("time").asLong()).isLessThan(minuteS);
        } finally {
            stack.stack().relay().restart();
        }

        awaitTrue("klines.connection === 'live'");
        awaitText("#connection", "Live");
        awaitTrue("time => klines.candles.at(-1).time === time", minuteS);
        awaitCandlesOf("1m");

        trade(PAIR, "CAFE", 111.5);

        awaitTrue("klines.candles.at(-1).close === 111.5");
        // the browser logs a refused connection whatever the page does
        console.removeIf(message -> message.contains("net::ERR_CONNECTION_"));
    }

    @Test
    void aSilentRelayIsNotShownAsLive() throws Exception {
        AtomicBoolean silent = new AtomicBoolean();
        page.clock().install();
        page.routeWebSocket(
                Pattern.compile("/stream$"),
                socket -> {
                    WebSocketRoute relay = socket.connectToServer();
                    relay.onMessage(
                            message -> {
                                if (!silent.get()) {
                                    socket.send(message.text());
                                }
                            });
                });
        open(HOSTILE_PAIR, "1m");

        silent.set(true);
        // the page sends a request and waits for the answer
        page.clock().fastForward("00:12");
        page.clock().fastForward("00:06");

        awaitText("#connection", "No answer");

        silent.set(false);
        trade(HOSTILE_PAIR, MARKUP, 0.000_001_234_5);

        awaitText("#connection", "Live");
    }

    // ---- alerts

    @Test
    void anAlertAppearsOnceInTheFeedAndAsAMark() throws Exception {
        open(PAIR, "1m");
        String trade =
                ("{\"e\":\"smartmoney\",\"E\":1,\"id\":\"00000000000000a1\",\"wallet\":\"0x%040d\","
                                + "\"label\":\"Whale\",\"chain_id\":\"1\",\"pair_addr\":\"%s\","
                                + "\"token_addr\":\"0xcafe\",\"token_symbol\":\"CAFE\",\"side\":\"buy\","
                                + "\"usd\":\"12500.5\",\"token_amount\":\"125\",\"price_usd\":\"100.25\","
                                + "\"tx_hash\":\"0x1\",\"block_time\":%d,\"clamp\":false,"
                                + "\"first_buy\":true}")
                        .formatted(7, PAIR, minuteS);
        String cluster =
                ("{\"e\":\"cluster\",\"E\":1,\"id\":\"00000000000000a2\",\"chain_id\":\"1\","
                                + "\"token_addr\":\"0xcafe\",\"token_symbol\":\"%s\",\"wallets\":["
                                + "{\"wallet\":\"0x1\",\"label\":\"Whale\",\"usd\":\"1\",\"block_time\":%d},"
                                + "{\"wallet\":\"0x2\",\"label\":\"%s\",\"usd\":\"1\",\"block_time\":%d}],"
                                + "\"usd\":\"40000\",\"first_time\":%d,\"last_time\":%d}")
                        .formatted(MARKUP, minuteS, MARKUP, minuteS, minuteS, minuteS);

        publish("1@smartmoney", trade);
        publish("1@smartmoney", trade);
        publish("1@smartmoney", cluster);

        awaitTrue("document.querySelectorAll('.alert').length >= 2");
        assertThat(page.locator(".alert-smartmoney").allInnerTexts())
                .singleElement()
                .satisfies(
                        text ->
                                assertThat(text)
                                        .contains("buy", "CAFE", "$12.5K", "Whale at 100.25")
                                        .contains("first buy"));
        assertThat(page.locator(".alert-cluster").innerText())
                .contains("2 wallets", "<img src=x …", "$40K within 1 min by Whale, <img src=x");
        assertThat(page.locator("img").count()).isZero();
        JsonNode marks = evaluate("klines.marks");
        assertThat(marks).hasSize(1);
        assertThat(marks.get(0).path("side").asText()).isEqualTo("buy");
        assertThat(marks.get(0).path("time").asLong()).isEqualTo(minuteS);
    }

    @Test
    void aUsersAlertsNeedATokenThatLeavesTheAddressAtOnce() {
        String token = stack.stack().relay().userToken("alice");
        page.navigate(
                stack.addresses().relay()
                        + "/#pair=1:"
                        + PAIR
                        + "&interval=1m&user=alice&token="
                        + token);
        awaitChart();
        assertThat(page.url()).doesNotContain(token).endsWith("interval=1m");

        publish("user:alice@alerts", alertOf("00000000000000b1"));

        page.locator(".alert-alert").waitFor();
        assertThat(page.locator(".alert-alert").innerText())
                .contains("sell", "CAFE", "$99", "for you", "Whale at 99.000");

        page.reload();
        awaitChart();
        publish("user:alice@alerts", alertOf("00000000000000b2"));
        awaitTrue("klines.alerts.some(alert => alert.key.endsWith('b2'))");
        page.locator("#show-user").click();
        page.locator("#forget-user").click();

        awaitTrue("klines.alerts.every(alert => alert.kind !== 'alert')");
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
    }

    @Test
    void aTokenIsRenewedWithoutAGapAndForgottenWhenItIsRevoked() throws Exception {
        Path relay = stack.folder().resolve("relay");
        String keys = Files.readString(EmbeddedRelay.userTokenKeysFile(relay));
        TokenIssuer issuer = new TokenIssuer(TokenKeys.parse(keys), Clock.systemUTC());
        String first = issuer.issue("alice", Duration.ofMinutes(4));
        String second = issuer.issue("alice", Duration.ofHours(1));
        String chart = stack.addresses().relay() + "/#pair=1:" + PAIR + "&interval=1m";
        List<String> sent = new ArrayList<>();
        List<String> received = new ArrayList<>();
        page.onWebSocket(
                socket -> {
                    socket.onFrameSent(frame -> sent.add(frame.text()));
                    socket.onFrameReceived(frame -> received.add(frame.text()));
                });
        page.navigate(chart + "&user=alice&token=" + first);
        awaitChart();
        publish("user:alice@alerts", alertOf("00000000000000c1"));
        awaitTrue("klines.alerts.some(alert => alert.key.endsWith('c1'))");
        awaitText("#show-user", "Your alerts: renew");
        assertThat(page.locator("#user-note").textContent())
                .startsWith("Your token expires at ")
                .endsWith(". With a new one, your alerts go on.");

        page.navigate(chart + "&user=alice&token=" + second);
        awaitText("#show-user", "Your alerts: on");
        eventually().until(() -> isConfirmed(second, sent, received));
        publish("user:alice@alerts", alertOf("00000000000000c2"));
        awaitTrue("klines.alerts.some(alert => alert.key.endsWith('c2'))");
        assertThat(page.url()).doesNotContain("token");
        assertThat(sent).noneMatch(frame -> frame.contains("UNSUBSCRIBE"));
        assertThat(received).noneMatch(frame -> frame.contains("unsubscribed"));
        assertThat(received).filteredOn(frame -> frame.contains("00000000000000c1")).hasSize(1);
        assertThat((String) page.evaluate("sessionStorage.getItem('klines.user')"))
                .contains(second)
                .doesNotContain(first);

        Files.writeString(
                EmbeddedRelay.userTokenRevocationsFile(relay),
                "token " + JWT.decode(second).getId() + "\n",
                StandardOpenOption.APPEND);

        awaitText("#user-note", "The relay refuses: user:alice@alerts: the token was revoked");
        awaitTrue("klines.alerts.every(alert => alert.kind !== 'alert')");
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
        assertThat(evaluate("klines.connection").asText()).isEqualTo("live");
    }

    /** Returns whether the relay has confirmed the request that contains the token. */
    private boolean isConfirmed(String token, List<String> sent, List<String> received) {
        // lets Playwright deliver frames
        page.evaluate("1");
        return sent.stream()
                .filter(frame -> frame.contains(token))
                .map(
                        frame ->
                                frame.replaceFirst(
                                        "(?s).*\"id\":(\\d+).*", "{\"result\":null,\"id\":$1}"))
                .anyMatch(received::contains);
    }

    private static String alertOf(String id) {
        return ("{\"e\":\"alert\",\"E\":1,\"id\":\"%s\",\"user_id\":\"alice\","
                        + "\"wallet\":\"0x1\",\"label\":\"Whale\",\"chain_id\":\"1\","
                        + "\"pair_addr\":\"%s\",\"token_symbol\":\"CAFE\",\"side\":\"sell\","
                        + "\"usd\":\"99\",\"token_amount\":\"1\",\"price_usd\":\"99\","
                        + "\"tx_hash\":\"0x1\",\"block_time\":%d,\"clamp\":false}")
                .formatted(id, PAIR, minuteS);
    }

    @Test
    void theDialogShowsThatATokenIsRefused() {
        open(PAIR, "1m");

        page.locator("#show-user").click();
        page.locator("[name=user]").fill("alice");
        page.locator("[name=token]").fill("wrong");
        page.keyboard().press("Enter");

        awaitText(
                "#user-note",
                "The relay refuses: user:alice@alerts: the token is not a JSON Web Token");
        assertThat(page.locator("[name=token]").inputValue()).isEmpty();
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
    }

    // ---- hostile symbols

    @Test
    void aHostileSymbolStaysText() {
        open(HOSTILE_PAIR, "1m");
        String row = "[data-pair='1:" + HOSTILE_PAIR + "'] .pair-token";
        page.locator(row).waitFor();

        assertThat(page.locator(row).textContent()).isEqualTo("<img src=x …");
        assertThat(page.locator("#pair-title").textContent()).isEqualTo("<img src=x …/USDC");
        assertThat(page.locator("#pair-price").textContent()).isEqualTo("0.0₅12345");
        assertThat(page.locator("img").count()).isZero();
        assertThat(page.title()).isNotEqualTo("owned");
        // a symbol that cannot be shown is dropped, and the address is shown
        assertThat(page.locator("[data-pair='1:" + BIDI_PAIR + "'] .pair-token").textContent())
                .isEqualTo("0x0000…ad52");
        assertThat(page.content()).doesNotContain("\u202e").doesNotContain("\u200b");
    }

    // ---- loading, failed and empty

    @Test
    void aPairListThatLoadsFailedOrIsEmptyLooksDifferent() {
        Deque<Route> asked = new ArrayDeque<>();
        page.route(Pattern.compile("/api/pairs\\?"), asked::add);

        page.navigate(stack.addresses().relay());

        awaitNote("#no-pairs", "loading", "Loading pairs…");
        awaitNote("#chart-note", "loading", "Loading pairs…");

        answer(asked, 500, "{\"code\":-1000,\"msg\":\"an internal error\"}");
        awaitNote("#no-pairs", "failed", "Pairs are unavailable: an internal error. Retrying.");
        awaitNote("#chart-note", "failed", "Pairs are unavailable: an internal error. Retrying.");

        page.locator("#search").fill("a");
        answer(asked, 200, "{\"pairs\":[],\"as_of\":1,\"missing\":[\"mysql\"]}");
        awaitNote(
                "#no-pairs",
                "failed",
                "No pairs. A store does not answer, so pairs may be missing.");

        page.locator("#search").fill("");
        answer(asked, 200, "{\"pairs\":[],\"as_of\":1,\"missing\":[]}");
        awaitNote("#no-pairs", "empty", "Waiting for the first trades…");

        page.locator("#search").fill("b");
        String pair = "{\"chain_id\":\"1\",\"pair_addr\":\"%s\",\"token_symbol\":\"CAFE\"}";
        answer(
                asked,
                200,
                "{\"pairs\":[%s,%s,%s],\"as_of\":1,\"missing\":[]}"
                        .formatted(
                                pair.formatted("0x\\\"bad"),
                                pair.formatted(PAIR),
                                pair.formatted("0x\\\\bad")));

        awaitChart();
        assertThat(page.locator("#pair-list li").count()).isEqualTo(1);
        assertThat(page.locator("#no-pairs").isVisible()).isFalse();
        assertThat(page.locator("#chart-note").isVisible()).isFalse();
        allowServerErrors();
    }

    @Test
    void aChartThatLoadsFailedOrIsEmptyLooksDifferent() {
        Deque<Route> asked = new ArrayDeque<>();
        page.route(Pattern.compile("/api/klines\\?"), asked::add);

        page.navigate(stack.addresses().relay() + "/#pair=1:0xdead&interval=1m");

        awaitNote("#chart-note", "loading", "Loading history…");

        answer(asked, 503, "{\"code\":-1001,\"msg\":\"no store answers\"}");
        awaitNote("#chart-note", "failed", "History is unavailable: no store answers. Retrying.");

        answer(asked, 200, "{\"klines\":[],\"missing\":[\"mysql\"]}");
        awaitNote(
                "#chart-note",
                "failed",
                "History is incomplete: a store does not answer. Retrying.");

        answer(asked, 200, "{\"klines\":[],\"missing\":[]}");
        awaitNote("#chart-note", "empty", "No trades yet.");
        allowServerErrors();
    }

    /** Answers the newest request of a route. */
    private void answer(Deque<Route> asked, int status, String body) {
        // routes are handled while a page is asked something
        awaitTrue("true");
        eventually()
                .until(
                        () -> {
                            page.evaluate("0");
                            return !asked.isEmpty();
                        });
        Route newest = asked.pollLast();
        asked.clear();
        newest.fulfill(
                new Route.FulfillOptions()
                        .setStatus(status)
                        .setContentType("application/json")
                        .setBody(body));
    }

    private void awaitNote(String selector, String state, String text) {
        awaitTrue(
                "([selector, state, text]) => { const note = document.querySelector(selector);"
                        + " return !note.hidden && note.dataset.state === state"
                        + " && note.textContent === text; }",
                List.of(selector, state, text));
    }

    /** The browser logs an answer with an error status whatever the page does. */
    private void allowServerErrors() {
        console.removeIf(message -> message.contains("Failed to load resource"));
    }

    @Test
    void scriptsCannotTurnTextIntoMarkup() {
        open(PAIR, "1m");

        Object refused =
                page.evaluate(
                        "() => { try { document.body.innerHTML = '<b>'; return 'done'; }"
                                + " catch (e) { return e.name; } }");

        assertThat(refused).isEqualTo("TypeError");
        assertThat(console).singleElement().satisfies(m -> assertThat(m).contains("TrustedHTML"));
        console.clear();
    }

    // ---- keyboard, phone and theme

    @Test
    void pairsAreFoundAndOpenedByKeyboard() {
        open(HOSTILE_PAIR, "1m");

        page.keyboard().press("/");
        page.keyboard().type("caf");
        awaitTrue("document.querySelectorAll('#pair-list li').length === 1");
        page.keyboard().press("ArrowDown");
        page.keyboard().press("Enter");

        awaitTrue("pair => klines.pair === pair", "1:" + PAIR);
        assertThat(page.url()).contains("pair=1:" + PAIR);

        page.keyboard().press("Escape");

        awaitTrue("document.querySelectorAll('#pair-list li').length === 3");
        assertThat(page.locator("#search").inputValue()).isEmpty();
    }

    @Test
    void theThemeFollowsTheSystemUntilTheUserChooses() {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        open(PAIR, "1m");
        assertThat(theme()).isEqualTo("light");

        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        awaitTrue("document.documentElement.dataset.theme === 'dark'");
        page.keyboard().press("t");
        assertThat(theme()).isEqualTo("light");

        page.reload();
        awaitChart();

        assertThat(theme()).isEqualTo("light");
    }

    private String theme() {
        return (String) page.evaluate("document.documentElement.dataset.theme");
    }

    @Test
    void onAPhoneTheListIsADrawer() {
        page.setViewportSize(390, 844);
        open(HOSTILE_PAIR, "1m");
        assertThat(page.locator("#pairs").isVisible()).isFalse();

        page.locator("#show-pairs").click();
        page.locator("[data-pair='1:" + PAIR + "']").click();

        awaitTrue("pair => klines.pair === pair", "1:" + PAIR);
        page.locator("#pairs")
                .waitFor(new Locator.WaitForOptions().setState(WaitForSelectorState.HIDDEN));
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(true);
    }

    // ---- single modules

    @Test
    void pricesAreReadable() {
        open(PAIR, "1m");

        assertThat(
                        texts(
                                "format.js",
                                "[63512.4, 1.23456, 0.012345, 0.0000012345, 0.00999999, 0]",
                                "price"))
                .containsExactly(
                        "63,512.40", "1.2346", "0.012345", "0.0₅12345", "0.010000", "0.00");
        assertThat(texts("format.js", "[0.0000099999999, 9.9999e-13, 1e18, NaN]", "price"))
                .containsExactly("0.0₄10000", "0.0₁₂99999", "1.0000e18", "–");
        assertThat(texts("format.js", "[950, 12345, 999950, 4.56e6, 0.5]", "compact"))
                .containsExactly("950", "12.3K", "1M", "4.56M", "0.500");
        assertThat(texts("format.js", "[0.0125, -0.004, 0.00001, null, 25]", "percent"))
                .containsExactly("+1.25%", "−0.40%", "0.00%", "–", "+2.5K%");
    }

    @Test
    void hostileSymbolsAreSanitised() {
        open(PAIR, "1m");

        assertThat(
                        texts(
                                "text.js",
                                "['\\u202eLIVE\\u200bCAT', 'a\\n\\tb', ' \\u2066 ', 'x'.repeat(1e6)]",
                                "text => m.tame(text, 8, '?')"))
                .containsExactly("LIVECAT", "a b", "?", "xxxxxxx…");
        assertThat(
                        texts(
                                "text.js",
                                "['e' + '\\u0301'.repeat(50)]",
                                "text => m.tame(text, 8, '?').length"))
                .containsExactly("3");
    }

    @Test
    void theAddressOfThePageNamesAPairByIdentifiers() {
        open(PAIR, "1m");
        String digits = "AB".repeat(20);

        assertThat(
                        texts(
                                "address.js",
                                "['1:0xAb', '56:%s', '100000:AbC', '1:a\"b', '1:a:b', '1:', ':a', '1', '%%zz']"
                                        .formatted(digits),
                                "text => JSON.stringify(m.parse('#pair=' + text).pair)"))
                .containsExactly(
                        "{\"chainId\":\"1\",\"address\":\"0xab\"}",
                        "{\"chainId\":\"56\",\"address\":\"0x%s\"}"
                                .formatted(digits.toLowerCase(Locale.ROOT)),
                        "{\"chainId\":\"100000\",\"address\":\"AbC\"}",
                        "null",
                        "null",
                        "null",
                        "null",
                        "null",
                        "null");
    }

    @Test
    void aCandleNeverReturnsToAnOlderVersion() {
        open(PAIR, "1m");
        String candle =
                "const c = (time, trades, closed) => ({time, trades, closed: closed ?? false});";

        assertThat(
                        inModule(
                                "candles.js",
                                candle
                                        + "const k = new m.Candles();"
                                        + "return [c(60, 2), c(60, 1), c(60, 2, true), c(60, 2), c(60, 3), c(0, 1)]"
                                        + ".map(x => k.put(x)).concat(k.list.map(x => x.trades));"))
                .isEqualTo(List.of(true, false, true, false, true, true, 1, 3));
        assertThat(
                        inModule(
                                "candles.js",
                                candle
                                        + "const k = new m.Candles(); k.put(c(120, 5)); k.put(c(180, 1));"
                                        + "const more = k.merge([c(0, 1), c(60, 1), c(120, 4), c(180, 2)]);"
                                        + "return [more, ...k.list.map(x => x.trades)];"))
                .isEqualTo(List.of(2, 1, 1, 5, 2));
    }

    @Test
    void candlesBeforeAPossibleGapAreDropped() {
        open(PAIR, "1m");
        String held =
                "const c = time => ({time, trades: 1, closed: true});"
                        + "const k = new m.Candles(); [0, 60, 120, 600].map(t => k.put(c(t)));";

        assertThat(
                        inModule(
                                "candles.js",
                                held
                                        + "return [k.mergeTail([c(540), c(600)], 120), ...k.list.map(x => x.time)];"))
                .isEqualTo(List.of(3, 540, 600));
        assertThat(
                        inModule(
                                "candles.js",
                                held
                                        + "return [k.mergeTail([c(120), c(540)], 120), ...k.list.map(x => x.time)];"))
                .isEqualTo(List.of(0, 0, 60, 120, 540, 600));
    }

    @Test
    void reconnectDelaysGrowUpToALimit() {
        open(PAIR, "1m");

        assertThat(
                        inModule(
                                "connection.js",
                                "return [[0, 0], [0, 1], [3, 0], [3, 1], [50, 1]].map(([n, r]) => m.waitMs(n, r));"))
                .isEqualTo(List.of(250, 500, 2000, 4000, 20000));
    }

    /** Applies a function of a module to each of the values and returns the results as text. */
    private List<String> texts(String module, String values, String function) {
        String call = function.contains("=>") ? function : "x => m." + function + "(x)";
        return ((List<?>)
                        inModule(
                                module,
                                "return " + values + ".map(" + call + ").map(x => String(x));"))
                .stream().map(String.class::cast).toList();
    }

    // ---- using the page

    private void open(String pair, String interval) {
        page.navigate(stack.addresses().relay() + "/#pair=1:" + pair + "&interval=" + interval);
        awaitChart();
    }

    private void awaitChart() {
        awaitTrue("window.klines?.candles.length > 0 && klines.connection === 'live'");
    }

    private void awaitText(String selector, String text) {
        awaitTrue(
                "([selector, text]) => document.querySelector(selector)?.textContent === text",
                List.of(selector, text));
    }

    private JsonNode lastCandle() {
        return evaluate("klines.candles.at(-1)");
    }

    /** Returns every candle as {@code time open high low close trades}. */
    private List<String> candles() {
        List<String> candles = new ArrayList<>();
        for (JsonNode candle : evaluate("klines.candles")) {
            candles.add(
                    line(
                            candle.path("time").asLong(),
                            candle.path("open").asDouble(),
                            candle.path("high").asDouble(),
                            candle.path("low").asDouble(),
                            candle.path("close").asDouble(),
                            candle.path("trades").asLong()));
        }
        return candles;
    }

    /** Waits until the page shows the klines of the database, at least the newest 500. */
    private void awaitCandlesOf(String interval) {
        awaitTrue("interval => klines.interval === interval", interval);
        eventually()
                .untilAsserted(
                        () -> {
                            List<String> rows = rows(interval);
                            List<String> shown = candles();
                            assertThat(shown)
                                    .hasSizeGreaterThanOrEqualTo(Math.min(PAGE_SIZE, rows.size()))
                                    .isEqualTo(
                                            rows.subList(rows.size() - shown.size(), rows.size()));
                        });
    }

    // ---- the database

    private static List<String> rows(String interval) throws Exception {
        try (Connection database = stack.database();
                PreparedStatement query =
                        database.prepareStatement(
                                "SELECT open_time, open, high, low, close, trades FROM kline"
                                        + " WHERE chain_id = '1' AND pair_addr = ? AND"
                                        + " interval_code = ? ORDER BY open_time")) {
            query.setString(1, PAIR);
            query.setString(2, interval);
            List<String> rows = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    rows.add(
                            line(
                                    row.getLong(1),
                                    row.getDouble(2),
                                    row.getDouble(3),
                                    row.getDouble(4),
                                    row.getDouble(5),
                                    row.getLong(6)));
                }
            }
            return rows;
        }
    }

    private static String line(
            long time, double open, double high, double low, double close, long trades) {
        return "%d %s %s %s %s %d".formatted(time, open, high, low, close, trades);
    }

    private static void awaitRows(int count) {
        await().atMost(PATIENCE).until(() -> rows("1m").size() == count);
    }

    private static void awaitRow(long openTimeS) {
        await().atMost(PATIENCE)
                .until(() -> rows("1m").stream().anyMatch(r -> r.startsWith(openTimeS + " ")));
    }

    // ---- trades and alerts

    private static void trade(String pair, String symbol, double price) throws Exception {
        trades++;
        String json =
                JSON.createArrayNode()
                        .add(
                                JSON.createObjectNode()
                                        .put("chain_id", "1")
                                        .put("pair_addr", pair)
                                        .put(
                                                "tx_hash",
                                                String.format(Locale.ROOT, "0x%064x", trades))
                                        .put("maker", "0xmaker")
                                        .put("type", trades % 3 == 0 ? "sell" : "buy")
                                        .put("token_amount", "2")
                                        .put("base_token_amount", "1")
                                        .put("total_usd", 2 * price)
                                        .put("token_price_usd", price)
                                        .put("block_num", trades)
                                        .put("block_time", minuteS)
                                        .set(
                                                "pair_info",
                                                JSON.createObjectNode()
                                                        .put("token_symbol", symbol)
                                                        .put("base_token_symbol", "USDC")))
                        .toString();
        Future<?> sent =
                producer.send(
                        new ProducerRecord<>(
                                TOPIC, 0, null, json.getBytes(StandardCharsets.UTF_8)));
        producer.flush();
        sent.get();
    }

    /** Publishes an event to the relay as the job does. */
    private static void publish(String stream, String data) {
        WebSocket publisher =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + stack.stack().relay().token())
                        .buildAsync(
                                URI.create(stack.stack().relay().publishUrl()),
                                new WebSocket.Listener() {})
                        .join();
        publisher
                .sendText("{\"stream\":\"" + stream + "\",\"data\":" + data + "}\n", true)
                .thenCompose(sent -> sent.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                .join();
    }
}

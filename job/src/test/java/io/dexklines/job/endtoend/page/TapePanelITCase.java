package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The panel of trades in a real browser, with a relay in this process whose publisher is the test.
 * Its history is empty.
 */
class TapePanelITCase extends InChromium {

    private static final String TOKEN = "the publishers' token";
    private static final String MAKER = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final int MOST_ROWS = 50;

    /** A time on 2026-03-01, epoch seconds. */
    private static final long NOON = 1_772_366_400L;

    private static RelayServer relay;
    private static WebSocket publisher;
    private static int pairs;

    /** A pair of each test alone. */
    private final String pair = "56:0x%040x".formatted(++pairs);

    @BeforeAll
    static void start() {
        relay = RelayServer.start(RelaySettings.builder(TOKEN).port(0).build());
        publisher =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + TOKEN)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + relay.port() + "/publish"),
                                new WebSocket.Listener() {})
                        .join();
    }

    @AfterAll
    static void stop() {
        if (relay != null) {
            publisher.abort();
            relay.close();
        }
    }

    @BeforeEach
    void answerForTheStores() {
        answer("/api/klines", "{\"klines\":[],\"missing\":[]}");
        answer("/api/smartmoney", "{\"trades\":[],\"missing\":[]}");
    }

    private void answer(String path, String json) {
        page.route(
                "**" + path + "?**",
                route ->
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setContentType("application/json")
                                        .setBody(json)));
    }

    @Test
    void theNewestTradesAreThereAtOnceAndEachThatFollowsIsAddedInItsOrder() {
        publish(trade(1, 0).formatted("false", 1234.5, 0.0000125));
        publish(trade(3, 0).formatted("true", 20.0, 63512.4));

        open(pair);

        awaitRows(2);
        publish(trade(2, 0).formatted("false", 5.0, 1.5));
        publish(trade(2, 0).formatted("false", 5.0, 1.5));
        publish(trade(4, 0).formatted("true", 6.0, 1.75));
        awaitRows(4);
        assertThat(cells(".badge")).containsExactly("sell", "sell", "buy", "buy");
        assertThat(cells(".tape-usd")).containsExactly("$6", "$20", "$5", "$1.23K");
        assertThat(cells(".tape-price"))
                .containsExactly("1.7500", "63,512.40", "1.5000", "0.0₄12500");
        assertThat(cells(".tape-maker").get(0)).isEqualTo("0x28c6…1d60");
        assertThat(page.evaluate("document.querySelector('#tape td a').href"))
                .isEqualTo("https://bscscan.com/tx/0x4");
        assertThat(page.evaluate("document.querySelector('#tape time').dateTime"))
                .isEqualTo("2026-03-01T12:00:04.000Z");
    }

    @Test
    void aTradeIsOneInsertionAndTheOthersStay() {
        open(pair);
        publish(trade(1, 0).formatted("false", 1.0, 1.0));
        // the page has subscribed: the relay holds fewer trades than it shows
        awaitRows(1);
        for (int second = 2; second <= MOST_ROWS; second++) {
            publish(trade(second, 0).formatted("false", 1.0, 1.0));
        }
        awaitRows(MOST_ROWS);
        page.evaluate(
                "() => { window.changes = []; new MutationObserver(all => changes.push(...all.map("
                        + "change => `+${change.addedNodes.length} -${change.removedNodes.length}`)))"
                        + ".observe(document.querySelector('#tape tbody'), {childList: true}); }");

        publish(trade(MOST_ROWS + 1, 0).formatted("false", 1.0, 1.0));

        awaitTrue("document.querySelector('#tape tbody tr a').href.endsWith('/tx/0x33')");
        assertThat(page.evaluate("changes.join()")).isEqualTo("+1 -0,+0 -1");
        assertThat(rows()).hasSize(MOST_ROWS);
        // older than all that are there
        publish(trade(0, 0).formatted("false", 1.0, 1.0));
        publish(trade(MOST_ROWS + 2, 0).formatted("false", 1.0, 1.0));
        awaitTrue("document.querySelector('#tape tbody tr a').href.endsWith('/tx/0x34')");
        assertThat(page.evaluate("changes.length")).isEqualTo(4);
    }

    @Test
    void nothingMovesUnderThePointer() {
        publish(trade(1, 0).formatted("false", 1.0, 1.0));
        open(pair);
        awaitRows(1);
        page.mouse().move(0, 0);
        page.locator("#tape tbody tr").hover();

        publish(trade(2, 0).formatted("false", 2.0, 1.0));
        publish(trade(3, 0).formatted("false", 3.0, 1.0));

        awaitTrue("document.querySelector('#tape .tape-note').textContent === 'Paused: 2 new'");
        assertThat(cells(".tape-usd")).containsExactly("$1");

        page.mouse().move(0, 0);

        awaitRows(3);
        assertThat(cells(".tape-usd")).containsExactly("$3", "$2", "$1");
        assertThat(page.locator("#tape .tape-note").textContent()).isEmpty();
    }

    @Test
    void nothingOfAFormerPairIsShown() {
        publish(trade(1, 0).formatted("false", 1.0, 1.0));
        open(pair);
        awaitRows(1);
        String other = "56:0xother" + pairs;

        page.evaluate("pair => { location.hash = `#pair=${pair}&interval=1m`; }", other);

        awaitTrue("pair => klines.pair === pair", other);
        assertThat(rows()).isEmpty();
        assertThat(page.locator("#tape .empty").isVisible()).isTrue();
        publish(trade(2, 0).formatted("false", 2.0, 1.0));
        publish(trade(3, 0).replace(pair, other).formatted("false", 3.0, 1.0));
        awaitRows(1);
        assertThat(cells(".tape-usd")).containsExactly("$3");
    }

    @Test
    void tradesThatWereLeftOutAreMarked() {
        open(pair);
        publish(trade(1, 0).formatted("false", 1.0, 1.0));
        publish(trade(2, 12).formatted("false", 2.0, 1.0));

        awaitRows(2);

        assertThat(page.locator("#tape .tape-gap").count()).isEqualTo(1);
        assertThat(page.locator("#tape .tape-gap").getAttribute("title"))
                .isEqualTo("12 earlier trades were left out");
    }

    @Test
    void withoutTradesThereIsNoPanel() {
        open(pair);
        awaitTrue("document.querySelector('#chart-note').textContent === 'No trades yet.'");
        assertThat(page.locator("#tape").isVisible()).isFalse();

        publish(trade(1, 0).formatted("false", 1.0, 1.0));

        awaitRows(1);
        assertThat(page.locator("#tape").isVisible()).isTrue();
    }

    private void open(String shown) {
        page.navigate("http://127.0.0.1:%d/#pair=%s&interval=1m".formatted(relay.port(), shown));
        awaitTrue("pair => window.klines?.pair === pair && klines.connection === 'live'", shown);
    }

    /** Returns the publication of a trade, in which side, USD and price are to be filled in. */
    private String trade(int second, int omitted) {
        return ("{\"stream\":\"%1$s@trade\",\"data\":{\"e\":\"trade\",\"E\":1,\"s\":\"%1$s\",\"t\":\"%2$d\","
                        + "\"T\":%3$d,\"m\":%%s,\"usd\":\"%%s\",\"p\":\"%%s\",\"q\":\"7\",\"maker\":\"%4$s\","
                        + "\"tx\":\"0x%2$x\",\"pos\":\"%2$d#0#0\",\"clamp\":false,\"omitted\":%5$d}}")
                .formatted(pair, second, (NOON + second) * 1000, MAKER, omitted);
    }

    private static void publish(String line) {
        publisher.sendText(line, true).join();
    }

    private List<String> rows() {
        return page.locator("#tape tbody tr").allTextContents();
    }

    private List<String> cells(String selector) {
        return page.locator("#tape tbody " + selector).allTextContents();
    }

    private void awaitRows(int count) {
        eventually().untilAsserted(() -> assertThat(rows()).hasSize(count));
    }
}

package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import io.dexklines.relay.token.UserTokens;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Uses the alerts, the marks on the chart and the watchlist in a real browser. A relay in this
 * process serves the page and sends the events; the answers of its history API are canned.
 */
class AlertsPanelITCase extends InChromium {

    private static final String PUBLISHER_TOKEN = "the publishers' token";
    private static final String KEYS = "test: 0123456789abcdef0123456789abcdef\n";

    private static final String PAIR = "0x00000000000000000000000000000000000cafe1";
    private static final String OTHER_PAIR = "0x00000000000000000000000000000000000cafe2";
    private static final String WALLET = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
    private static final String MARKUP = "<img src=x onerror=document.title='owned'>";

    /** A time, epoch microseconds. */
    private static final long EVENT_ID = System.currentTimeMillis() * 1_000;

    private static final int MINUTE_S = 60;

    /** More than the page loads at once. */
    private static final int MINUTES = 1200;

    /** When the newest candle of one minute opens, epoch seconds. */
    private final long newestS = System.currentTimeMillis() / 1000 / MINUTE_S * MINUTE_S - MINUTE_S;

    private RelayServer relay;
    private WebSocket publisher;

    /** Starts a relay for one test, because a relay sends the events that it holds again. */
    @BeforeEach
    void start() {
        UserTokens tokens =
                new UserTokens(() -> KEYS, () -> "", UserTokens.MAX_LIFETIME, Clock.systemUTC());
        relay =
                RelayServer.start(
                        RelaySettings.builder(PUBLISHER_TOKEN)
                                .port(0)
                                .eventLoops(1)
                                .userTokens(tokens)
                                .build());
        publisher =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + PUBLISHER_TOKEN)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + relay.adminPort() + "/publish"),
                                new WebSocket.Listener() {})
                        .join();
        page.route(Pattern.compile("/api/"), this::answer);
    }

    @AfterEach
    void stop() {
        closeContext();
        publisher.abort();
        relay.close();
    }

    // ---- one new alert is one new row

    @Test
    void aNewAlertTouchesNoOtherRow() {
        open(PAIR);
        publish("1@smartmoney", trade("a1", 30).toString());
        publish("1@smartmoney", trade("a2", 20).toString());
        awaitRows("a2", "a1");
        page.evaluate(
                """
                () => {
                  const list = document.querySelector('#alert-list');
                  window.former = [...list.children];
                  former.forEach(row => row.getAnimations({subtree: true}).forEach(each => each.finish()));
                  window.changes = {inserted: 0, removed: 0};
                  new MutationObserver(records => records.forEach(record => {
                    changes.inserted += record.addedNodes.length;
                    changes.removed += record.removedNodes.length;
                  })).observe(list, {childList: true});
                }
                """);

        publish("1@smartmoney", trade("a3", 10).toString());
        // an older one, whose place is between others
        publish("1@smartmoney", trade("a4", 25).toString());

        awaitRows("a3", "a2", "a4", "a1");
        assertThat(evaluate("changes")).isEqualTo(json("{'inserted': 2, 'removed': 0}"));
        assertThat(evaluate("former.flatMap(row => row.getAnimations({subtree: true})).length"))
                .as("animations of former rows")
                .isEqualTo(json("0"));
        assertThat(
                        evaluate(
                                "[...document.querySelectorAll('.alert')].map(row =>"
                                        + " getComputedStyle(row).opacity)"))
                .isEqualTo(json("['1', '1', '1', '1']"));
    }

    @Test
    void rowsHoldStillUnderThePointer() {
        open(PAIR);
        publish("1@smartmoney", trade("a1", 30).toString());
        awaitRows("a1");
        page.locator(".alert").hover();
        double top = page.locator(".alert").boundingBox().y;

        publish("1@smartmoney", trade("a2", 20).toString());
        publish("1@smartmoney", trade("a3", 20).toString());
        publish("1@smartmoney", trade("a4", 20).toString());

        awaitText(".new-alerts", "3 new");
        assertThat(rows()).containsExactly("a1");
        assertThat(page.locator(".alert").boundingBox().y).isEqualTo(top);

        page.locator(".new-alerts").click();

        awaitRows("a4", "a3", "a2", "a1");
        assertThat(page.locator(".new-alerts").isVisible()).isFalse();

        publish("1@smartmoney", trade("a5", 10).toString());
        awaitText(".new-alerts", "1 new");
        page.mouse().move(700, 450);

        awaitRows("a5", "a4", "a3", "a2", "a1");
    }

    @Test
    void theFocusStaysWhereItIs() {
        open(PAIR);
        publish("1@smartmoney", trade("a1", 30).toString());
        awaitRows("a1");
        page.locator("[data-id='smartmoney a1'] .alert-open").focus();
        double top = page.locator(".alert").boundingBox().y;

        publish("1@smartmoney", trade("a2", 20).toString());

        awaitText(".new-alerts", "1 new");
        assertThat(focused()).isEqualTo("smartmoney a1");
        assertThat(page.locator(".alert").boundingBox().y).isEqualTo(top);

        page.locator(".new-alerts").focus();
        page.keyboard().press("Enter");

        awaitRows("a2", "a1");
        assertThat(focused()).isEqualTo("smartmoney a2");

        publish("1@smartmoney", trade("a3", 10).toString());
        awaitText(".new-alerts", "1 new");
        page.locator("#search").focus();

        awaitRows("a3", "a2", "a1");
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("search");
    }

    @Test
    void aNewAlertIsHighlightedForAMomentWithoutAnAnimation() {
        open(PAIR);
        page.evaluate(
                """
                () => {
                  window.inserted = [];
                  new MutationObserver(records => records.forEach(record => inserted.push(
                      ...[...record.addedNodes].map(row => row.classList.contains('arriving')))))
                      .observe(document.querySelector('#alert-list'), {childList: true});
                }
                """);

        publish("1@smartmoney", trade("a1", 30).toString());

        awaitRows("a1");
        assertThat(evaluate("inserted")).isEqualTo(json("[true]"));
        assertThat(page.evaluate("document.getAnimations().length")).isEqualTo(0);
        awaitTrue("document.querySelector('.arriving') === null");
    }

    @Test
    void theAgeGrowsInItsPlace() {
        page.clock().install();
        open(PAIR);
        ObjectNode trade = trade("a1", 0);
        trade.put("block_time", System.currentTimeMillis() / 1000 - 20);
        publish("1@smartmoney", trade.toString());
        awaitRows("a1");
        page.evaluate("window.row = document.querySelector('.alert')");

        page.clock().fastForward("02:00");

        awaitTrue("row.querySelector('time').textContent === '2m'");
        assertThat(page.evaluate("row === document.querySelector('.alert')")).isEqualTo(true);
    }

    // ---- what a row says and does

    @Test
    void aRowNamesTheWalletAndLinksToTheExplorer() {
        context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
        open(PAIR);

        publish("1@smartmoney", trade("a1", 30).put("first_buy", true).toString());
        publish("1@smartmoney", trade("a2", 20).put("side", "sell").put("label", "").toString());

        awaitRows("a2", "a1");
        assertThat(
                        page.locator("[data-id='smartmoney a1']")
                                .innerText()
                                .replaceFirst("\n3[1-9]m\n", "\n")
                                .split("\\s*\n\\s*"))
                .containsExactly(
                        "buy",
                        "CAFE",
                        "$12.5K",
                        "Whale at 100.25 first buy",
                        "0x88e6…5640",
                        "Copy",
                        "Wallet",
                        "Transaction");
        assertThat(page.locator("[data-id='smartmoney a2'] .alert-wallet").textContent())
                .isEqualTo("0x88e6…5640");
        assertThat(
                        evaluate(
                                "[...document.querySelectorAll('[data-id$=a1] a[target]')]"
                                        + ".map(a => a.href)"))
                .isEqualTo(
                        json(
                                "['https://etherscan.io/address/"
                                        + WALLET
                                        + "', 'https://etherscan.io/tx/0xa1']"));
        assertThat(
                        evaluate(
                                "[...document.querySelectorAll('.alert a[target]')].every(a => a.rel ==="
                                        + " 'noopener noreferrer' && a.target === '_blank')"))
                .isEqualTo(json("true"));

        page.locator("[data-id='smartmoney a1'] .alert-copy").click();

        awaitText("[data-id='smartmoney a1'] .alert-copy", "Copied");
        assertThat(page.evaluate("navigator.clipboard.readText()")).isEqualTo(WALLET);
    }

    @Test
    void textsOfStrangersStayText() {
        open(PAIR);

        publish(
                "1@smartmoney",
                trade("a1", 30)
                        .put("label", MARKUP)
                        .put("token_symbol", "\u202eLIVE\u202c\u200bCAT")
                        .put("wallet", "javascript:alert(1)")
                        .put("tx_hash", "\"><script>")
                        .toString());

        awaitRows("a1");
        assertThat(page.locator(".alert").innerText())
                .contains("LIVECAT", "<img src=x onerror=docu…")
                .doesNotContain("Copy", "Transaction");
        assertThat(page.locator("img, .alert a").count()).isZero();
        assertThat(page.content()).doesNotContain("\u202e").doesNotContain("\u200b");
    }

    @Test
    void aClickGoesToTheMomentOnTheChart() {
        open(PAIR);
        // older than what the page has loaded
        publish("1@smartmoney", trade("a1", 900).put("label", MARKUP).toString());
        awaitRows("a1");
        assertThat(evaluate("klines.candles.length")).isEqualTo(json("500"));

        page.locator(".alert").click();

        String inView =
                "time => { const at = klines.candles.findIndex(candle => candle.time === time);"
                        + " return at > klines.view.start && at < klines.view.end; }";
        awaitTrue(inView, newestS - 900 * MINUTE_S);
        assertThat(page.locator("#to-newest").isVisible()).isTrue();
        awaitTrue("document.querySelectorAll('#legend-marks tbody tr').length === 1");
        assertThat(page.locator("#legend-marks tbody td").allTextContents())
                .containsExactly("buy", "<img src=x onerror=docu…", "$12.5K", "100.25");
    }

    @Test
    void enterGoesToTheMomentOnTheChartOfAnotherPair() {
        open(PAIR);
        publish("1@smartmoney", trade("a1", 700).put("pair_addr", OTHER_PAIR).toString());
        // its pair is that of the newest trade of the token
        publish(
                "1@smartmoney",
                json("{'e': 'cluster', 'id': 'c1', 'chain_id': '1', 'token_addr': '0xcafe',"
                                + " 'token_symbol': 'CAFE', 'wallets': [{'wallet': '0x1', 'label':"
                                + " 'Whale'}, {'wallet': '0x2', 'label': 'Shrimp'}], 'usd':"
                                + " '40000', 'first_time': "
                                + (newestS - 720 * MINUTE_S)
                                + ", 'last_time': "
                                + (newestS - 300 * MINUTE_S)
                                + "}")
                        .toString());
        awaitRows("c1", "a1");
        assertThat(page.locator(".alert-cluster").innerText())
                .contains("2 wallets", "CAFE", "$40K within 420 min by Whale, Shrimp");

        page.locator("[data-id='smartmoney a1'] .alert-open").focus();
        page.keyboard().press("Enter");

        awaitTrue("pair => klines.pair === pair", "1:" + OTHER_PAIR);
        String isIn =
                "time => klines.candles[klines.view.start]?.time <= time"
                        + " && klines.candles[klines.view.end]?.time > time";
        awaitTrue(isIn, newestS - 700 * MINUTE_S);

        page.locator("[data-id='cluster c1'] .alert-open").click();

        awaitTrue(isIn, newestS - 300 * MINUTE_S);
    }

    /** The user's own alerts may come before the relay has told which charts there are. */
    @Test
    void aClickBeforeTheFirstChartGoesToTheMomentOnIt() {
        AtomicReference<Route> intervals = new AtomicReference<>();
        page.route(Pattern.compile("/api/intervals"), intervals::set);
        page.navigate(addressOfAlice());
        publish(
                "user:alice@alerts",
                alert("n1", trade("a1", 700).put("pair_addr", OTHER_PAIR)).toString());
        awaitTrue("document.querySelectorAll('.alert').length === 1");

        page.locator(".alert-open").click();
        answer(intervals.get());

        awaitTrue("pair => window.klines?.pair === pair", "1:" + OTHER_PAIR);
        awaitTrue(
                "time => klines.candles[klines.view.start]?.time <= time"
                        + " && klines.candles[klines.view.end]?.time > time",
                newestS - 700 * MINUTE_S);
    }

    // ---- the user's own alerts

    @Test
    void aFollowedTradeIsOneRowAndOneMark() {
        openAsAlice();

        publish("user:alice@alerts", alert("b1", trade("a1", 30)).toString());
        publish("1@smartmoney", trade("a1", 30).toString());
        publish("1@smartmoney", trade("a2", 20).toString());
        publish("user:alice@alerts", alert("b2", trade("a2", 20)).toString());
        publish("1@smartmoney", trade("a3", 10).toString());

        awaitTrue("klines.alerts.flatMap(alert => alert.keys).length === 5");
        awaitTrue("document.querySelectorAll('.alert').length === 3");
        awaitTrue("document.querySelectorAll('.badge-yours').length === 2");
        assertThat(evaluate("klines.alerts.map(alert => alert.yours)"))
                .isEqualTo(json("[false, true, true]"));
        assertThat(evaluate("klines.shownMarks.map(mark => [mark.count, mark.yours])"))
                .isEqualTo(json("[[1, true], [1, true], [1, false]]"));

        page.locator("#show-user").click();
        page.locator("#forget-user").click();

        awaitTrue("document.querySelectorAll('.badge-yours').length === 0");
        assertThat(page.locator(".alert").count()).isEqualTo(3);
        assertThat(evaluate("klines.shownMarks.map(mark => mark.yours)"))
                .isEqualTo(json("[false, false, false]"));
    }

    @Test
    void eachNotificationBelongsToOneOfSeveralEqualTrades() {
        openModules();

        // a transaction can have two swaps of the same value
        assertThat(
                        inModule(
                                "smartmoney.js",
                                """
                                const list = new m.SmartMoneyList(3);
                                const trade = (e, id, time = 9) => ({e, id, chain_id: '1', pair_addr: '0xp', wallet: '0xw',
                                    tx_hash: '0xt', side: 'buy', usd: '5', block_time: time});
                                const puts = [['smartmoney', 'a'], ['smartmoney', 'a'], ['alert', 'x'], ['alert', 'y'],
                                    ['smartmoney', 'b'], ['alert', 'z', 10], ['smartmoney', 'c', 8], ['smartmoney', 'd', 7]]
                                    .map(each => list.put(trade(...each)))
                                    .map(result => result && result.isNew);
                                const shown = () => list.list.map(row => row.keys.join('+'));
                                const before = shown();
                                list.forgetYours();
                                return [...puts, ...before, ...shown(), list.ids.size, list.trades.size];
                                """))
                .isEqualTo(
                        Arrays.asList(
                                true,
                                null,
                                false,
                                true,
                                false,
                                true,
                                null,
                                null,
                                "alert z",
                                "alert y+smartmoney b",
                                "smartmoney a+alert x",
                                "smartmoney b",
                                "smartmoney a",
                                2,
                                1));
    }

    // ---- filters

    @Test
    void theFiltersAreKept() {
        open(PAIR);
        publish("1@smartmoney", trade("a1", 40).toString());
        publish("1@smartmoney", trade("a2", 30).put("side", "sell").toString());
        publish("1@smartmoney", trade("a3", 20).put("side", "sell").put("usd", "99").toString());
        publish("8453@smartmoney", trade("a4", 10).put("chain_id", "8453").toString());
        awaitRows("a3", "a2", "a1");

        page.locator(".show-filters").click();
        page.locator("[name=side]").selectOption("sell");
        awaitRows("a3", "a2");
        page.locator("[name=leastUsd]").fill("100");
        awaitRows("a2");
        assertThat(page.locator(".show-filters").textContent()).isEqualTo("Filters: 2");
        page.reload();
        awaitChart();

        awaitRows("a2");

        page.locator(".show-filters").click();
        page.locator("[name=chain]").selectOption("8453");
        awaitText("#no-alerts", "No alert passes the filters.");
        page.locator("[name=side]").selectOption("any");
        awaitRows("a4");
        page.locator("[name=chain]").selectOption("all");
        awaitRows("a4", "a2", "a1");
        page.locator(".alert-filters [type=reset]").click();

        awaitRows("a3", "a2", "a1");
        assertThat(page.locator(".show-filters").textContent()).isEqualTo("Filters");
    }

    @Test
    void firstBuysAndClustersAreFilteredAndWhatIsKeptIsChecked() {
        openModules();

        assertThat(
                        inModule(
                                "alertfilters.js",
                                """
                                const buy = {kind: 'smartmoney', chainId: '1', side: 'buy', usd: 5, firstBuy: false};
                                const cluster = {kind: 'cluster', chainId: '1', usd: 5};
                                const passes = (row, filters) => m.passes(row, {...m.UNFILTERED, ...filters});
                                return [
                                    passes(buy, {}), passes(buy, {firstBuys: true}),
                                    passes({...buy, firstBuy: true}, {firstBuys: true}),
                                    passes(cluster, {firstBuys: true, side: 'sell'}), passes(cluster, {clusters: false}),
                                    passes(cluster, {leastUsd: 6}), passes(buy, {chain: '56'}), passes(buy, {chain: 'all'}),
                                ];
                                """))
                .isEqualTo(List.of(true, false, true, true, false, false, false, true));
        assertThat(
                        inModule(
                                "alertfilters.js",
                                """
                                const kept = {chain: '<b>', side: 'x', leastUsd: '7', firstBuys: 1, clusters: null, more: 1};
                                return [kept, undefined, 7, {leastUsd: -1}]
                                    .map(each => JSON.stringify(m.checked(each)) === JSON.stringify(m.UNFILTERED));
                                """))
                .isEqualTo(List.of(true, true, true, true));
    }

    // ---- marks

    @Test
    void aCandleHasOneMarkForEachSideScaledByValue() {
        openModules();

        assertThat(
                        inModule(
                                "marks.js",
                                """
                                const candles = [0, 60, 180].map(time => ({time}));
                                const t = (time, side, usd, yours) => ({time, side, usd, yours: yours ?? false});
                                const trades = [t(61, 'buy', 10), t(119, 'buy', 300, true), t(60, 'sell', 50), t(60, 'buy', 9),
                                    t(150, 'buy', 1e6), t(-1, 'buy', 1e6), t(239, 'sell', 1000), t(240, 'sell', 1000)];
                                return m.marksFor(trades, candles, 10, 60).map(mark => [mark.timeMs, mark.side, mark.usd,
                                    mark.count, mark.yours, mark.rows.map(row => row.usd).join('+')].join(' '));
                                """))
                .isEqualTo(
                        List.of(
                                "60000 buy 310 2 true 300+10",
                                "60000 sell 50 1 false 50",
                                "180000 sell 1000 1 false 1000"));
        assertThat(
                        inModule(
                                "marks.js",
                                """
                                const january = Date.UTC(2026, 0, 1) / 1000;
                                const last = [{time: january + 31 * 86400 - 1, side: 'buy', usd: 1}];
                                return [m.marksFor(last, [{time: january}], 0, 2629746).length,
                                    m.marksFor(last, [{time: january}], 0).length,
                                    m.marksFor(last, [], 0).length];
                                """))
                .as("the last second of a month, which is longer than the average")
                .isEqualTo(List.of(1, 1, 0));
        assertThat(
                        inModule(
                                "marks.js",
                                "return [0, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e12].map(m.markSize);"))
                .isEqualTo(List.of(9, 9, 12, 15, 18, 21, 24, 24));
    }

    @Test
    void theLeastValueOfMarksIsChosenAndKept() {
        open(PAIR);
        String counts = "klines.shownMarks.map(mark => mark.side + ' ' + mark.count)";
        publish("1@smartmoney", trade("a1", 30).put("usd", "20000").toString());
        publish("1@smartmoney", trade("a2", 30).put("usd", "3000").toString());
        publish("1@smartmoney", trade("a3", 30).put("usd", "999").toString());
        publish("1@smartmoney", trade("a4", 30).put("side", "sell").toString());
        awaitTrue("klines.marks.length === 4");

        assertThat(evaluate(counts)).isEqualTo(json("['buy 2', 'sell 1']"));

        page.locator("#least-mark").selectOption("0");
        assertThat(evaluate(counts)).isEqualTo(json("['buy 3', 'sell 1']"));
        page.locator("#least-mark").selectOption("100000");
        assertThat(evaluate(counts)).isEqualTo(json("[]"));
        page.locator("#least-mark").selectOption("10000");
        page.reload();
        awaitChart();

        awaitTrue("klines.marks.length === 4");
        assertThat(evaluate(counts)).isEqualTo(json("['buy 1', 'sell 1']"));
    }

    // ---- explorers

    @Test
    void explorersAreKnownByChain() {
        openModules();

        assertThat(
                        inModule(
                                "explorer.js",
                                "return ['100000', '56', '1', '8453', '42161', '137', '2', 'constructor']"
                                        + ".map(chain => m.walletUrl(chain, 'aB1'));"))
                .isEqualTo(
                        Arrays.asList(
                                "https://solscan.io/account/aB1",
                                "https://bscscan.com/address/aB1",
                                "https://etherscan.io/address/aB1",
                                "https://basescan.org/address/aB1",
                                "https://arbiscan.io/address/aB1",
                                "https://polygonscan.com/address/aB1",
                                null,
                                null));
        assertThat(
                        inModule(
                                "explorer.js",
                                "return [m.transactionUrl('100000', 'aB1'), m.transactionUrl('1', '../x'),"
                                        + " m.transactionUrl('1', null)];"))
                .isEqualTo(Arrays.asList("https://solscan.io/tx/aB1", null, null));
    }

    // ---- reconnecting

    @Test
    void afterAReconnectThePageGoesOnFromItsLastEvent() {
        List<String> sent = subscriptionsAfterAReconnect(UnaryOperator.identity());

        assertThat(sent).hasSize(1);
        assertThat(json(sent.get(0)).path("since").path("1@smartmoney").asLong())
                .isEqualTo(EVENT_ID);
    }

    @Test
    void whereTheRelayCannotGoOnThePageBeginsWithTheNewestEvents() {
        List<String> sent =
                subscriptionsAfterAReconnect(request -> request.replace(":" + EVENT_ID, ":1"));

        assertThat(sent).hasSize(2);
        assertThat(json(sent.get(1)).has("since")).isFalse();
    }

    /**
     * Cuts the page off from the relay, which publishes two events meanwhile, and waits until the
     * page has reconnected and shows them.
     *
     * @param change what becomes of a request of the page on its way to the relay
     * @return the subscriptions to the stream after the reconnect, as the page sent them
     */
    private List<String> subscriptionsAfterAReconnect(UnaryOperator<String> change) {
        List<String> sent = new ArrayList<>();
        List<WebSocketRoute> sockets = new ArrayList<>();
        AtomicBoolean isCut = new AtomicBoolean();
        page.routeWebSocket(
                Pattern.compile("/stream$"),
                socket -> {
                    sockets.add(socket);
                    WebSocketRoute server = socket.connectToServer();
                    socket.onMessage(
                            message -> {
                                if (message.text().contains("\"1@smartmoney\"")) {
                                    sent.add(message.text());
                                }
                                server.send(change.apply(message.text()));
                            });
                    server.onMessage(
                            message -> {
                                if (!isCut.get()) {
                                    socket.send(message.text());
                                }
                            });
                });
        open(PAIR);
        publish("1@smartmoney", trade("a1", 3).put("event_id", EVENT_ID).toString());
        awaitRows("a1");
        isCut.set(true);
        publish("1@smartmoney", trade("a2", 2).put("event_id", EVENT_ID + 1).toString());
        publish("1@smartmoney", trade("a3", 1).put("event_id", EVENT_ID + 2).toString());
        sent.clear();
        sockets.get(0).close();
        isCut.set(false);

        awaitRows("a3", "a2", "a1");
        return sent;
    }

    // ---- the watchlist

    @Test
    void starsMakeAListOfTheirOwnThatIsKept() {
        open(PAIR);
        assertThat(page.locator("#watchlist").isVisible()).isFalse();

        page.locator("#pair-list [data-pair='1:" + OTHER_PAIR + "'] .pair-star").click();
        page.keyboard().press("s");

        assertThat(watched())
                .containsExactly("MOCHA/USDC 4.2500 −1.50%", "CAFE/USDC 100.00 +2.50%");
        assertThat(page.locator("#watch").getAttribute("aria-pressed")).isEqualTo("true");
        assertThat(evaluate("klines.pair")).isEqualTo(json("'1:" + PAIR + "'"));

        page.reload();
        awaitChart();
        // pairs that a search hides are asked for by their address
        page.locator("#search").fill("no such pair");
        awaitTrue("document.querySelectorAll('#pair-list li').length === 0");

        eventually()
                .untilAsserted(
                        () ->
                                assertThat(watched())
                                        .containsExactly(
                                                "MOCHA/USDC 4.2500 −1.50%",
                                                "CAFE/USDC 100.00 +2.50%"));
    }

    @Test
    void theWatchlistWorksByKeyboard() {
        open(PAIR);
        page.locator("#watch").focus();
        page.keyboard().press("Enter");
        assertThat(watched()).hasSize(1);
        page.locator("#search").focus();
        page.keyboard().press("ArrowDown");
        page.keyboard().press("ArrowDown");
        page.locator("#pair-list").focus();
        page.keyboard().press("s");
        assertThat(watched()).hasSize(2);

        page.locator("[data-watched='1:" + OTHER_PAIR + "'] .watch-open").focus();
        page.keyboard().press("Enter");
        awaitTrue("pair => klines.pair === pair", "1:" + OTHER_PAIR);

        page.keyboard().press("Tab");
        page.keyboard().press("Enter");

        assertThat(watched()).singleElement().asString().startsWith("CAFE/USDC");
        assertThat(page.evaluate("document.activeElement.getAttribute('aria-label')"))
                .isEqualTo("Remove CAFE/USDC from the watchlist");

        page.keyboard().press("Enter");

        assertThat(page.locator("#watchlist").isVisible()).isFalse();
        assertThat(page.evaluate("document.activeElement.id")).isEqualTo("watch");
    }

    @Test
    void aWatchlistThatIsNotOneIsNotShown() {
        openModules();

        assertThat(
                        inModule(
                                "watchlist.js",
                                """
                                const pair = {chainId: '1', address: '0xa', token: '<b>', base: 7, price: 'x'};
                                return [m.checked('x').length, m.checked(undefined).length, m.checked([null, 7, {}]).length,
                                    JSON.stringify(m.checked([pair, {...pair, token: 'T'}, {...pair, address: '"'}])),
                                    m.checked(Array.from({length: 99}, (_, i) => ({chainId: '1', address: `${i}`}))).length];
                                """))
                .isEqualTo(
                        List.of(
                                0,
                                0,
                                0,
                                "[{\"chainId\":\"1\",\"address\":\"0xa\",\"token\":\"<b>\"}]",
                                50));
    }

    private List<String> watched() {
        List<String> rows = new ArrayList<>();
        evaluate(
                        "[...document.querySelectorAll('#watchlist .watch-open')].map(row =>"
                                + " [...row.children].map(each => each.textContent).join(' '))")
                .forEach(row -> rows.add(row.asText()));
        return rows;
    }

    // ---- the page

    private void open(String pair) {
        page.navigate(url() + "/#pair=1:" + pair + "&interval=1m");
        awaitChart();
    }

    private void openAsAlice() {
        page.navigate(addressOfAlice());
        awaitChart();
    }

    private String addressOfAlice() {
        String token =
                new TokenIssuer(TokenKeys.parse(KEYS), Clock.systemUTC())
                        .issue("alice", TokenIssuer.LIFETIME);
        return url() + "/#pair=1:" + PAIR + "&interval=1m&user=alice&token=" + token;
    }

    /** Opens a document from which modules can be loaded, without the page. */
    private void openModules() {
        page.navigate(url() + "/page/kept.js");
    }

    private String url() {
        return "http://127.0.0.1:" + relay.port();
    }

    private void awaitChart() {
        awaitTrue("window.klines?.candles.length > 0 && klines.connection === 'live'");
        awaitTrue("document.querySelectorAll('#pair-list li').length > 0");
    }

    /** Waits until the rows of the panel are those of the events with these ids. */
    private void awaitRows(String... ids) {
        eventually().untilAsserted(() -> assertThat(rows()).containsExactly(ids));
    }

    private List<String> rows() {
        List<String> ids = new ArrayList<>();
        evaluate("[...document.querySelectorAll('.alert')].map(row => row.dataset.id)")
                .forEach(id -> ids.add(id.asText().replaceFirst(".* ", "")));
        return ids;
    }

    /** Returns the id of the row that has the focus. */
    private Object focused() {
        return page.evaluate("document.activeElement.closest('.alert')?.dataset.id");
    }

    private void awaitText(String selector, String text) {
        awaitTrue(
                "([selector, text]) => { const found = document.querySelector(selector);"
                        + " return found !== null && !found.hidden && found.textContent === text; }",
                List.of(selector, text));
    }

    /** Parses JSON with single quotes. */
    private static JsonNode json(String text) {
        return parsed(text.replace('\'', '"'));
    }

    // ---- events and canned answers

    /** Returns the event of a trade in the pair. */
    private ObjectNode trade(String id, int minutesAgo) {
        return JSON.createObjectNode()
                .put("e", "smartmoney")
                .put("E", 1)
                .put("id", id)
                .put("wallet", WALLET)
                .put("label", "Whale")
                .put("chain_id", "1")
                .put("pair_addr", PAIR)
                .put("token_addr", "0xcafe")
                .put("token_symbol", "CAFE")
                .put("side", "buy")
                .put("usd", "12500.5")
                .put("token_amount", "125")
                .put("price_usd", "100.25")
                .put("tx_hash", "0x" + id)
                .put("block_time", newestS - (long) minutesAgo * MINUTE_S)
                .put("clamp", false)
                .put("first_buy", false);
    }

    /** Returns the notification that tells alice of a trade. */
    private static ObjectNode alert(String id, ObjectNode trade) {
        return trade.put("e", "alert").put("id", id).put("user_id", "alice");
    }

    private void publish(String stream, String data) {
        publisher.sendText("{\"stream\":\"" + stream + "\",\"data\":" + data + "}\n", true).join();
    }

    private void answer(Route route) {
        QueryStringDecoder asked = new QueryStringDecoder(route.request().url());
        Map<String, List<String>> parameters = asked.parameters();
        ObjectNode body = JSON.createObjectNode();
        body.putArray("missing");
        switch (URI.create(asked.uri()).getPath()) {
            case "/api/intervals" -> body.putArray("intervals").add("1m").add("5m");
            case "/api/smartmoney" -> body.putArray("trades");
            case "/api/pairs" -> {
                body.put("as_of", 1);
                ArrayNode pairs = body.putArray("pairs");
                addPair(pairs, parameters, PAIR, "CAFE", 100, 2.5);
                addPair(pairs, parameters, OTHER_PAIR, "MOCHA", 4.25, -1.5);
            }
            case "/api/klines" -> addKlines(body.putArray("klines"), parameters);
            // nothing else that the page asks for concerns these tests
            default -> {}
        }
        route.fulfill(
                new Route.FulfillOptions()
                        .setStatus(200)
                        .setContentType("application/json")
                        .setBody(body.toString()));
    }

    private static void addPair(
            ArrayNode pairs,
            Map<String, List<String>> parameters,
            String address,
            String token,
            double price,
            double changePercent) {
        String search = parameters.getOrDefault("search", List.of("")).get(0);
        if (address.contains(search) || token.contains(search)) {
            pairs.addObject()
                    .put("chain_id", "1")
                    .put("pair_addr", address)
                    .put("token_symbol", token)
                    .put("base_token_symbol", "USDC")
                    .put("last_price", price)
                    .put("change_24h_percent", changePercent)
                    .put("volume_usd_24h", 1e6 * price);
        }
    }

    /** Adds the newest klines before {@code to}, at most {@code limit}, ascending. */
    private void addKlines(ArrayNode klines, Map<String, List<String>> parameters) {
        int step = parameters.get("interval").get(0).equals("5m") ? 5 * MINUTE_S : MINUTE_S;
        int limit = Integer.parseInt(parameters.getOrDefault("limit", List.of("500")).get(0));
        long to =
                Long.parseLong(
                        parameters
                                .getOrDefault("to", List.of(Long.toString(Long.MAX_VALUE)))
                                .get(0));
        boolean isOther = parameters.get("pair_addr").get(0).equals(OTHER_PAIR);
        double price = isOther ? 4.25 : 100;
        List<ObjectNode> newestFirst = new ArrayList<>();
        long openTime = newestS / step * step;
        while (openTime > newestS - MINUTES * MINUTE_S && newestFirst.size() < limit) {
            if (openTime < to) {
                newestFirst.add(
                        JSON.createObjectNode()
                                .put("open_time", openTime)
                                .put("open", price)
                                .put("high", price * 1.01)
                                .put("low", price * 0.99)
                                .put("close", price)
                                .put("volume_usd", 1000)
                                .put("trades", 3)
                                .put("closed", true));
            }
            openTime -= step;
        }
        for (int index = newestFirst.size() - 1; index >= 0; index--) {
            klines.add(newestFirst.get(index));
        }
    }
}

package io.dexklines.job.endtoend.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import io.dexklines.relay.token.UserTokens;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The page of a wallet and the list of follows in a real browser. The page is that of a relay of
 * this process, and the answers about wallets and follows are the test's.
 */
class WalletPageITCase extends InChromium {

    private static final String KEY = "only: 0123456789abcdef0123456789abcdef\n";
    private static final String WALLET = "0x28c6c06298d514db089934071355e5743bf21d60";
    private static final String OTHER = "0x21a31ee1afc51d94c2efccaa2092ad1028285549";
    private static final String PAIR = "0x00000000000000000000000000000000000cafe1";
    private static final String MARKUP = "<img src=x onerror=document.title='owned'>";
    private static final String FORM = "#wallet-dialog .wallet-form ";

    private static RelayServer relay;

    /** What was sent to change follows: the method, and the body or the query. */
    private final List<String> changes = new ArrayList<>();

    /** The follows by address, as the relay answers them. */
    private final Map<String, String> follows = new TreeMap<>();

    private final String token =
            new TokenIssuer(TokenKeys.parse(KEY), Clock.systemUTC())
                    .issue("alice", TokenIssuer.LIFETIME);

    @BeforeAll
    static void start() {
        relay =
                RelayServer.start(
                        RelaySettings.builder("the publishers' token")
                                .port(0)
                                .eventLoops(1)
                                .userTokens(
                                        new UserTokens(
                                                () -> KEY,
                                                () -> "",
                                                UserTokens.MAX_LIFETIME,
                                                Clock.systemUTC()))
                                .build());
    }

    @AfterAll
    static void stop() {
        if (relay != null) {
            relay.close();
        }
    }

    @BeforeEach
    void answerForTheStores() {
        can("/api/klines\\?", "{\"klines\":[],\"missing\":[]}");
        can("/api/smartmoney\\?", "{\"trades\":[],\"missing\":[]}");
        can("/api/features", "{\"follows\":true}");
        can("/api/wallet\\?", wallet());
        page.route(Pattern.compile("/api/follows"), this::answerFollows);
    }

    // ---- the page of a wallet

    @Test
    void aWalletsPageShowsItsTotalsItsPairsAndItsTrades() {
        page.navigate(url("#wallet=1:" + WALLET.toUpperCase().replace("0X", "0x")));
        page.locator("#wallet-dialog .wallet-table").first().waitFor();

        assertThat(page.locator("#wallet-title bdi").textContent())
                .isEqualTo("<img src=x onerror=document.title='owne…");
        assertThat(page.locator("#wallet-title .wallet-chain").textContent()).isEqualTo("Ethereum");
        assertThat(page.locator("img").count()).isZero();
        assertThat(page.locator(".wallet-address code").textContent()).isEqualTo(WALLET);
        assertThat(page.locator(".wallet-address a").getAttribute("href"))
                .isEqualTo("https://etherscan.io/address/" + WALLET);
        assertThat(page.locator(".wallet-totals div").allTextContents())
                .startsWith("Trades3", "Pairs2", "Bought$1.5K", "Sold$250");
        assertThat(page.locator(".wallet-table caption").allTextContents())
                .containsExactly("Pairs", "Trades");
        assertThat(cells(0)).startsWith("CAFE/USDC", "2", "$1K", "$250").contains("WETH/USDC");
        assertThat(cells(1)).contains("buy", "CAFE/USDC", "$1K", "0.50000", "sell");
        assertThat(page.locator(".wallet-table a").first().getAttribute("href"))
                .isEqualTo("https://etherscan.io/tx/0xhash1");
        assertThat(page.locator(".wallet-table a").first().getAttribute("rel"))
                .contains("noreferrer");
    }

    @Test
    void theDialogIsClosedByKeyboardAndByGoingBack() {
        page.navigate(url(chart()));
        page.evaluate("address => { location.hash += '&wallet=1:' + address; }", WALLET);
        page.locator("#wallet-dialog[open]").waitFor();
        assertThat(page.evaluate("document.activeElement.closest('dialog')?.id"))
                .isEqualTo("wallet-dialog");

        page.goBack();
        awaitTrue("!document.querySelector('#wallet-dialog').open");

        page.goForward();
        page.locator("#wallet-dialog[open]").waitFor();
        page.keyboard().press("Escape");

        awaitTrue("!location.hash.includes('wallet=')");
        assertThat(page.url()).contains("pair=1:" + PAIR);
    }

    @Test
    void aLinkThatNamesOnlyAWalletKeepsTheChart() {
        page.navigate(url(chart()));
        awaitTrue("klines.pair !== null");

        page.evaluate("address => { location.hash = '#wallet=1:' + address; }", WALLET);

        page.locator("#wallet-dialog[open]").waitFor();
        assertThat(page.url()).endsWith(chart() + "&wallet=1:" + WALLET);
        page.reload();
        page.locator("#wallet-dialog[open]").waitFor();
        assertThat(page.url()).endsWith("&wallet=1:" + WALLET);
    }

    @Test
    void aLinkOrAPairThatIsOpenedBeforeTheRelayAnswersIsShownOnceItDoes() {
        List<Route> asked = new ArrayList<>();
        page.route(Pattern.compile("/api/intervals"), asked::add);
        page.navigate(url("#wallet=1:" + WALLET));
        page.locator("#wallet-dialog .wallet-table").first().waitFor();
        page.waitForCondition(() -> !asked.isEmpty());

        page.evaluate(
                "hash => { location.hash = hash; }", chart().replace("interval=1m", "interval=5m"));
        page.evaluate("address => { location.hash += '&wallet=1:' + address; }", WALLET);
        asked.get(0).resume();

        awaitTrue("klines.pair === '1:" + PAIR + "' && klines.interval === '5m'");

        asked.clear();
        page.navigate("about:blank");
        page.navigate(url("#wallet=1:" + WALLET));
        page.waitForCondition(() -> !asked.isEmpty());
        page.locator(".wallet-pair", new Page.LocatorOptions().setHasText("WETH")).first().click();
        asked.get(0).resume();

        awaitTrue("klines.pair === '1:0xe2' && klines.interval === '1m'");
    }

    @Test
    void aPairOfTheWalletOpensItsChart() {
        page.navigate(url(chart() + "&wallet=1:" + WALLET));
        page.locator("#wallet-dialog .wallet-table").first().waitFor();

        page.locator(".wallet-pair", new Page.LocatorOptions().setHasText("WETH")).first().click();

        awaitTrue("klines.pair === '1:0xe2'");
        awaitTrue("!document.querySelector('#wallet-dialog').open");
        awaitTrue("!location.hash.includes('wallet=')");
    }

    @Test
    void aWalletThatCannotBeReadOrHasNoTradesSaysSo() {
        can("/api/wallet\\?", 503, "{\"code\":-1001,\"msg\":\"MySQL is unreachable\"}");
        page.navigate(url("#wallet=1:" + WALLET));
        awaitNote("failed", "The wallet is unavailable: MySQL is unreachable.");
        assertThat(page.locator("#wallet-title bdi").textContent()).isEqualTo("0x28c6…1d60");

        can(
                "/api/wallet\\?",
                "{\"label\":\"\",\"totals\":{\"trades\":0},\"pairs\":[],\"trades\":[]}");
        page.evaluate("address => { location.hash = '#wallet=56:' + address; }", OTHER);

        awaitNote("empty", "No trades of this wallet are known.");
        allowServerErrors();
    }

    // ---- follows

    @Test
    void aUserFollowsAWalletWithConditionsAndUnfollowsIt() {
        page.navigate(url(chart() + "&wallet=1:" + WALLET + signedIn()));
        page.locator(FORM).waitFor();
        assertThat(page.locator(FORM + ".primary").textContent()).isEqualTo("Follow");
        page.locator(FORM + "[name=side]").selectOption("buy");
        page.locator(FORM + "[name=min]").fill("100");
        page.locator(FORM + "[name=cooldown]").fill("1.5");
        page.keyboard().press("Enter");

        awaitStatus("You follow this wallet: buys, from $100, once in 1.5 min per pair.");
        assertThat(page.locator(FORM + ".primary").textContent()).isEqualTo("Save");
        assertThat(page.locator(FORM + "[name=cooldown]").inputValue()).isEqualTo("1.5");

        page.locator(FORM + ".quiet").click();

        awaitStatus("You no longer follow this wallet.");
        assertThat(page.locator(FORM + ".primary").textContent()).isEqualTo("Follow");
        assertThat(changes)
                .containsExactly(
                        "PUT {\"chain_id\":\"1\",\"address\":\""
                                + WALLET
                                + "\",\"side\":\"buy\",\"min_usd\":100,\"max_usd\":null,"
                                + "\"cooldown_s\":90}",
                        "DELETE chain_id=1&address=" + WALLET);
        assertThat(page.url()).doesNotContain("token");
    }

    @Test
    void theListShowsWhatTheUserFollows() {
        follows.put(OTHER, follow(OTHER, "sell", "null", "5000", "600"));
        follows.put(WALLET, follow(WALLET, "any", "null", "null", "null"));
        page.navigate(url(chart() + signedIn()));

        page.locator("#show-follows").click();

        page.locator(".follow").first().waitFor();
        assertThat(page.locator(".follows h3").textContent())
                .isEqualTo("You follow 2 of at most 200");
        assertThat(page.locator(".follow-conditions").allTextContents())
                .containsExactly("sells, to $5K, once in 10 min per pair", "buys and sells");

        page.locator(".follow .quiet").first().click();

        awaitTrue("document.querySelectorAll('.follow').length === 1");
        assertThat(changes).containsExactly("DELETE chain_id=1&address=" + OTHER);

        page.locator(".follow-wallet").click();

        page.locator("#wallet-dialog[open] .wallet-table").first().waitFor();
        assertThat(page.url()).endsWith("&wallet=1:" + WALLET);
        assertThat(page.locator("#follows-dialog[open]").count()).isZero();
    }

    @Test
    void anyWalletIsOpenedByItsAddress() {
        page.navigate(url(chart()));
        page.locator("#show-follows").click();
        page.locator("#follows-dialog [name=chain]").selectOption("56");
        page.locator("#follows-dialog [name=address]").fill(OTHER.substring(2).toUpperCase());
        page.keyboard().press("Enter");

        page.locator("#wallet-dialog[open]").waitFor();
        assertThat(page.url()).endsWith("&wallet=56:" + OTHER);
        assertThat(page.locator(".wallet-address a").getAttribute("href"))
                .isEqualTo("https://bscscan.com/address/" + OTHER);
    }

    @Test
    void whoIsNotSignedInIsAskedToAndARefusedChangeIsTold() {
        page.navigate(url(chart() + "&wallet=1:" + WALLET));
        page.locator(".wallet-sign-in").click();
        page.locator("[name=user]").fill("alice");
        page.locator("[name=token]").fill(token);
        page.keyboard().press("Enter");
        page.locator(FORM).waitFor();

        can("/api/follows", 409, "{\"code\":-2010,\"msg\":\"you follow 200 wallets already\"}");
        page.locator(FORM + ".primary").click();

        awaitStatus("Not saved: you follow 200 wallets already.");
        allowServerErrors();
    }

    @Test
    void aRelayThatTakesNoFollowsShowsNoControlsForThem() {
        can("/api/features", "{\"follows\":false}");
        page.navigate(url(chart() + "&wallet=1:" + WALLET + signedIn()));
        page.locator("#wallet-dialog .wallet-table").first().waitFor();

        assertThat(page.locator(FORM).count()).isZero();
        assertThat(page.locator(".wallet-follow").isVisible()).isFalse();

        page.keyboard().press("Escape");
        page.locator("#show-follows").click();

        assertThat(page.locator("#follows-dialog .follows").count()).isZero();
        assertThat(page.locator("#follows-dialog .wallet-sign-in").count()).isZero();
    }

    @Test
    void onAPhoneTheDialogFits() {
        page.setViewportSize(390, 844);
        page.navigate(url(chart() + "&wallet=1:" + WALLET + signedIn()));
        page.locator("#wallet-dialog .wallet-table").first().waitFor();

        assertThat(
                        page.evaluate(
                                "() => { const d = document.querySelector('#wallet-dialog');"
                                        + " return d.scrollWidth <= d.clientWidth"
                                        + " && document.documentElement.scrollWidth <= innerWidth; }"))
                .isEqualTo(true);
    }

    // ---- means

    private static String url(String hash) {
        return "http://127.0.0.1:" + relay.port() + "/" + hash;
    }

    private static String chart() {
        return "#pair=1:" + PAIR + "&interval=1m";
    }

    private String signedIn() {
        return "&user=alice&token=" + token;
    }

    private void can(String path, String body) {
        can(path, 200, body);
    }

    /** Answers all requests for a path from now on. */
    private void can(String path, int status, String body) {
        page.route(Pattern.compile(path), route -> fulfill(route, status, body));
    }

    private static void fulfill(Route route, int status, String body) {
        route.fulfill(
                new Route.FulfillOptions()
                        .setStatus(status)
                        .setContentType("application/json")
                        .setBody(body));
    }

    /** Answers as a relay does, and refuses what a relay refuses. */
    private void answerFollows(Route route) {
        Request request = route.request();
        assertThat(request.headerValue("authorization")).isEqualTo("Bearer " + token);
        String query = request.url().replaceFirst("[^?]*\\??", "");
        switch (request.method()) {
            case "PUT" -> {
                assertThat(request.headerValue("content-type")).isEqualTo("application/json");
                changes.add("PUT " + request.postData());
                follows.put(WALLET, request.postData());
                fulfill(route, 200, request.postData());
            }
            case "DELETE" -> {
                changes.add("DELETE " + query);
                follows.remove(query.replaceFirst(".*address=", ""));
                fulfill(route, 200, "{}");
            }
            default ->
                    fulfill(
                            route,
                            200,
                            "{\"user_id\":\"alice\",\"follows\":[%s],\"max\":200}"
                                    .formatted(String.join(",", follows.values())));
        }
    }

    private static String follow(
            String address, String side, String minUsd, String maxUsd, String cooldown) {
        return "{\"chain_id\":\"1\",\"address\":\"%s\",\"side\":\"%s\",\"min_usd\":%s,\"max_usd\":%s,\"cooldown_s\":%s}"
                .formatted(address, side, minUsd, maxUsd, cooldown);
    }

    private static String wallet() {
        return """
        {"chain_id":"1","address":"%1$s","label":"%2$s",
         "totals":{"trades":3,"buys":2,"sells":1,"buy_usd":1500,"sell_usd":250,
                   "first_trade_time":1767960000,"last_trade_time":1767960060,"pairs":2,"is_whole":true},
         "pairs":[{"pair_addr":"%3$s","token_symbol":"CAFE","base_token_symbol":"USDC","trades":2,"buys":1,
                   "sells":1,"buy_usd":1000,"sell_usd":250,"first_trade_time":1,"last_trade_time":1767960060},
                  {"pair_addr":"0xe2","token_symbol":"WETH","base_token_symbol":"USDC","trades":1,"buys":1,
                   "sells":0,"buy_usd":500,"sell_usd":0,"first_trade_time":1,"last_trade_time":1767960000}],
         "trades":[{"block_time":1767960060,"side":"buy","pair_addr":"%3$s","token_symbol":"CAFE",
                    "base_token_symbol":"USDC","usd":1000,"price_usd":0.5,"tx_hash":"0xhash1"},
                   {"block_time":1767960000,"side":"sell","pair_addr":"0xe2","token_symbol":"WETH",
                    "base_token_symbol":"USDC","usd":250,"price_usd":2270,"tx_hash":"0xhash2"}]}
        """
                .formatted(WALLET, MARKUP, PAIR);
    }

    private List<String> cells(int table) {
        return page.locator(".wallet-table").nth(table).locator("td").allTextContents();
    }

    private void awaitNote(String state, String text) {
        awaitTrue(
                "([state, text]) => [...document.querySelectorAll('#wallet-dialog .wallet-note')]"
                        + ".some(note => note.dataset.state === state && note.textContent === text)",
                List.of(state, text));
    }

    private void awaitStatus(String text) {
        awaitTrue(
                "text => document.querySelector('.wallet-follow [role=status]')?.textContent === text",
                text);
    }

    /** The browser logs an answer with an error status whatever the page does. */
    private void allowServerErrors() {
        console.removeIf(message -> message.contains("Failed to load resource"));
    }
}

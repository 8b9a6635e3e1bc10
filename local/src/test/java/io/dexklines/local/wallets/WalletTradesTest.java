package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asks a server that answers as the relay's {@code /api/wallet} does. */
class WalletTradesTest {

    private static final WalletKey WALLET = new WalletKey("1", "0xabc");
    private static final String TRADES =
            """
            {"chain_id":"1","address":"0xabc","label":"a whale",
             "totals":{"trades":4,"buys":3,"sells":1,"buy_usd":1.3,"sell_usd":0.7,
                       "first_trade_time":1767960000,"last_trade_time":1767960003,
                       "pairs":2,"is_whole":true},
             "pairs":[],
             "trades":[{"chain_id":"1","pair_addr":"0x88e6","token_symbol":"WETH",
                        "base_token_symbol":"USDC","side":"buy","usd":0.3,
                        "block_time":1767960003},
                       {"chain_id":"1","pair_addr":"0x99f7","token_symbol":"A\\u001bB",
                        "base_token_symbol":"","side":"sell","usd":0.0000001,
                        "block_time":1767960000}]}
            """;
    private static final String NONE =
            """
            {"chain_id":"1","address":"0xabc","label":"",
             "totals":{"trades":0,"buys":0,"sells":0,"buy_usd":0.0,"sell_usd":0.0,
                       "first_trade_time":null,"last_trade_time":null,"pairs":0,"is_whole":true},
             "pairs":[],"trades":[]}
            """;

    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private int status = 200;
    private String body = TRADES;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    requests.add(exchange.getRequestURI().toString());
                    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theNewestTradesAndTheTotalsAreShown() throws Exception {
        WalletTrades trades = WalletTrades.of(relay() + "/", WALLET, 2);

        assertThat(requests).containsExactly("/api/wallet?chain_id=1&address=0xabc&limit=2");
        assertThat(trades.totals())
                .isEqualTo(
                        "4: 3 buys of 1.3 USD, 1 sells of 0.7 USD, 2 pairs, from"
                                + " 2026-01-09T12:00:00Z to 2026-01-09T12:00:03Z");
        assertThat(trades.lines())
                .containsExactly(
                        "2026-01-09T12:00:03Z  buy   0.3 USD  WETH/USDC  1:0x88e6",
                        "2026-01-09T12:00:00Z  sell  0.0000001 USD  A\uFFFDB/?  1:0x99f7");
    }

    @Test
    void totalsOfTheNewestTradesOnlySaySo() throws Exception {
        body = TRADES.replace("\"is_whole\":true", "\"is_whole\":false");

        assertThat(WalletTrades.of(relay(), WALLET, 10).totals()).startsWith("the newest 4: ");
    }

    @Test
    void aWalletMayHaveNoTrades() throws Exception {
        body = NONE;

        WalletTrades trades = WalletTrades.of(relay(), WALLET, 10);

        assertThat(trades.totals()).isEqualTo("none");
        assertThat(trades.lines()).isEmpty();
    }

    @Test
    void aRelayThatRefusesOrDoesNotAnswerIsReported() {
        status = 503;
        body = "{\"code\":-1001,\"msg\":\"MySQL does not answer\"}";
        assertThatThrownBy(() -> WalletTrades.of(relay(), WALLET, 10))
                .isInstanceOf(IOException.class)
                .hasMessage("the relay at " + relay() + " answered 503: MySQL does not answer");

        server.stop(0);
        assertThatThrownBy(() -> WalletTrades.of(relay(), WALLET, 10))
                .isInstanceOf(IOException.class)
                .hasMessage("the relay at " + relay() + " does not answer");
        assertThatThrownBy(() -> WalletTrades.of("no address", WALLET, 10))
                .hasMessage("the relay at no address does not answer");
    }

    private String relay() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}

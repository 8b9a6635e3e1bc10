package io.dexklines.local.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dexklines.local.stack.EmbeddedMariaDb;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads history over HTTP from two MySQL servers that share the rows, one of which stops. */
class MySqlServersITCase {

    private static final long NOON = 1_767_960_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir static Path folder;
    private static HistoryStores stores;

    /** A pair and a wallet of each server. */
    private static final String[] PAIRS = new String[2];

    private static final String[] WALLETS = new String[2];

    @BeforeAll
    static void start() throws IOException {
        stores = new HistoryStores(folder, 2);
        for (int server = 0; server < 2; server++) {
            PAIRS[server] = address("0xa", server);
            WALLETS[server] = address("0xb", server);
        }
    }

    @AfterAll
    static void stop() {
        if (stores != null) {
            stores.close();
        }
    }

    private static String address(String prefix, int server) {
        int i = 0;
        while (stores.server(prefix + i) != stores.servers.get(server)) {
            i++;
        }
        return prefix + i;
    }

    @Test
    void rowsOfAllServersAreFoundAndAServerThatIsDownHidesOnlyItsOwn() throws SQLException {
        long hour = Instant.now().getEpochSecond() / 3600 * 3600;
        for (int server = 0; server < 2; server++) {
            stores.inMySql(PAIRS[server], "1h", hour, 10 + server, 5);
            insertPair(server, PAIRS[server], "symbol " + server);
            for (int other = 0; other < 2; other++) {
                insertTrade(server, WALLETS[server], PAIRS[other], 2 * server + other);
            }
        }
        // rows that moved to the second server and were not deleted yet, in an old version
        insertPair(0, PAIRS[1], "old symbol");
        insertTrade(0, WALLETS[1], PAIRS[0], 2);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(stores.get("/api/pairs?sort=symbol").path("pairs"))
                                        .extracting(
                                                pair -> pair.path("token_symbol").asText(),
                                                pair -> pair.path("last_price").asDouble())
                                        .containsExactly(
                                                tuple("symbol 0", 10.5), tuple("symbol 1", 11.5)));
        assertThat(opens(PAIRS[0])).containsExactly(10.0);
        assertThat(opens(PAIRS[1])).containsExactly(11.0);
        assertThat(ids("&pair_addr=" + PAIRS[0])).containsExactly("2", "0");
        assertThat(ids("&pair_addr=" + PAIRS[0] + "&limit=1")).containsExactly("2");
        assertThat(ids("&wallet=" + WALLETS[1])).containsExactly("3", "2");
        String afternoon = "from=%d&to=%d".formatted(NOON, NOON + 3_600);
        assertThat(ids("&" + afternoon)).containsExactly("3", "2", "1", "0");
        assertThat(stores.get("/api/smartmoney?" + afternoon).path("missing")).isEmpty();

        stores.servers.get(1).stop();

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                stores.get("/api/pairs?sort=symbol")
                                                        .path("missing")
                                                        .toString())
                                        .isEqualTo("[\"mysql\"]"));
        assertThat(stores.get("/api/pairs?sort=symbol").path("pairs").findValuesAsText("pair_addr"))
                .as("pairs of the stopped server stay in the list")
                .containsExactly(PAIRS[0], PAIRS[1]);
        assertThat(opens(PAIRS[0])).containsExactly(10.0);
        assertThat(klines(PAIRS[0]).path("missing")).isEmpty();
        assertThat(klines(PAIRS[1]).path("missing").toString()).isEqualTo("[\"mysql\"]");
        assertThat(opens(PAIRS[1])).isEmpty();
        assertThat(ids("&wallet=" + WALLETS[0])).containsExactly("1", "0");
        assertThat(stores.response(smartMoney("&wallet=" + WALLETS[1])).statusCode())
                .isEqualTo(503);
        JsonNode ofBoth = stores.get(smartMoney("&pair_addr=" + PAIRS[1]));
        assertThat(ofBoth.path("trades").findValuesAsText("id")).containsExactly("1");
        assertThat(ofBoth.path("missing").toString()).isEqualTo("[\"mysql\"]");

        stores.servers.get(1).restart();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(opens(PAIRS[1])).containsExactly(11.0));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(ids("&pair_addr=" + PAIRS[1])).containsExactly("3", "1"));
    }

    private static JsonNode klines(String pair) {
        return stores.get("/api/klines?chain_id=1&interval=1h&pair_addr=" + pair);
    }

    private static List<Double> opens(String pair) {
        return klines(pair).path("klines").findValues("open").stream()
                .map(JsonNode::doubleValue)
                .toList();
    }

    private static String smartMoney(String selection) {
        return "/api/smartmoney?chain_id=1" + selection;
    }

    private static List<String> ids(String selection) {
        return stores.get(smartMoney(selection)).path("trades").findValuesAsText("id");
    }

    private static void insertPair(int server, String pair, String symbol) throws SQLException {
        insert(
                server,
                "INSERT INTO pair VALUES ('1', '%s', 'Uniswap_V3', '0xt', '%s', 'USDC')"
                        .formatted(pair, symbol));
    }

    /** Inserts a trade; one with a higher number is newer. */
    private static void insertTrade(int server, String wallet, String pair, int number)
            throws SQLException {
        insert(
                server,
                ("INSERT INTO smart_money_trade VALUES ('1', '%s', %d, '%d', 'a whale', '%s',"
                                + " 'Uniswap_V3', '0xt', 'WETH', 'USDC', 'buy', 12.5, 0.25, 12.4,"
                                + " 50, 1000, '0xhash', 7, 8, 9, FALSE, TRUE)")
                        .formatted(wallet, NOON + number, number, pair));
    }

    private static void insert(int server, String statement) throws SQLException {
        EmbeddedMariaDb database = stores.servers.get(server);
        HistoryStores.sql(database, statement);
    }
}

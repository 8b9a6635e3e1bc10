package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.secret.SecretReference;
import io.dexklines.trade.ServerHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads two real servers as the verification does. */
class MySqlOutputsITCase {

    private static final long NOON = 1_767_960_000L;

    @TempDir static Path folder;
    private static EmbeddedMariaDb first;
    private static EmbeddedMariaDb second;

    /** An address that belongs on the first of two servers, and one that belongs on the second. */
    private static final String OF_FIRST = address(0);

    private static final String OF_SECOND = address(1);

    @BeforeAll
    static void start() {
        first = EmbeddedMariaDb.start(folder.resolve("first"), 0);
        second = EmbeddedMariaDb.start(folder.resolve("second"), 0);
        first.migrate();
        second.migrate();
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        for (EmbeddedMariaDb server : List.of(first, second)) {
            for (String table : List.of("kline", "pair", "smart_money_trade")) {
                execute(server, "DELETE FROM " + table);
            }
        }
    }

    @Test
    void theVerifierAndTheJobAgreeOnTheServerOfARow() {
        for (int i = 0; i < 1000; i++) {
            for (int servers : new int[] {1, 2, 3, 4, 8}) {
                assertThat(MySqlOutputs.index("56:0x" + i, servers))
                        .isEqualTo(ServerHash.server("56", "0x" + i, servers));
            }
        }
    }

    @Test
    void rowsAreReadFromTheirServersAndOthersAreMisplaced() throws SQLException {
        insertKline(first, OF_FIRST, NOON);
        insertKline(second, OF_SECOND, NOON);
        insertTrade(first, OF_FIRST);
        insertTrade(second, OF_SECOND);
        try (MySqlOutputs outputs = outputs(Scope.ALL, List.of())) {
            assertThat(outputs.pairs())
                    .containsExactlyInAnyOrder("1:" + OF_FIRST, "1:" + OF_SECOND);
            assertThat(outputs.klines("1:" + OF_FIRST)).hasSize(1);
            assertThat(outputs.klines("1:" + OF_SECOND)).hasSize(1);
            assertThat(wallets(outputs)).containsExactly(OF_FIRST, OF_SECOND);
            assertThat(outputs.misplaced()).isEmpty();
        }

        insertKline(first, OF_SECOND, NOON + 60);
        insertKline(first, OF_SECOND, NOON + 120);
        insertTrade(second, OF_FIRST);
        execute(first, "INSERT INTO pair VALUES ('1', '" + OF_SECOND + "', '', '', '', '')");
        try (MySqlOutputs outputs = outputs(Scope.ALL, List.of())) {
            assertThat(outputs.klines("1:" + OF_SECOND))
                    .extracting(row -> row.key().open())
                    .as("as every reader sees it")
                    .containsExactly(NOON);
            assertThat(wallets(outputs)).containsExactly(OF_FIRST, OF_SECOND);
            assertThat(outputs.misplaced())
                    .extracting(MySqlOutputs.Misplaced::rows)
                    .containsExactly(2L, 1L, 1L);
            assertThat(outputs.misplaced().get(0))
                    .hasToString(
                            "MySQL: kline 1:%s has 2 rows on %s, but belongs on %s"
                                    .formatted(OF_SECOND, name(first), name(second)));
            assertThat(outputs.misplaced().get(2).what())
                    .startsWith("MySQL: smart_money_trade 1:" + OF_FIRST);
        }
    }

    @Test
    void whileTheFormerServerIsWrittenItsRowsAreNotMisplaced() throws SQLException {
        insertKline(first, OF_SECOND, NOON);
        insertKline(second, OF_FIRST, NOON);
        try (MySqlOutputs outputs = outputs(Scope.ALL, List.of(store(first)))) {
            assertThat(outputs.misplaced())
                    .extracting(MySqlOutputs.Misplaced::what)
                    .singleElement()
                    .asString()
                    .startsWith(
                            "MySQL: kline 1:%s has 1 rows on %s".formatted(OF_FIRST, name(second)));
        }
    }

    private static MySqlOutputs outputs(Scope scope, List<Cluster.Store> former) {
        return MySqlOutputs.of(List.of(store(first), store(second)), former, scope);
    }

    private static Cluster.Store store(EmbeddedMariaDb server) {
        return new Cluster.Store(
                server.jdbcUrl(),
                Optional.of(server.verifier().user()),
                Optional.of(new SecretReference(server.verifier().passwordReference())));
    }

    private static String name(EmbeddedMariaDb server) {
        return server.jdbcUrl().substring("jdbc:mysql://".length());
    }

    private static List<String> wallets(MySqlOutputs outputs) {
        return outputs.smartMoneyTrades().stream()
                .map((Map<String, Object> row) -> (String) row.get("wallet"))
                .toList();
    }

    private static String address(int server) {
        int i = 0;
        while (ServerHash.server("1", "0x" + i, 2) != server) {
            i++;
        }
        return "0x" + i;
    }

    private static void insertKline(EmbeddedMariaDb server, String pair, long openTime)
            throws SQLException {
        execute(
                server,
                ("INSERT INTO kline VALUES ('1', '%s', '1m', %d, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,"
                                + " 1, 1, 0, 1, %2$d, %2$d, TRUE)")
                        .formatted(pair, openTime));
    }

    private static void insertTrade(EmbeddedMariaDb server, String wallet) throws SQLException {
        execute(
                server,
                ("INSERT INTO smart_money_trade VALUES ('1', '%s', %d, '%1$s', 'a whale', '0xd1',"
                                + " 'Uniswap_V3', '0xt', 'WETH', 'USDC', 'buy', 12.5, 0.25, 12.4,"
                                + " 50, 1000, '0xhash', 7, 8, 9, FALSE, TRUE)")
                        .formatted(wallet, NOON));
    }

    private static void execute(EmbeddedMariaDb server, String sql) throws SQLException {
        try (Connection connection = server.connect()) {
            connection.createStatement().execute(sql);
        }
    }
}

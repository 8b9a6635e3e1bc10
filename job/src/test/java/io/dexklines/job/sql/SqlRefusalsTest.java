package io.dexklines.job.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Flink SQL says before anything runs, to a query or a table that cannot be. */
class SqlRefusalsTest {

    private final SqlSession session = new SqlSession(new Configuration());

    @BeforeEach
    void createTheTables() throws IOException {
        session.run(Path.of("..", "sql", "flink", "01-tables.sql"));
    }

    @Test
    void aTradeIsNotTakenBackFromAnyFunction() {
        String updating =
                "(SELECT pair_addr, LAST_VALUE(total_usd) AS usd, LAST_VALUE(place) AS place"
                        + " FROM delivered_trades GROUP BY pair_addr)";
        String kline = "KLINE(place, 'buy', FALSE, usd, usd, usd, usd)";

        refusesToTakeBack("SELECT EXACT_SUM(usd) FROM " + updating, "ExactSumFunction");
        refusesToTakeBack("SELECT " + kline + " FROM " + updating, "KlineFunction");
        refusesToTakeBack(
                "SELECT FIRST_BY_PLACE(usd, place) FROM " + updating, "FirstByPlaceFunction");
        refusesToTakeBack(
                "SELECT LAST_BY_PLACE(usd, place) FROM " + updating, "LastByPlaceFunction");
    }

    @Test
    void aColumnThatTheFormatDoesNotHaveIsNamedWithThoseItHas() throws IOException {
        session.run(table("price DOUBLE", ""));

        refuses(
                "EXPLAIN SELECT * FROM wrong;",
                "no column of dex-trades is named price; there are chain_id, pair_addr, tx_hash,");
    }

    @Test
    void aColumnOfAnotherTypeIsNamedWithItsType() throws IOException {
        session.run(table("total_usd DECIMAL(20, 4)", ""));

        refuses(
                "EXPLAIN SELECT * FROM wrong;",
                "the column total_usd of dex-trades is DOUBLE, not DECIMAL(20, 4)");
    }

    @Test
    void rowsForWhatIsExcludedNeedTheColumnThatTellsThemApart() throws IOException {
        session.run(table("total_usd DOUBLE", ", 'dex-trades.excluded' = 'true'"));

        refuses(
                "EXPLAIN SELECT * FROM wrong;",
                "a table of dex-trades with rows for what is excluded needs the column reason"
                        + " STRING: it tells them from trades");
    }

    @Test
    void aTableWithoutChainsIsRefused() throws IOException {
        session.run(table("total_usd DOUBLE", "").replace(", 'dex-trades.chains' = '56'", ""));

        refuses("EXPLAIN SELECT * FROM wrong;", "Missing required options are:\n\nchains");
    }

    private static String table(String columns, String options) {
        return """
                CREATE TABLE wrong (%s) WITH (
                  'connector' = 'kafka',
                  'topic' = 'trades',
                  'properties.bootstrap.servers' = 'localhost:9092',
                  'format' = 'dex-trades', 'dex-trades.chains' = '56'%s);
                """
                .formatted(columns, options);
    }

    private void refusesToTakeBack(String query, String function) {
        assertThatThrownBy(() -> session.run("EXPLAIN " + query + ";"))
                .hasStackTraceContaining("retract")
                .hasStackTraceContaining(function);
    }

    private void refuses(String statement, String message) {
        assertThatThrownBy(() -> session.run(statement)).hasStackTraceContaining(message);
    }
}

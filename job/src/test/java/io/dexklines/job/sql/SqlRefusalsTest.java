package io.dexklines.job.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queries and tables that Flink SQL rejects before anything runs, with what it says. */
class SqlRefusalsTest {

    private final SqlSession session = new SqlSession(new Configuration());

    @BeforeEach
    void createTheTables() throws IOException {
        session.run(Path.of("..", "sql", "flink", "01-tables.sql"));
    }

    @Test
    void functionsRejectUpdatingInput() {
        String updating =
                "(SELECT pair_addr, LAST_VALUE(total_usd) AS usd, LAST_VALUE(place) AS place"
                        + " FROM delivered_trades GROUP BY pair_addr)";
        String kline = "KLINE(place, 'buy', FALSE, usd, usd, usd, usd)";

        rejectsRetractions("SELECT EXACT_SUM(usd) FROM " + updating, "ExactSumFunction");
        rejectsRetractions("SELECT " + kline + " FROM " + updating, "KlineFunction");
        rejectsRetractions(
                "SELECT FIRST_BY_PLACE(usd, place) FROM " + updating, "FirstByPlaceFunction");
        rejectsRetractions(
                "SELECT LAST_BY_PLACE(usd, place) FROM " + updating, "LastByPlaceFunction");
    }

    @Test
    void anUnknownColumnIsRejectedWithTheListOfColumns() throws IOException {
        session.run(table("price DOUBLE", ""));

        rejects(
                "EXPLAIN SELECT * FROM wrong;",
                "the format dex-trades has no column price; its columns are chain_id, pair_addr,");
    }

    @Test
    void aColumnOfTheWrongTypeIsRejectedWithTheRightType() throws IOException {
        session.run(table("total_usd DECIMAL(20, 4)", ""));

        rejects(
                "EXPLAIN SELECT * FROM wrong;",
                "the column total_usd of the format dex-trades is DOUBLE, not DECIMAL(20, 4)");
    }

    @Test
    void rowsForExcludedEntriesNeedTheReasonColumn() throws IOException {
        session.run(table("total_usd DOUBLE", ", 'dex-trades.excluded' = 'true'"));

        rejects(
                "EXPLAIN SELECT * FROM wrong;",
                "a table with the format dex-trades and 'excluded' = 'true' must have the column"
                        + " reason STRING, which tells excluded entries from trades");
    }

    @Test
    void aTableWithoutChainsIsRejected() throws IOException {
        session.run(table("total_usd DOUBLE", "").replace(", 'dex-trades.chains' = '56'", ""));

        rejects("EXPLAIN SELECT * FROM wrong;", "Missing required options are:\n\nchains");
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

    private void rejectsRetractions(String query, String function) {
        assertThatThrownBy(() -> session.run("EXPLAIN " + query + ";"))
                .hasStackTraceContaining("retract")
                .hasStackTraceContaining(function);
    }

    private void rejects(String statement, String message) {
        assertThatThrownBy(() -> session.run(statement)).hasStackTraceContaining(message);
    }
}

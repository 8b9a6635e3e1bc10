package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests the whole stack with a database that refuses the rows of one pair. */
@WholeStack.Shared
class RefusedKlinesITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOPIC = "bsc-trades";
    private static final String REFUSED = "0x0000000000000000000000000000000000c0ffee";
    private static final String WELCOME = "0x00000000000000000000000000000000decafbad";
    private static final String CONSTRAINT = "no_coffee";
    private static final long MINUTE_S = 1_704_412_800;

    @Test
    void refusedKlinesGoToTheTopicAndAllOthersToTheTable(Running stack) throws Exception {
        long timeS = stack.newestTradeTime("56", MINUTE_S);
        execute(
                stack,
                "ALTER TABLE kline ADD CONSTRAINT "
                        + CONSTRAINT
                        + " CHECK (pair_addr <> '"
                        + REFUSED
                        + "')");
        try {
            stack.publish(TOPIC, trade(REFUSED, 1, timeS), trade(WELCOME, 1, timeS));
            stack.publish(TOPIC, trade(WELCOME, 2, timeS), trade(REFUSED, 2, timeS));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(intervalsOfBothTrades(stack)).hasSize(9));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(rowsOfTwoTrades(stack, WELCOME)).isEqualTo(9));
            assertThat(rows(stack, REFUSED)).isZero();

            Verdict verdict =
                    Verification.run(
                            stack.cluster(),
                            Scope.ALL,
                            Duration.ofMinutes(1),
                            VerifyProgress.silent());
            assertThat(verdict.refused()).isEqualTo(9);
            assertThat(verdict.lost()).isZero();
            assertThat(verdict.ledgerOffBy()).isZero();
        } finally {
            execute(stack, "ALTER TABLE kline DROP CONSTRAINT " + CONSTRAINT);
        }

        List<String> records = stack.committed("klines-refused");
        assertThat(records).doesNotHaveDuplicates();
        for (String record : records) {
            JsonNode refused = JSON.readTree(record);
            assertThat(refused.path("reason").asText()).contains(CONSTRAINT);
            assertThat(refused.path("sql_state").asText()).isEqualTo("23000");
            assertThat(refused.path("error_code").asInt()).isEqualTo(4025);
            assertThat(refused.path("chain_id").asText()).isEqualTo("56");
            assertThat(refused.path("pair_addr").asText()).isEqualTo(REFUSED);
            assertThat(refused.at("/kline/open").asDouble()).isEqualTo(1.75);
            assertThat(refused.at("/kline/volume_usd").asDouble())
                    .isEqualTo(3.5 * refused.at("/kline/trades").asInt());
            if (refused.path("interval").asText().equals("1m")) {
                assertThat(refused.path("open_time").asLong()).isEqualTo(timeS - timeS % 60);
            }
        }
        assertThat(stack.job().restarts()).isZero();

        stack.publish(TOPIC, trade(REFUSED, 3, timeS));
        await("the pair's rows are written once the database accepts them")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(rows(stack, REFUSED)).isEqualTo(9));
        assertThat(stack.job().restarts()).isZero();
        assertThat(stack.job().state()).isEqualTo("RUNNING");
    }

    /** Returns the intervals of the refused klines that have counted both trades. */
    private static TreeSet<String> intervalsOfBothTrades(Running stack) throws Exception {
        TreeSet<String> intervals = new TreeSet<>();
        for (String record : stack.committed("klines-refused")) {
            JsonNode refused = JSON.readTree(record);
            if (refused.at("/kline/trades").asInt() == 2) {
                intervals.add(refused.path("interval").asText());
            }
        }
        return intervals;
    }

    private static long rows(Running stack, String pair) throws SQLException {
        return stack.number("SELECT COUNT(*) FROM kline WHERE pair_addr = '" + pair + "'");
    }

    private static long rowsOfTwoTrades(Running stack, String pair) throws SQLException {
        return stack.number(
                "SELECT COUNT(*) FROM kline WHERE trades = 2 AND pair_addr = '" + pair + "'");
    }

    private static void execute(Running stack, String sql) throws SQLException {
        try (Connection database = stack.database();
                Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String trade(String pair, int number, long timeS) {
        return "{\"chain_id\":\"56\",\"pair_addr\":\""
                + pair
                + "\",\"tx_hash\":\"0xc0"
                + number
                + "\",\"maker\":\"0xmaker\",\"type\":\"buy\",\"token_amount\":\"2\","
                + "\"base_token_amount\":1,\"total_usd\":\"3.5\",\"token_price_usd\":1.75,"
                + "\"block_num\":7,\"block_time\":"
                + timeS
                + ",\"transaction_index\":"
                + number
                + "}";
    }
}

package io.dexklines.job.endtoend.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.endtoend.WholeStack;
import io.dexklines.job.endtoend.WholeStack.Running;
import io.dexklines.verifier.Scope;
import io.dexklines.verifier.Verdict;
import io.dexklines.verifier.Verification;
import io.dexklines.verifier.VerifyProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Tests the whole stack with the smallest and the largest numbers of a trade. Every sink holds the
 * klines, and no number of theirs is infinite.
 */
@WholeStack.Shared
class ExtremeNumbersITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String TOPIC = "bsc-trades";
    private static final long BEGIN_S = 1_704_412_800;

    private static final String DENORMAL = "1e-310";
    private static final String SMALLEST = "4.9e-324";
    private static final String LARGEST = "1.7976931348623157e308";

    private static final String QUOTIENT_TOO_LARGE = "0x00000000000000000000000000000000000000e1";
    private static final String SUM_TOO_LARGE = "0x00000000000000000000000000000000000000e2";
    private static final String ALL_SMALLEST = "0x00000000000000000000000000000000000000e3";
    private static final String ZERO = "0x00000000000000000000000000000000000000e4";
    private static final List<String> PAIRS =
            List.of(QUOTIENT_TOO_LARGE, SUM_TOO_LARGE, ALL_SMALLEST, ZERO);

    @Test
    void everySinkHoldsKlinesOfExtremeNumbers(Running stack) throws Exception {
        long timeS = stack.newestTradeTime("56", BEGIN_S);
        stack.publish(
                TOPIC,
                trade(QUOTIENT_TOO_LARGE, 1, timeS, DENORMAL, "501", "1.75"),
                trade(SUM_TOO_LARGE, 2, timeS, LARGEST, LARGEST, LARGEST),
                trade(SUM_TOO_LARGE, 3, timeS, LARGEST, LARGEST, LARGEST),
                trade(ALL_SMALLEST, 4, timeS, SMALLEST, SMALLEST, SMALLEST),
                trade(ZERO, 5, timeS, "0", "0", SMALLEST));

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                stack.number(
                                                        "SELECT SUM(trades) FROM kline WHERE"
                                                                + " pair_addr IN ('"
                                                                + String.join("', '", PAIRS)
                                                                + "')"))
                                        .as("five trades in nine intervals")
                                        .isEqualTo(45));
        Set<String> named = new TreeSet<>();
        PAIRS.forEach(pair -> named.add("56:" + pair));
        Verdict verdict =
                Verification.run(
                        stack.cluster(),
                        new Scope(0, Long.MAX_VALUE, named, OptionalInt.empty(), 0),
                        Duration.ofMinutes(1),
                        VerifyProgress.silent());
        assertThat(verdict.compared()).as("four pairs, three sinks").isEqualTo(4 * 9 * 3);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.mismatched()).isZero();
        assertThat(verdict.refused()).isZero();

        assertThat(vwap(stack, QUOTIENT_TOO_LARGE)).isEqualTo("1.7976931348623157E308");
        assertThat(vwap(stack, SUM_TOO_LARGE)).isEqualTo("1.0");
        assertThat(vwap(stack, ALL_SMALLEST)).isEqualTo("1.0");
        assertThat(vwap(stack, ZERO)).isEqualTo("0.0");
    }

    /** Returns the text of {@code vwap} in the only kline that the history API returns. */
    private static String vwap(Running stack, String pair) throws Exception {
        String klines =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        stack.addresses().relay()
                                                                + "/api/klines?chain_id=56"
                                                                + "&interval=1m&pair_addr="
                                                                + pair))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .body();
        return klines.replaceFirst(".*\"vwap\":([^,]*),.*", "$1");
    }

    private static String trade(
            String pair, int number, long timeS, String amount, String usd, String price) {
        return """
        {"chain_id":"56","pair_addr":"%s","tx_hash":"0xe%d","maker":"0xmaker","type":"buy",\
        "token_amount":"%s","base_token_amount":"%s","total_usd":"%s","token_price_usd":"%s",\
        "mcap":"%s","block_num":7,"block_time":%d,"transaction_index":%d,\
        "pair_info":{"token_symbol":"EDGE"}}"""
                .formatted(pair, number, amount, amount, usd, price, price, timeS, number);
    }
}

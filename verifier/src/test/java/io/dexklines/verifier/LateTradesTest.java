package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.verifier.AppendOrder.Place;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LateTradesTest {

    private final LateTrades late = new LateTrades();

    @Test
    void theReportOfAChainCountsCausesPlacesAndPartitions() {
        add(90, "the clock of chain 56 was at %d ms", Place.OUT_OF_ORDER, "bsc-trades-2");
        add(70, "the clock of chain 56 was at %d ms", Place.PROBABLY_OUT_OF_ORDER, "bsc-trades-2");
        add(110, "the clock of chain 56 was at %d ms", Place.IN_ORDER, "bsc-trades-2");
        add(65, "the watermark was at %d ms", Place.IN_ORDER, "bsc-trades-10");
        add(500, "the job's klines begin at %d ms", Place.IN_ORDER, "bsc-trades-2");
        add(500, "something else at %d ms", Place.IN_ORDER, "bsc-trades-2");

        assertThat(late.lines("56"))
                .containsExactly(
                        "late   chain 56, behind the clock 4, before the first kline 1,"
                                + " unexplained 1, out of order 1, probably out of order 1,"
                                + " in order 2, least 65000 ms, median 70000 ms, most 110000 ms",
                        "  bsc-trades-10    1",
                        "  bsc-trades-2     5");
    }

    @Test
    void tradesBeforeTheFirstKlineAreNotMeasuredByAnyClock() {
        add(500, "the job's klines begin at %d ms", Place.OUT_OF_ORDER, "bsc-trades-2");

        assertThat(late.lines("56"))
                .containsExactly(
                        "late   chain 56, behind the clock 0, before the first kline 1,"
                                + " unexplained 0, out of order 0, probably out of order 0,"
                                + " in order 0",
                        "  bsc-trades-2     1");
    }

    @Test
    void theCauseIsReadFromTheRecordOfTheJob() {
        String record =
                """
                {"reason":"late","detail":"the clock of chain 1 was at 1767571325999 ms",
                "topic":"evm-trades-v4","partition":1,"offset":7,"index":0,"trade":{}}
                """;

        assertThat(Exclusion.of(record.getBytes(StandardCharsets.UTF_8)).orElseThrow().lateness())
                .isEqualTo(new Lateness(Lateness.Cause.CLOCK, 1_767_571_325_999L));
        assertThat(Lateness.of("the clock of chain 1 was at 99999999999999999999 ms").cause())
                .isEqualTo(Lateness.Cause.UNKNOWN);
    }

    private void add(long behindSeconds, String detail, Place place, String partition) {
        Swap swap =
                new RecordReader(Records.CHAINS)
                        .entries(
                                Records.TOPIC,
                                0,
                                0,
                                0,
                                Records.record(Records.buy("0x1", MONDAY, 2, 1)))
                        .get(0)
                        .swap()
                        .orElseThrow();
        Lateness lateness = Lateness.of(detail.formatted((MONDAY + behindSeconds) * 1000));
        late.add(swap, lateness, place, partition);
    }
}

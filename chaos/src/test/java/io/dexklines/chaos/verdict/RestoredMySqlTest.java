package io.dexklines.chaos.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.verdict.MySqlRows.Version;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A MySQL server that went back in time, and what a run may have overlooked. */
class RestoredMySqlTest {

    private static final String MINUTES = "56:0xa:1m";
    private static final String HOURS = "56:0xa:1h";

    private static final MySqlRows HAD =
            rows(
                    Map.of(
                            MINUTES, klines(0, closed(4), 60, closed(5), 120, closed(6)),
                            HOURS, klines(0, open(15))),
                    "t1",
                    "t2");

    private static final MySqlLoss NOTHING = MySqlLoss.of(HAD, HAD);

    /** The first minute is as it was, the second one is open again, the others are lost. */
    private static final MySqlLoss LOSS =
            MySqlLoss.of(
                    HAD,
                    rows(
                            Map.of(
                                    MINUTES, klines(0, closed(4), 60, open(5)),
                                    HOURS, klines(0, open(9))),
                            "t1"));

    private long losses = 2;
    private List<String> logged = List.of("mysql went back in time");
    private MySqlLoss loss = LOSS;
    private Evidence.Verified damaged = verified(2, 0, 1, 6);
    private MySqlLoss rest = NOTHING;
    private Evidence.Verified replayed = verified(0, 0, 0, 0);
    private List<String> backwards = List.of();

    @Test
    void everyRowThatIsMissingOrOlderIsLost() {
        assertThat(LOSS).isEqualTo(new MySqlLoss(1, 1, 1, 1, 0, 6));
        assertThat(LOSS.isNothing()).isFalse();
    }

    @Test
    void nothingIsLostOfTheSameOrLaterRows() {
        MySqlRows later =
                rows(
                        Map.of(
                                MINUTES,
                                klines(0, closed(4), 60, closed(7), 120, closed(6), 180, open(1)),
                                HOURS,
                                klines(0, closed(15))),
                        "t1",
                        "t2",
                        "t3");

        assertThat(MySqlLoss.of(HAD, later)).isEqualTo(NOTHING);
        assertThat(NOTHING.isNothing()).isTrue();
    }

    @Test
    void theNewestKlineOfASeriesIsAlsoInTheRelay() {
        MySqlRows reopened =
                rows(
                        Map.of(
                                MINUTES,
                                klines(0, closed(4), 60, closed(5), 120, open(6)),
                                HOURS,
                                klines(0, open(15))),
                        "t1",
                        "t2");

        assertThat(MySqlLoss.of(HAD, reopened)).isEqualTo(new MySqlLoss(0, 0, 0, 1, 1, 0));
    }

    @Test
    void aLossThatIsNoticedReportedAndPutRightPasses() {
        assertThat(run().violations()).isEmpty();
        assertThat(lastLine())
                .isEqualTo(
                        "MYSQL-BACK-IN-TIME seed=7 reported-lost=2 reported-mismatched=1 lost=0"
                                + " duplicated=0 mismatched=0 ledger=balanced verdict=passed");
    }

    @Test
    void aLossThatTheJobDoesNotNoticeFails() {
        losses = 0;
        logged = List.of();

        assertThat(run().violations())
                .containsExactly(
                        "the metric mysqlLosses is 0", "the job's log does not report a loss");
        assertThat(lastLine()).endsWith("verdict=failed");
    }

    @Test
    void aRowThatTheVerificationOverlooksFails() {
        damaged = verified(1, 0, 0, 5);

        assertThat(run().violations())
                .containsExactly(
                        "lost: really 2, verified 1",
                        "mismatched: really 1, verified 0",
                        "entries off in the ledger: really 6, verified 5");
    }

    @Test
    void aRowThatTheVerificationInventsFails() {
        damaged = verified(3, 1, 1, 6);

        assertThat(run().violations())
                .containsExactly("lost: really 2, verified 3", "duplicated: really 0, verified 1");
    }

    @Test
    void aReplayThatLeavesALossFails() {
        rest = LOSS;
        replayed = verified(2, 0, 1, 6);

        assertThat(run().violations())
                .containsExactly(
                        "after the replay, MySQL still lacks: 1 klines and 1 smart-money trades"
                                + " missing, 1 klines with fewer trades, 1 open again",
                        "after the replay, the verification failed");
        assertThat(lastLine()).contains(" lost=2 duplicated=0 mismatched=1 ledger=off by 6 ");
    }

    @Test
    void aRunWithoutALossProvesNothing() {
        loss = NOTHING;
        damaged = verified(0, 0, 0, 0);

        assertThat(run().violations()).containsExactly("no kline was lost, so nothing is proved");
    }

    @Test
    void aClientThatSeesAnOlderKlineFails() {
        backwards = List.of("56:0xa 1m from 5 to 4 trades");

        assertThat(run().violations()).containsExactly("a client saw 56:0xa 1m from 5 to 4 trades");
    }

    private RestoredMySql run() {
        return new RestoredMySql(
                7,
                100,
                30_000,
                60_000,
                HAD.count(),
                3,
                losses,
                1_500,
                logged,
                loss,
                damaged,
                20_000,
                rest,
                replayed,
                new Evidence.Clients(500, backwards, 0));
    }

    private String lastLine() {
        List<String> lines = run().lines();
        return lines.get(lines.size() - 1);
    }

    private static Evidence.Verified verified(
            long lost, long duplicated, long mismatched, long ledgerOffBy) {
        return new Evidence.Verified(
                100,
                50,
                lost,
                duplicated,
                mismatched,
                ledgerOffBy,
                lost + duplicated + mismatched + ledgerOffBy == 0,
                List.of());
    }

    private static MySqlRows rows(
            Map<String, NavigableMap<Long, Version>> klines, String... smartMoney) {
        return new MySqlRows(klines, Set.of(smartMoney));
    }

    /** Returns klines by their open times, which alternate with the versions. */
    private static NavigableMap<Long, Version> klines(Object... openTimesAndVersions) {
        NavigableMap<Long, Version> klines = new TreeMap<>();
        for (int i = 0; i < openTimesAndVersions.length; i += 2) {
            klines.put(
                    ((Integer) openTimesAndVersions[i]).longValue(),
                    (Version) openTimesAndVersions[i + 1]);
        }
        return klines;
    }

    private static Version open(long trades) {
        return new Version(trades, false);
    }

    private static Version closed(long trades) {
        return new Version(trades, true);
    }
}

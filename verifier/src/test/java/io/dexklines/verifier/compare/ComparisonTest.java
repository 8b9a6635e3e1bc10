package io.dexklines.verifier.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.verifier.compare.Finding.Explanation;
import io.dexklines.verifier.compare.Finding.Store;
import io.dexklines.verifier.compare.Finding.Verdict;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What single faults of the Go writer look like. */
class ComparisonTest {

    private static final long MINUTE = 1_767_571_200;
    private static final String PAIR = "100000:pool";

    private final List<Batch> batches = new ArrayList<>();

    @Test
    void aRecordThatIsCountedTwiceIsNamed() {
        batch(0, buy(MINUTE, 1, 10));
        Batch second = batch(1, buy(MINUTE + 1, 2, 20), sell(MINUTE + 1, 2.5, 30));

        Finding finding = redis(candle(1, 2, 2.5, 1, 10 + 50 + 50, 3, 2));

        assertThat(finding.verdict()).isEqualTo(Verdict.EXPLAINED);
        assertThat(causes(finding))
                .containsExactlyInAnyOrder(
                        named(Cause.REDELIVERED, second.trades()),
                        named(Cause.FIRST_CLOSES, second.trades()));
    }

    @Test
    void ofTwoEqualRecordsEitherCanBeLost() {
        Batch first = batch(0, buy(MINUTE, 1, 10));
        batch(1, buy(MINUTE + 1, 1, 5));
        Batch last = batch(2, buy(MINUTE + 2, 1, 10));
        batch(3, buy(MINUTE + 3, 1, 7));

        Finding finding = redis(candle(1, 1, 1, 1, 22, 3, 0));

        assertThat(finding.verdict()).isEqualTo(Verdict.AMBIGUOUS);
        Set<TreeSet<TradeId>> lost = new HashSet<>();
        finding.explanations()
                .forEach(
                        each ->
                                each.causes().stream()
                                        .filter(named -> named.cause() == Cause.LOST_RECORD)
                                        .forEach(named -> lost.add(new TreeSet<>(named.trades()))));
        assertThat(lost).isEqualTo(Set.of(ids(first.trades()), ids(last.trades())));
    }

    @Test
    void aRecordThatWasProducedTwiceIsNamedByItsSecondCopy() {
        batch(0, buy(MINUTE, 1, 10));
        Batch once = batch(1, buy(MINUTE + 1, 2, 20));
        Batch again = copy(2, once);

        Finding finding = redis(candle(1, 2, 2, 1, 10 + 20 + 20, 3, 0));

        assertThat(causes(finding)).containsExactly(named(Cause.REDELIVERED, again.trades()));
    }

    @Test
    void nearARedeliveryAnyCopyCanHaveBeenCountedForTheOther() {
        Batch before = batch(0, buy(MINUTE, 1, 10));
        Batch once = batch(1, buy(MINUTE + 1, 2, 20));
        Batch again = copy(2, once);

        // the first two records came twice, and the last one was lost
        Finding finding = redis(candle(1, 2, 2, 1, 2 * 10 + 2 * 20, 4, 0));

        List<Trade> withOnce = trades(before, once);
        List<Trade> withAgain = trades(before, again);
        assertThat(finding.verdict()).isEqualTo(Verdict.AMBIGUOUS);
        assertThat(finding.explanations().stream().map(Explanation::causes))
                .containsExactlyInAnyOrder(
                        Set.of(named(Cause.REDELIVERED, withAgain)),
                        Set.of(
                                named(Cause.REDELIVERED, withOnce),
                                named(Cause.LOST_RECORD, again.trades())),
                        Set.of(
                                named(Cause.REDELIVERED, withOnce),
                                named(Cause.LOST_LOCK, again.trades())),
                        Set.of(
                                named(Cause.REDELIVERED, withAgain),
                                named(Cause.LOST_RECORD, once.trades())),
                        Set.of(
                                named(Cause.REDELIVERED, withAgain),
                                named(Cause.LOST_LOCK, once.trades())));
    }

    @ParameterizedTest(name = "records {0}")
    @ValueSource(strings = {"203,255,288", "203,234,255,288"})
    void updatesThatABusyKlineLostAreFound(String records) {
        Set<Integer> lost =
                Arrays.stream(records.split(",")).map(Integer::valueOf).collect(Collectors.toSet());
        List<Trade> missing = new ArrayList<>();
        double usd = 0;
        for (int i = 0; i < 300; i++) {
            Batch batch = batch(i, buy(MINUTE, 1, Math.sqrt(i + 1)));
            if (lost.contains(i)) {
                missing.addAll(batch.trades());
            } else {
                usd += Math.sqrt(i + 1);
            }
        }

        Finding finding = redis(candle(1, 1, 1, 1, usd, 300 - lost.size(), 0));

        // no other kline tells which of the records were lost and which with their locks
        assertThat(finding.explanations())
                .hasSize(1 << lost.size())
                .contains(new Explanation(Set.of(named(Cause.LOST_RECORD, missing))));
    }

    @Test
    void anUpdateThatOnlyOneIntervalLacksWasLostWithItsLock() {
        batch(0, buy(MINUTE, 1, 10));
        Batch second = batch(1, buy(MINUTE + 1, 2, 20));
        Candle whole = candle(1, 2, 2, 1, 30, 2, 0);

        Comparison.Result result =
                compare(
                        settings(false),
                        Map.of(
                                Interval.MIN_1, Map.of(MINUTE, List.of(whole)),
                                Interval.MIN_5,
                                        Map.of(MINUTE, List.of(candle(1, 1, 1, 1, 10, 1, 0)))),
                        Map.of());

        assertThat(
                        result.findings().stream()
                                .filter(finding -> finding.interval() == Interval.MIN_5)
                                .map(Finding::explanations))
                .containsExactly(
                        List.of(new Explanation(Set.of(named(Cause.LOST_LOCK, second.trades())))));
    }

    @Test
    void aRecordThatTheWriterCannotDecodeIsLost() {
        batch(0, buy(MINUTE, 1, 10));
        Batch unreadable = batch(false, 1, buy(MINUTE + 1, 2, 20));

        Finding finding = redis(candle(1, 1, 1, 1, 10, 1, 0));

        assertThat(causes(finding)).containsExactly(named(Cause.LOST_RECORD, unreadable.trades()));
    }

    @Test
    void aMemberOfOursToWhichTheWriterAddsIsNamedIfTheJobsKeysAreThere() {
        batch(0, buy(MINUTE, 1, 10));
        Batch second = batch(1, sell(MINUTE + 1, 2, 20));
        Candle both = candle(1, 2, 2, 1, 50, 1, 2);

        Finding alone = redis(both);
        Finding shared =
                compare(
                                settings(true),
                                Map.of(Interval.MIN_1, Map.of(MINUTE, List.of(both))),
                                Map.of())
                        .findings()
                        .get(0);

        assertThat(causes(alone)).containsExactly(named(Cause.REDELIVERED, second.trades()));
        assertThat(shared.verdict()).isEqualTo(Verdict.AMBIGUOUS);
        assertThat(shared.explanations())
                .contains(new Explanation(Set.of(named(Cause.BOTH_WRITERS, second.trades()))));
    }

    @Test
    void aKlineOfWhichTradesAreGoneIsIncomparable() {
        batch(0, buy(MINUTE, 1, 10));
        Comparison comparison = new Comparison(settings(false), ExactKlines::of);
        comparison.add(
                new PairKlines(
                        PAIR,
                        batches,
                        MINUTE + 1,
                        Map.of(
                                Interval.MIN_1,
                                Map.of(MINUTE, List.of(candle(1, 1, 1, 1, 99, 3, 0)))),
                        Map.of()));

        assertThat(comparison.finish().findings().get(0).verdict()).isEqualTo(Verdict.INCOMPARABLE);
    }

    @Test
    void whatNoFaultExplainsIsUnexplained() {
        batch(0, buy(MINUTE, 1, 10));

        assertThat(redis(candle(1, 3, 3, 1, 10, 1, 0)).verdict()).isEqualTo(Verdict.UNEXPLAINED);
        assertThat(redis(candle(1, 1, 1, 1, 11, 1, 0)).verdict()).isEqualTo(Verdict.UNEXPLAINED);
        assertThat(redis(candle(1, 1, 1, 1, 10, 0, 1)).verdict()).isEqualTo(Verdict.UNEXPLAINED);
    }

    @Test
    void whatMayHaveExpiredIsNotCompared() {
        batch(0, buy(MINUTE, 1, 10));
        long fourDays = 4 * 86_400;
        Comparison comparison =
                new Comparison(
                        new Comparison.Settings(
                                ZoneOffset.UTC, 0, Long.MAX_VALUE, MINUTE + fourDays, false),
                        ExactKlines::of);
        comparison.add(new PairKlines(PAIR, batches, 0, Map.of(), Map.of()));

        Comparison.Result result = comparison.finish();

        assertThat(result.notCompared()).isEqualTo(1);
        assertThat(result.findings()).extracting(Finding::interval).doesNotContain(Interval.MIN_1);
    }

    @Test
    void rowsOfMySqlAreExplainedByRedisAndByTheirTables() {
        batch(0, buy(MINUTE, 1, 10));
        Batch second = batch(1, buy(MINUTE + 1, 2, 20));
        Candle one = withoutMcap(candle(1, 1, 1, 1, 10, 1, 0));
        Candle two = withoutMcap(candle(1, 2, 2, 1, 30, 2, 0));
        Map<Interval, Map<Long, List<Candle>>> redis =
                Map.of(Interval.MIN_1, Map.of(MINUTE, List.of(candle(1, 2, 2, 1, 30, 2, 0))));

        assertThat(mysql(redis, new PairKlines.Row(1, 7, two))).isEmpty();
        assertThat(mysql(redis, new PairKlines.Row(1, 7, one)))
                .containsExactly(Set.of(named(Cause.STALE_ROW, second.trades())));
        assertThat(mysql(redis, new PairKlines.Row(1, 7, one), new PairKlines.Row(1, 8, two)))
                .containsExactly(Set.of(named(Cause.APPENDED_ROWS, List.of())));
        assertThat(mysql(redis, new PairKlines.Row(12, 7, two)))
                .containsExactly(Set.of(named(Cause.WRONG_MONTH, List.of())));
    }

    private List<Set<Named>> mysql(
            Map<Interval, Map<Long, List<Candle>>> redis, PairKlines.Row... rows) {
        return compare(
                        settings(false),
                        redis,
                        Map.of(Interval.MIN_1, Map.of(MINUTE, Arrays.asList(rows))))
                .findings()
                .stream()
                .filter(finding -> finding.store() == Store.MYSQL)
                .flatMap(finding -> finding.explanations().stream())
                .map(Explanation::causes)
                .toList();
    }

    private Finding redis(Candle candle) {
        return compare(
                        settings(false),
                        Map.of(Interval.MIN_1, Map.of(MINUTE, List.of(candle))),
                        Map.of())
                .findings()
                .get(0);
    }

    private Comparison.Result compare(
            Comparison.Settings settings,
            Map<Interval, Map<Long, List<Candle>>> redis,
            Map<Interval, Map<Long, List<PairKlines.Row>>> mysql) {
        Comparison comparison = new Comparison(settings, ExactKlines::of);
        comparison.add(new PairKlines(PAIR, batches, 0, redis, mysql));
        return comparison.finish();
    }

    /** Settings in which all klines but those of 1m and 5m may have expired. */
    private static Comparison.Settings settings(boolean bothWriters) {
        return new Comparison.Settings(
                ZoneOffset.UTC, MINUTE, MINUTE + 300, MINUTE + 400 * 86_400L, bothWriters);
    }

    private static Set<Named> causes(Finding finding) {
        assertThat(finding.explanations()).hasSize(1);
        return finding.explanations().get(0).causes();
    }

    private static Named named(Cause cause, List<Trade> trades) {
        return Named.of(cause, trades);
    }

    private static TreeSet<TradeId> ids(List<Trade> trades) {
        return new TreeSet<>(Named.of(Cause.INVALID, trades).trades());
    }

    private Batch batch(long offset, Trade... trades) {
        return batch(true, offset, trades);
    }

    private Batch batch(boolean readable, long offset, Trade... trades) {
        List<Trade> placed = new ArrayList<>();
        for (int i = 0; i < trades.length; i++) {
            placed.add(at(new TradeId("sol-trades", 0, offset, i), trades[i]));
        }
        long writtenMs = (MINUTE + offset) * 1000;
        Batch batch = new Batch("sol-trades", 0, offset, writtenMs, readable, placed);
        batches.add(batch);
        return batch;
    }

    /** Appends a record with the trades of another one, which do not count again. */
    private Batch copy(long offset, Batch other) {
        List<Trade> copies = new ArrayList<>();
        for (Trade trade : other.trades()) {
            TradeId id = new TradeId("sol-trades", 0, offset, trade.id().index());
            copies.add(placed(id, trade.txHash(), trade, "duplicate"));
        }
        long writtenMs = (MINUTE + offset) * 1000;
        Batch batch = new Batch("sol-trades", 0, offset, writtenMs, true, copies);
        batches.add(batch);
        return batch;
    }

    private static List<Trade> trades(Batch... batches) {
        return Arrays.stream(batches).flatMap(batch -> batch.trades().stream()).toList();
    }

    private static Trade at(TradeId id, Trade trade) {
        return placed(id, "tx" + id.offset() + '#' + id.index(), trade, "");
    }

    private static Trade placed(TradeId id, String txHash, Trade trade, String excluded) {
        return new Trade(
                id,
                txHash,
                trade.blockTime(),
                trade.block(),
                id.index(),
                0,
                trade.side(),
                false,
                trade.price(),
                trade.mcap(),
                trade.usd(),
                trade.token(),
                excluded);
    }

    private static Trade buy(long time, double price, double usd) {
        return trade(Trade.Side.BUY, time, price, usd);
    }

    private static Trade sell(long time, double price, double usd) {
        return trade(Trade.Side.SELL, time, price, usd);
    }

    private static Trade trade(Trade.Side side, long time, double price, double usd) {
        TradeId nowhere = new TradeId("", 0, 0, 0);
        return new Trade(
                nowhere, "", time, time, 0, 0, side, false, price, 100 * price, usd, usd / 2, "");
    }

    private static Candle candle(
            double open, double close, double high, double low, double usd, long buys, long sells) {
        return new Candle(
                open,
                close,
                high,
                low,
                100 * open,
                100 * high,
                100 * low,
                100 * close,
                usd,
                usd / 2,
                buys,
                sells,
                buys + sells);
    }

    private static Candle withoutMcap(Candle candle) {
        return new Candle(
                candle.open(),
                candle.close(),
                candle.high(),
                candle.low(),
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                candle.volumeUsd(),
                candle.volumeToken(),
                candle.buys(),
                candle.sells(),
                candle.trades());
    }
}

package io.dexklines.verifier.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.verifier.compare.Finding.Explanation;
import io.dexklines.verifier.compare.Finding.Verdict;
import io.dexklines.verifier.compare.GoWriterModel.Faults;
import io.dexklines.verifier.compare.GoWriterModel.KlineId;
import io.dexklines.verifier.compare.GoWriterModel.Member;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares the klines of a model of the Go writer, which commits all of its faults, and asserts
 * that the causes and trades that are named are those in the model's log. By hand with a million
 * trades: {@code mvn test -pl verifier -am -Dtest=ComparisonPropertyTest -Dcompare.trades=1000000
 * -Dcompare.seed=1 -Dtest.jvm.memory=-Xmx6g}, which prints what was found.
 */
class ComparisonPropertyTest {

    private static final int CI_TRADES = 20_000;
    private static final int TRADES = Integer.getInteger("compare.trades", CI_TRADES);
    private static final int PAIRS = Math.max(25, TRADES / 2_500);
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyCauseAndItsTradesAreThoseOfTheWritersLog(long seed) {
        Feed feed = new Feed(seed, TRADES, PAIRS);
        GoWriterModel model = new GoWriterModel(seed, Faults.ALL, ZoneOffset.UTC);
        model.run(feed.partitions());

        Comparison.Result result = compare(feed, model, ZoneOffset.UTC);

        assertIsTheLog(result, model, seed);
        Set<Cause> named = EnumSet.noneOf(Cause.class);
        for (Finding finding : result.findings()) {
            finding.explanations().forEach(e -> e.causes().forEach(c -> named.add(c.cause())));
        }
        assertThat(model.crashes()).as("crashes").isPositive();
        assertThat(named)
                .contains(
                        Cause.REDELIVERED,
                        Cause.LOST_RECORD,
                        Cause.SPLIT_GROUP,
                        Cause.LOST_LOCK,
                        Cause.LIQUIDITY,
                        Cause.PRICE_ZERO,
                        Cause.BATCH_DATED,
                        Cause.FIRST_CLOSES,
                        Cause.ARRIVAL,
                        Cause.CLAMP_FIRST,
                        Cause.MCAP_OF_PRICE,
                        Cause.ROUNDING);
    }

    static LongStream seeds() {
        Long byHand = Long.getLong("compare.seed");
        return byHand == null ? LongStream.of(1, 2, 3) : LongStream.of(byHand);
    }

    @Test
    void aServerInAnotherTimeZoneIsNamed() {
        Feed feed = new Feed(4, TRADES / 4, PAIRS);
        GoWriterModel model = new GoWriterModel(4, Faults.NONE, SHANGHAI);
        model.run(feed.partitions());

        Comparison.Result result = compare(feed, model, SHANGHAI);

        assertIsTheLog(result, model, 4);
        Set<Interval> shifted =
                result.findings().stream()
                        .filter(
                                finding ->
                                        finding.explanations().get(0).causes().stream()
                                                .anyMatch(c -> c.cause() == Cause.TIME_ZONE))
                        .map(Finding::interval)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Interval.class)));
        assertThat(shifted).containsExactly(Interval.HOUR_12, Interval.DAY_1);
    }

    @Test
    void aFaultThatIsNotKnownIsUnexplained() {
        Feed feed = new Feed(5, TRADES / 4, PAIRS);
        GoWriterModel model = new GoWriterModel(5, Faults.ALL, ZoneOffset.UTC);
        model.run(feed.partitions());
        Set<KlineId> planted = new HashSet<>();
        model.redis().keySet().stream()
                .filter(id -> id.pair().equals("pair1") && !id.interval().equals("1d"))
                .sorted((a, b) -> Long.compare(a.open(), b.open()))
                .limit(3)
                .forEach(planted::add);
        for (KlineId id : planted) {
            Member member = model.redis().get(id);
            member.usd += 0.01 * (1 + member.usd);
        }

        Comparison.Result result = compare(feed, model, ZoneOffset.UTC);

        assertThat(
                        result.findings().stream()
                                .filter(finding -> finding.verdict() == Verdict.UNEXPLAINED)
                                .map(ComparisonPropertyTest::id)
                                .collect(Collectors.toSet()))
                .isEqualTo(planted);
    }

    private static Comparison.Result compare(Feed feed, GoWriterModel model, ZoneId zone) {
        Comparison comparison =
                new Comparison(
                        new Comparison.Settings(zone, 0, Long.MAX_VALUE, Feed.START, false),
                        ExactKlines::of);
        Map<String, Map<Interval, Map<Long, List<Candle>>>> redis = new HashMap<>();
        model.redis()
                .forEach(
                        (id, member) ->
                                redis.computeIfAbsent(
                                                id.pair(), first -> new EnumMap<>(Interval.class))
                                        .computeIfAbsent(
                                                Interval.of(id.interval()).orElseThrow(),
                                                first -> new HashMap<>())
                                        .put(id.open(), List.of(member.candle())));
        Map<String, List<Batch>> batches = feed.byPair();
        for (String pair : model.pairs()) {
            comparison.add(
                    new PairKlines(
                            pair,
                            batches.get(pair),
                            0,
                            redis.getOrDefault(pair, Map.of()),
                            Map.of()));
        }
        return comparison.finish();
    }

    private static void assertIsTheLog(Comparison.Result result, GoWriterModel model, long seed) {
        Map<KlineId, Finding> findings = new HashMap<>();
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        for (Finding finding : result.findings()) {
            findings.put(id(finding), finding);
            verdicts.merge(finding.verdict(), 1, Integer::sum);
        }
        Map<KlineId, String> wrong = new HashMap<>();
        for (KlineId id : model.ids()) {
            List<Trade> right = model.right().getOrDefault(id, List.of());
            Candle ours = right.isEmpty() ? Candle.NONE : ExactKlines.of(right);
            Member member = model.redis().get(id);
            Candle theirs = member == null ? Candle.NONE : member.candle();
            Finding finding = findings.get(id);
            boolean equal = theirs.equals(ours);
            if (equal != (finding == null)) {
                wrong.put(id, equal ? "equal, but found" : "not found");
            } else if (!equal) {
                Explanation log = new Explanation(model.log(id, ours));
                if (!finding.explanations().contains(log)) {
                    wrong.put(id, "log " + log + " found " + finding);
                }
            }
        }
        printIfByHand(result, seed, verdicts);
        String first =
                wrong.entrySet().stream()
                        .limit(3)
                        .map(Object::toString)
                        .collect(Collectors.joining("\n"));
        assertThat(wrong).as("seed %d, first of %d: %s", seed, wrong.size(), first).isEmpty();
        assertThat(verdicts).as("seed %d", seed).doesNotContainKey(Verdict.UNEXPLAINED);
    }

    private static void printIfByHand(
            Comparison.Result result, long seed, Map<Verdict, Integer> verdicts) {
        if (TRADES == CI_TRADES) {
            return;
        }
        Map<Cause, Integer> klines = new EnumMap<>(Cause.class);
        for (Finding finding : result.findings()) {
            Set<Cause> causes = EnumSet.noneOf(Cause.class);
            finding.explanations().forEach(e -> e.causes().forEach(c -> causes.add(c.cause())));
            causes.forEach(cause -> klines.merge(cause, 1, Integer::sum));
        }
        System.out.printf(
                "seed %d: %d klines compared, %s, by cause %s%n",
                seed, result.compared(), verdicts, klines);
    }

    private static KlineId id(Finding finding) {
        return new KlineId(finding.pair(), finding.interval().code(), finding.open());
    }
}

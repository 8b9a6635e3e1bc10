package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.PAIR;
import static io.dexklines.verifier.Records.buy;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Windows, named pairs, samples, and topics that have lost their beginning. */
class BoundedVerificationTest {

    private static final String OTHER = "1:0xcd";
    private static final KlineKey FIRST_MINUTE = new KlineKey(PAIR, "1m", MONDAY);
    private static final KlineKey SECOND_MINUTE = new KlineKey(PAIR, "1m", MONDAY + 60);
    private static final KlineKey THIRD_MINUTE = new KlineKey(PAIR, "1m", MONDAY + 120);
    private static final Scope SECOND_MINUTE_ONLY = window(MONDAY + 60, MONDAY + 120);

    private final TestingStack stack = new TestingStack();

    /** A trade of each of three minutes, and something that cannot count. */
    private void market() {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1), buy("0x2", MONDAY + 61, 2, 1));
        stack.publish(1, buy("0x3", MONDAY + 121, 2, 1));
        stack.publishBytes(1, new byte[] {'{'});
        stack.exclude(Reason.MALFORMED, 1, 1, -1);
    }

    @Test
    void onlyKlinesWhollyWithinTheWindowAreCompared() throws Exception {
        market();
        stack.remove(Sink.MYSQL, FIRST_MINUTE);
        stack.remove(Sink.MYSQL, THIRD_MINUTE);
        stack.remove(Sink.MYSQL, new KlineKey(PAIR, "1h", MONDAY));

        Verdict verdict = verify(SECOND_MINUTE_ONLY);

        assertThat(verdict.lines())
                .containsExactly(
                        "scope: klines from 2026-01-05T00:01:00Z to 2026-01-05T00:02:00Z",
                        "ledger: 1 entries read = 1 trades counted + 0 excluded",
                        "MySQL  compared 1, lost 0, mismatched 0, surplus 0, refused 0",
                        "Redis  compared 1, lost 0, mismatched 0, surplus 0, refused 0",
                        "relay  compared 0, lost 0, mismatched 0, surplus 0",
                        "VERDICT compared=2 lost=0 duplicated=0 mismatched=0 ledger=balanced");
        assertThat(verdict.isGood()).isTrue();
    }

    @Test
    void aKlineThatIsLostWithinTheWindowIsFound() throws Exception {
        market();
        stack.remove(Sink.MYSQL, SECOND_MINUTE);

        assertIsBad(
                SECOND_MINUTE_ONLY,
                "VERDICT compared=2 lost=1 duplicated=0 mismatched=0 ledger=off by 1");
    }

    @Test
    void aKlineThatIsWrongWithinTheWindowIsFound() throws Exception {
        market();
        stack.change(Sink.REDIS, SECOND_MINUTE, Column.HIGH, high -> (Double) high + 1);

        assertIsBad(
                SECOND_MINUTE_ONLY,
                "VERDICT compared=2 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aWindowThatIsNotAlignedHoldsWholeKlinesOnly() throws Exception {
        market();
        stack.remove(Sink.MYSQL, FIRST_MINUTE);

        assertThat(verify(window(MONDAY + 1, MONDAY + 120)).lost()).isZero();
        assertThat(verify(window(MONDAY, MONDAY + 120)).lost()).isEqualTo(1);
    }

    @Test
    void aDuplicateIsRecognizedAcrossTheEdgeOfTheWindow() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 59, 2, 1));
        stack.publish(0, buy("0x1", MONDAY + 61, 2, 1));
        stack.exclude(Reason.DUPLICATE, 0, 1, 0, PAIR, MONDAY + 61);

        Verdict verdict = verify(SECOND_MINUTE_ONLY);

        assertThat(verdict.isGood()).as(verdict.lines().toString()).isTrue();
        assertThat(verdict.lines())
                .contains("ledger: 1 entries read = 0 trades counted + 1 excluded");
    }

    @Test
    void aTradeThatWasCountedTwiceWithinTheWindowIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 61, 2, 1));
        stack.publish(1, buy("0x1", MONDAY + 61, 2, 1));

        assertIsBad(
                SECOND_MINUTE_ONLY,
                "VERDICT compared=3 lost=0 duplicated=1 mismatched=0 ledger=balanced");
    }

    @Test
    void anExclusionWithinTheWindowThatNamesNoEntryIsFound() throws Exception {
        market();
        stack.exclude(Reason.LATE, 0, 0, 7, PAIR, MONDAY + 1);
        assertThat(verify(SECOND_MINUTE_ONLY).isGood()).isTrue();

        stack.exclude(Reason.LATE, 0, 0, 8, PAIR, MONDAY + 61);
        assertIsBad(
                SECOND_MINUTE_ONLY,
                "VERDICT compared=2 lost=0 duplicated=0 mismatched=0 ledger=off by -1");
    }

    @Test
    void aTradeThatNothingCanHaveMadeLateIsFoundWithinTheWindow() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 61, 2, 1), buy("0x2", MONDAY + 62, 2, 1));
        stack.exclude(Reason.LATE, 0, 0, 0, PAIR, MONDAY + 61);
        assertIsBad(
                SECOND_MINUTE_ONLY,
                "VERDICT compared=3 lost=0 duplicated=0 mismatched=1 ledger=balanced");

        stack.publish(1, buy("0x3", MONDAY + 600, 2, 1));
        assertThat(verify(SECOND_MINUTE_ONLY).isGood()).isTrue();
    }

    @Test
    void onlyNamedPairsAreCompared() throws Exception {
        market();
        stack.publish(0, other("0x9", MONDAY + 61));
        stack.remove(Sink.MYSQL, SECOND_MINUTE);

        assertThat(verify(pairs(OTHER)))
                .hasToString("VERDICT compared=6 lost=0 duplicated=0 mismatched=0 ledger=balanced");
        assertThat(verify(pairs(OTHER)).lines()).contains("scope: all klines of 1 named pairs");
        assertIsBad(
                pairs(PAIR),
                "VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=off by 1");
    }

    @Test
    void aNamedPairThatNoTradeMakesIsFound() throws Exception {
        market();
        stack.add(Sink.REDIS, new KlineKey(OTHER, "1m", MONDAY), FIRST_MINUTE);

        assertThat(verify(pairs(OTHER)).mismatched()).isEqualTo(1);
        assertThat(verify(pairs(PAIR)).isGood()).isTrue();
    }

    @Test
    void theSameSeedDrawsTheSamePairsFromTopicsAndSinks() throws Exception {
        Set<String> drawn = new TreeSet<>();
        for (int i = 0; i < 20; i++) {
            stack.publish(i % 2, other("0x" + i, MONDAY + i).replace("0xCD", "0xC" + i));
            stack.publish(i % 2, other("0x9" + i, MONDAY + i).replace("0xCD", "0xC" + i));
        }
        for (int i = 0; i < 20; i++) {
            TestingStack one = stack;
            KlineKey key = new KlineKey("1:0xc" + i, "1m", MONDAY);
            one.remove(Sink.MYSQL, key);
            long lost = verify(sample(5, 7)).lost();
            assertThat(verify(sample(5, 7)).lost()).isEqualTo(lost);
            if (lost == 1) {
                drawn.add(key.pair());
            }
            one.writeAll();
        }

        assertThat(drawn).hasSize(5);
        assertThat(verify(sample(5, 7)).lines())
                .contains("scope: all klines of a sample of 5 pairs, seed 7")
                .contains("ledger: 10 entries read = 10 trades counted + 0 excluded");
        assertThat(verify(sample(5, 7)).isGood()).isTrue();
    }

    @Test
    void aSampleOfMoreThanThereAreIsAll() throws Exception {
        market();
        stack.publish(0, other("0x9", MONDAY + 61));

        assertThat(verify(sample(100, 1)).compared()).isEqualTo(verify(Scope.ALL).compared());
    }

    @Test
    void aKlineOlderThanWhatTheTopicHoldsIsIncomparableAndNotLost() throws Exception {
        stack.publish(0, buy("0x2", MONDAY + 121, 2, 1));
        stack.add(Sink.MYSQL, FIRST_MINUTE, THIRD_MINUTE);
        assertThat(verify(Scope.ALL).isGood()).isFalse();

        // a trade of the second minute may have been written one minute ahead of its time
        stack.lose(Records.TOPIC, (MONDAY + 1) * 1000);
        Verdict verdict = verify(Scope.ALL);

        assertThat(verdict.isGood()).isTrue();
        // the hour is incomparable, too: in MySQL, Redis and the relay
        assertThat(verdict.incomparable()).isEqualTo(4);
        assertThat(verdict.lines())
                .contains(
                        "incomparable: 4 klines, 0 entries and 0 smart-money results, since the"
                                + " topics no longer hold all of their records");
        stack.remove(Sink.MYSQL, THIRD_MINUTE);
        assertIsBad(
                Scope.ALL, "VERDICT compared=3 lost=1 duplicated=0 mismatched=0 ledger=off by 1");
    }

    @Test
    void aDuplicateOfATradeThatIsGoneIsNotMisjudged() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1));
        stack.exclude(Reason.DUPLICATE, 0, 0, 0);
        assertThat(verify(Scope.ALL).mismatched()).isEqualTo(1);

        stack.lose(Records.TOPIC, MONDAY * 1000);
        assertThat(verify(Scope.ALL).isGood()).isTrue();
    }

    @Test
    void anEntryWhoseExclusionIsGoneIsIncomparable() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1));
        stack.publishBytes(1, new byte[] {'{'});
        assertIsBad(
                Scope.ALL, "VERDICT compared=6 lost=0 duplicated=0 mismatched=0 ledger=off by 1");

        stack.lose("trades-excluded", System.currentTimeMillis() + 60_000);
        Verdict verdict = verify(Scope.ALL);

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.incomparable()).isEqualTo(6 + 2);
    }

    @Test
    void nothingOutsideTheWindowAndTheSampleIsKept() {
        Journal journal =
                new Journal(
                        stack.partitions(),
                        new Scope(MONDAY + 600, MONDAY + 660, Set.of(), OptionalInt.of(1), 1),
                        60,
                        () -> MONDAY + 86_400,
                        TestingStack.anyOrder());
        RecordReader reader = new RecordReader(Records.CHAINS);
        for (int i = 0; i < 1000; i++) {
            String trade = other("0x" + i, MONDAY + i).replace("0xCD", "0x" + i % 50);
            journal.add(reader.entries(Records.TOPIC, 0, i, 0, Records.record(trade)));
        }

        assertThat(journal.pairs()).hasSize(1);
        // every 50th of the window of 60 seconds and the margins of 60
        assertThat(journal.entries(0)).hasSizeBetween(3, 4);
        assertThat(journal.latestBlockTimes()).isEqualTo(Map.of("1", MONDAY + 999));
    }

    @Test
    void aSetThatHasExpiredInRedisIsNotLost() throws Exception {
        market();
        stack.remove(Sink.REDIS, new KlineKey(PAIR, "1h", MONDAY));
        assertThat(verify(Scope.ALL).lost()).isEqualTo(1);

        stack.written(System.currentTimeMillis() - Duration.ofHours(30).toMillis());
        assertThat(verify(Scope.ALL).lost()).isZero();
    }

    @Test
    void aSetThatExpiredBetweenTwoTradesLacksWhatWasBefore() throws Exception {
        market();
        stack.remove(Sink.REDIS, FIRST_MINUTE);
        assertThat(verify(Scope.ALL).lost()).as("all written at the same time").isEqualTo(1);

        // the record of the third minute comes after the one of the first two
        long apartMs = Duration.ofHours(6).toMillis();
        stack.written(System.currentTimeMillis() - apartMs);
        stack.writtenApart(apartMs);
        assertThat(verify(Scope.ALL).lost()).isZero();

        stack.remove(Sink.REDIS, THIRD_MINUTE);
        stack.remove(Sink.REDIS, new KlineKey(PAIR, "1h", MONDAY));
        assertThat(verify(Scope.ALL).lost()).as("these sets have not expired").isEqualTo(2);
    }

    private void assertIsBad(Scope scope, String expected) throws Exception {
        Verdict verdict = verify(scope);
        assertThat(verdict).as(verdict.lines().toString()).hasToString(expected);
        assertThat(verdict.isGood()).isFalse();
    }

    private Verdict verify(Scope scope) throws Exception {
        stack.readAgain();
        return new Verification(
                        stack,
                        stack,
                        TestingStack.SHAPE,
                        scope,
                        Clock.systemUTC(),
                        new Verification.Timing(Duration.ZERO, Duration.ofMinutes(1)),
                        VerifyProgress.silent())
                .verdict();
    }

    private static String other(String tx, long blockTime) {
        return buy(tx, blockTime, 2, 1).replace("0xAB", "0xCD");
    }

    private static Scope window(long from, long to) {
        return new Scope(from, to, Set.of(), OptionalInt.empty(), 0);
    }

    private static Scope pairs(String... pairs) {
        return new Scope(0, Long.MAX_VALUE, Set.of(pairs), OptionalInt.empty(), 0);
    }

    private static Scope sample(int pairs, long seed) {
        return new Scope(0, Long.MAX_VALUE, Set.of(), OptionalInt.of(pairs), seed);
    }
}

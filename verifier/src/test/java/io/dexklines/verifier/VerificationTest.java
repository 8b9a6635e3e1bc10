package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.PAIR;
import static io.dexklines.verifier.Records.buy;
import static io.dexklines.verifier.Records.sell;
import static io.dexklines.verifier.Records.trade;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VerificationTest {

    private static final KlineKey FIRST_MINUTE = new KlineKey(PAIR, "1m", MONDAY);
    private static final KlineKey SECOND_MINUTE = new KlineKey(PAIR, "1m", MONDAY + 60);
    private static final KlineKey HOUR = new KlineKey(PAIR, "1h", MONDAY);

    private final TestingStack stack = new TestingStack();

    /** A minute of three trades, the next of one; something of everything that is excluded. */
    private TestingStack market() {
        stack.publish(
                0,
                buy("0x1", MONDAY + 1, 2, 1.5),
                trade("0x2", "add_position", MONDAY + 1, 2, 1),
                sell("0x3", MONDAY + 2, 3, 0.1));
        stack.publish(1, buy("0x4", MONDAY + 3, 2.5, 0.2));
        stack.publish(1, buy("0x5", MONDAY + 61, 2.6, 0.3));
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5));
        stack.publish(0, buy("0x6", MONDAY + 600, 2, 1));
        stack.publish(1, buy("0x7", MONDAY + 62, 9, 1));
        stack.publishBytes(1, new byte[] {'{'});
        stack.exclude(Reason.UNSUPPORTED_TYPE, 0, 0, 1);
        stack.exclude(Reason.DUPLICATE, 0, 1, 0);
        stack.excludeLate(1, 2, 0, "the clock of chain 1 was at " + (MONDAY + 595) * 1000 + " ms");
        stack.exclude(Reason.MALFORMED, 1, 3, -1);
        return stack;
    }

    @Test
    void aJobThatDidEverythingRightIsFoundRight() throws Exception {
        Verdict verdict = verify(market());

        assertThat(verdict.lines())
                .containsExactly(
                        "ledger: 9 entries read = 5 trades counted + 4 excluded",
                        "  malformed        1",
                        "  unsupported_type 1",
                        "  late             1",
                        "  duplicate        1",
                        "late   chain 1, behind the clock 1, before the first kline 0,"
                                + " unexplained 0, out of order 0, probably out of order 0,"
                                + " in order 1, least 533000 ms, median 533000 ms, most 533000 ms",
                        "  evm-trades-v4-1  1",
                        "MySQL  compared 4, lost 0, mismatched 0, surplus 0, refused 0",
                        "Redis  compared 4, lost 0, mismatched 0, surplus 0, refused 0",
                        "relay  compared 2, lost 0, mismatched 0, surplus 0",
                        "VERDICT compared=10 lost=0 duplicated=0 mismatched=0 ledger=balanced");
        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.entries()).isEqualTo(9);
    }

    @Test
    void eachOfTwoRelaysIsCompared() throws Exception {
        market().addRelay(row -> true);

        assertThat(verify(stack))
                .hasToString(
                        "VERDICT compared=12 lost=0 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aRelayThatHoldsNothingIsFoundBesideOneThatHoldsEverything() throws Exception {
        market().addRelay(row -> false);

        assertIsBad("VERDICT compared=12 lost=2 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void anEmptyStackIsFine() throws Exception {
        assertThat(verify(stack))
                .hasToString("VERDICT compared=0 lost=0 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aRowThatMySqlLostIsFoundAndItsTradesAreMissingInTheLedger() throws Exception {
        market().remove(Sink.MYSQL, FIRST_MINUTE);

        assertIsBad("VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=off by 3");
    }

    @Test
    void rowsOnAServerWhereNoReaderLooksAreWrong() throws Exception {
        market().misplace(new MySqlOutputs.Misplaced("MySQL: kline x has 3 rows on a", 3));

        Verdict verdict = verify(stack);

        assertThat(verdict.isGood()).isFalse();
        assertThat(verdict.lines())
                .contains(
                        "MySQL  misplaced 3",
                        "  MySQL: kline x has 3 rows on a",
                        "VERDICT compared=10 lost=0 duplicated=0 mismatched=3 ledger=balanced");
    }

    @Test
    void aRowThatMySqlRefusedIsNotLost() throws Exception {
        market().remove(Sink.MYSQL, FIRST_MINUTE);
        stack.refuse(FIRST_MINUTE, 3);

        Verdict verdict = verify(stack);

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.lines())
                .contains(
                        "MySQL  compared 4, lost 0, mismatched 0, surplus 0, refused 1",
                        "VERDICT compared=10 lost=0 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void anOldVersionThatMySqlKeptWhenItRefusedTheNewestIsNoMismatch() throws Exception {
        market().change(Sink.MYSQL, FIRST_MINUTE, Column.TRADES, value -> 2L);
        stack.refuse(FIRST_MINUTE, 3);

        Verdict verdict = verify(stack);

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.refused()).isEqualTo(1);
    }

    @Test
    void aRefusalOfAnOlderVersionExcusesNothing() throws Exception {
        market().remove(Sink.MYSQL, FIRST_MINUTE);
        stack.refuse(FIRST_MINUTE, 2);

        assertIsBad("VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=off by 3");
    }

    @Test
    void aRefusalByMySqlExcusesNoOtherSink() throws Exception {
        market().remove(Sink.REDIS, FIRST_MINUTE);
        stack.refuse(FIRST_MINUTE, 3);

        assertIsBad("VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aKlineThatRedisRefusedIsNotLost() throws Exception {
        market().remove(Sink.REDIS, FIRST_MINUTE);
        stack.refuse(Sink.REDIS, FIRST_MINUTE, 3);

        Verdict verdict = verify(stack);

        assertThat(verdict.isGood()).isTrue();
        assertThat(verdict.refused()).isEqualTo(1);
    }

    @Test
    void aRowThatRedisLostIsFound() throws Exception {
        market().remove(Sink.REDIS, HOUR);

        assertIsBad("VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aStreamThatTheRelayLostIsFound() throws Exception {
        market().remove(Sink.RELAY, HOUR);

        assertIsBad("VERDICT compared=10 lost=1 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aRelayThatIsAKlineBehindIsFound() throws Exception {
        market().remove(Sink.RELAY, new KlineKey(PAIR, "1m", MONDAY + 600));

        assertIsBad("VERDICT compared=11 lost=1 duplicated=0 mismatched=0 ledger=balanced");
    }

    @Test
    void aDoubleThatIsOffByTheLastBitIsFoundInEverySink() throws Exception {
        for (Sink sink : Sink.values()) {
            TestingStack one = new TestingStack();
            one.publish(0, buy("0x1", MONDAY + 1, 2, 1.5));
            one.change(sink, HOUR, Column.VOLUME_USD, value -> Math.nextUp((Double) value));

            Verdict verdict = verify(one);

            assertThat(verdict.mismatched()).as(sink.toString()).isEqualTo(1);
            assertThat(verdict.isGood()).isFalse();
            assertThat(verdict.lines())
                    .contains(
                            "  "
                                    + sink
                                    + ": 1:0xab 1h 1767571200 volume_usd is 3.0000000000000004,"
                                    + " not 3.0");
        }
    }

    @Test
    void aTradeThatTheJobCountedTwiceIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5));
        // the job did not notice: both are in the sinks, and none is excluded
        stack.publish(1, buy("0x1", MONDAY + 1, 2, 1.5));

        assertIsBad("VERDICT compared=6 lost=0 duplicated=1 mismatched=0 ledger=balanced");
    }

    @Test
    void aTradeThatASinkCountedTwiceIsFound() throws Exception {
        market().change(Sink.MYSQL, FIRST_MINUTE, Column.TRADES, value -> (Long) value + 1);

        assertIsBad("VERDICT compared=10 lost=0 duplicated=0 mismatched=1 ledger=off by -1");
    }

    @Test
    void anExclusionThatIsMissingIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5));
        stack.publishUnseen(0, trade("0x2", "add_position", MONDAY + 1, 2, 1));

        assertIsBad("VERDICT compared=6 lost=0 duplicated=0 mismatched=0 ledger=off by 1");
    }

    @Test
    void aDuplicateThatIsNeitherCountedNorExcludedIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5));
        stack.publishUnseen(0, buy("0x1", MONDAY + 1, 2, 1.5));

        assertIsBad("VERDICT compared=6 lost=0 duplicated=1 mismatched=6 ledger=off by 1");
    }

    @Test
    void aTradeThatIsCountedAndExcludedIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5), buy("0x2", MONDAY + 601, 2, 1.5));
        stack.exclude(Reason.LATE, 0, 0, 0);
        stack.writeAll();
        stack.add(Sink.MYSQL, FIRST_MINUTE, new KlineKey(PAIR, "1m", MONDAY + 600));

        assertIsBad("VERDICT compared=7 lost=0 duplicated=0 mismatched=1 ledger=off by -1");
    }

    @Test
    void anExclusionThatComesTwiceOrNamesNothingIsFound() throws Exception {
        market().exclude(Reason.LATE, 1, 2, 0);

        assertIsBad("VERDICT compared=10 lost=0 duplicated=0 mismatched=0 ledger=off by -1");

        TestingStack other = new TestingStack();
        other.exclude(Reason.LATE, 1, -2, 0);
        assertThat(verify(other).isGood()).isFalse();
    }

    @Test
    void anExclusionForAReasonThatDoesNotApplyIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5), buy("0x2", MONDAY + 1, 2, 1.5));
        stack.exclude(Reason.INVALID, 0, 0, 1);

        assertIsBad("VERDICT compared=6 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aTradeThatNothingCanHaveMadeLateIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5), buy("0x2", MONDAY + 119, 2, 1.5));
        stack.exclude(Reason.LATE, 0, 0, 0);

        assertIsBad("VERDICT compared=6 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aDuplicateOfNothingIsFound() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1.5), buy("0x2", MONDAY + 119, 2, 1.5));
        stack.exclude(Reason.DUPLICATE, 0, 0, 0);

        assertIsBad("VERDICT compared=6 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aTradeOfTheFutureMayNotBeCounted() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 86_400 + 61, 2, 1.5));

        assertThat(verify(stack, MONDAY + 86_400).isGood()).isFalse();
        assertThat(verify(replayed(), MONDAY + 86_400 + 1).isGood()).isTrue();
    }

    private static TestingStack replayed() {
        TestingStack other = new TestingStack();
        other.publish(0, buy("0x1", MONDAY + 86_400 + 61, 2, 1.5));
        return other;
    }

    @Test
    void aKlineThatNoTradeMakesIsFound() throws Exception {
        market().add(Sink.REDIS, new KlineKey(PAIR, "1m", MONDAY + 120), SECOND_MINUTE);

        assertIsBad("VERDICT compared=11 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aPairThatNobodyTradedIsFound() throws Exception {
        market().add(Sink.MYSQL, new KlineKey("1:0xff", "1m", MONDAY), FIRST_MINUTE);

        assertIsBad("VERDICT compared=11 lost=0 duplicated=0 mismatched=1 ledger=off by -3");
    }

    @Test
    void aKlineThatIsClosedInOnePlaceAloneIsFound() throws Exception {
        TestingStack quiet = new TestingStack();
        quiet.publish(0, buy("0x1", MONDAY + 1, 2, 1), buy("0x2", MONDAY + 4000, 2, 1));
        quiet.close(Sink.MYSQL, FIRST_MINUTE);
        assertThat(verify(quiet).isGood()).isTrue();

        TestingStack other = new TestingStack();
        other.publish(0, buy("0x1", MONDAY + 1, 2, 1), buy("0x2", MONDAY + 4000, 2, 1));
        other.close(Sink.MYSQL, new KlineKey(PAIR, "1m", MONDAY + 3960));
        // it is the newest, and open in the relay
        assertThat(verify(other))
                .hasToString(
                        "VERDICT compared=10 lost=0 duplicated=0 mismatched=1 ledger=balanced");
    }

    @Test
    void aKlineThatClosesAfterTheRelayWasReadIsRight() throws Exception {
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1));
        stack.beforeMySqlIsRead(
                () -> {
                    for (Sink sink : Sink.values()) {
                        stack.close(sink, FIRST_MINUTE);
                    }
                });

        assertThat(verify(stack).isGood()).isTrue();
        assertThat(stack.mysql(PAIR)).anyMatch(row -> row.closed().orElseThrow());
    }

    @Test
    void aKlineThatIsClosedBeforeItsTimeIsFound() throws Exception {
        KlineKey newest = new KlineKey(PAIR, "1m", MONDAY + 3960);
        stack.publish(0, buy("0x1", MONDAY + 1, 2, 1), buy("0x2", MONDAY + 4000, 2, 1));
        for (Sink sink : Sink.values()) {
            stack.close(sink, newest);
        }

        // without a newer trade, the wall clock closes it 30 s after its close time, MONDAY + 4020
        assertThat(verify(stack, MONDAY + 4049))
                .hasToString(
                        "VERDICT compared=10 lost=0 duplicated=0 mismatched=3 ledger=balanced");
        stack.readAgain();
        assertThat(verify(stack, MONDAY + 4050).isGood()).isTrue();
    }

    @Test
    void sinksThatAreAheadOfTheFirstCutAreRight() throws Exception {
        market();
        stack.publishUnseen(0, buy("0x10", MONDAY + 601, 2, 1));
        stack.publishUnseen(1, buy("0x11", MONDAY + 602, 3, 1), buy("0x12", MONDAY + 602, 1, 7));
        stack.publishUnseen(1, buy("0x13", MONDAY + 602, 3, 1));
        // as if these were read after the verification began
        stack.writeAll(new Cut(4, 5));
        stack.hide(3);

        assertThat(verify(stack).isGood()).isTrue();
    }

    @Test
    void sinksThatHoldHalfOfARecordAreWrong() throws Exception {
        market();
        stack.publish(1, buy("0x11", MONDAY + 602, 3, 1), buy("0x12", MONDAY + 602, 1, 7));
        stack.change(Sink.MYSQL, HOUR, Column.TRADES, value -> (Long) value - 1);
        stack.hide(1);

        assertThat(verify(stack).mismatched()).isEqualTo(1);
    }

    @Test
    void whatIsWrongForAMomentOnlyIsNotHeldAgainstASink() throws Exception {
        market().remove(Sink.MYSQL, HOUR);
        stack.afterSinksWereRead(stack::writeAll);

        assertThat(verify(stack, Duration.ofSeconds(30)).isGood()).isTrue();
    }

    @Test
    void aRelayThatIsAlwaysBehindABusyMarketIsRightOnceItHasPassedTheCut() throws Exception {
        market();
        AtomicInteger offset = new AtomicInteger(3);
        stack.wheneverRelaysAreRead(
                () -> {
                    int next = offset.getAndIncrement();
                    stack.publish(0, buy("0x1" + next, MONDAY + 600 + 20 * next, 2 + next, 1));
                    stack.writeRelay(new Cut(next - 4, 4));
                });

        assertThat(verify(stack, Duration.ofSeconds(30)).isGood()).isTrue();
    }

    @Test
    void onlyKlinesThatAreWholeForTheJobAreCompared() throws Exception {
        market().remove(Sink.MYSQL, FIRST_MINUTE);
        stack.change(Sink.REDIS, HOUR, Column.TRADES, trades -> (long) trades - 1);

        Verdict verdict = verify(stack, Map.of("1m", MONDAY, "1h", MONDAY + 3600));
        assertThat(verdict)
                .hasToString("VERDICT compared=7 lost=1 duplicated=0 mismatched=0 ledger=off by 3");

        stack.writeAll();
        verdict = verify(stack, Map.of("1m", MONDAY, "1h", MONDAY + 3600));
        assertThat(verdict)
                .hasToString("VERDICT compared=7 lost=0 duplicated=0 mismatched=0 ledger=balanced");
        assertThat(verdict.isGood()).isTrue();
    }

    @Test
    void aTradeBeforeAllKlinesOfTheJobIsLateAndMustBeExcluded() throws Exception {
        Map<String, Long> fromTheSecondMinute = Map.of("1m", MONDAY + 60, "1h", MONDAY + 3600);
        stack.publish(0, buy("0x1", MONDAY + 59, 2, 1.5), buy("0x2", MONDAY + 60, 2, 1.5));

        assertThat(verify(stack, fromTheSecondMinute))
                .hasToString("VERDICT compared=3 lost=0 duplicated=0 mismatched=0 ledger=off by 1");
        stack.exclude(Reason.LATE, 0, 0, 0);
        assertThat(verify(stack, fromTheSecondMinute))
                .hasToString("VERDICT compared=3 lost=0 duplicated=0 mismatched=0 ledger=balanced");
    }

    private static Verdict verify(TestingStack stack, Map<String, Long> wholeFrom)
            throws Exception {
        stack.readAgain();
        return new Verification(
                        stack,
                        stack,
                        TestingStack.SHAPE.wholeFrom(wholeFrom),
                        Scope.ALL,
                        Clock.systemUTC(),
                        timing(Duration.ZERO),
                        VerifyProgress.silent())
                .verdict();
    }

    private void assertIsBad(String verdict) throws Exception {
        Verdict found = verify(stack);
        assertThat(found).hasToString(verdict);
        assertThat(found.isGood()).isFalse();
    }

    private static Verdict verify(TestingStack stack) throws Exception {
        return verify(stack, Duration.ZERO);
    }

    private static Verdict verify(TestingStack stack, Duration settle) throws Exception {
        return verify(stack, Clock.systemUTC(), settle);
    }

    private static Verdict verify(TestingStack stack, long nowSeconds) throws Exception {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(nowSeconds), ZoneOffset.UTC);
        return verify(stack, clock, Duration.ZERO);
    }

    private static Verdict verify(TestingStack stack, Clock clock, Duration settle)
            throws Exception {
        return new Verification(
                        stack,
                        stack,
                        TestingStack.SHAPE,
                        Scope.ALL,
                        clock,
                        timing(settle),
                        VerifyProgress.silent())
                .verdict();
    }

    private static Verification.Timing timing(Duration settle) {
        return new Verification.Timing(settle, Duration.ofMinutes(1));
    }
}

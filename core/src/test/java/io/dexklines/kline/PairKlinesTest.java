package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.PairKlines.AddResult;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Swap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PairKlinesTest {

    private static final long NOON = 1_772_193_600L;
    private static final long NOON_MS = NOON * 1000;
    private static final long MINUTE_MS = 60_000;
    private static final long LATENESS_MS = 30_000;
    private static final long NO_WATERMARK = Long.MIN_VALUE;

    private static final Pair PAIR = new Pair("56", "0xpool");

    private static final KlineRules RULES =
            KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.FIVE_MINUTES), LATENESS_MS);

    private final PairKlines pair = new PairKlines();

    @Test
    void countsATradeInEveryInterval() {
        assertThat(add(SwapBuilder.at(NOON + 61), NO_WATERMARK)).isEqualTo(AddResult.COUNTED);

        assertThat(changed(NO_WATERMARK)).containsExactly("1m@60 n=1 open", "5m@0 n=1 open");
    }

    @Test
    void theWeekThatHoldsTheEpochIsEmittedThoughItOpensBeforeIt() {
        KlineRules weekly =
                KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.ONE_WEEK), LATENESS_MS);
        PairKlines klines = new PairKlines();

        klines.add(PAIR, SwapBuilder.at(60).swap(), weekly, NO_WATERMARK);

        assertThat(klines.takeChanged(weekly, NO_WATERMARK))
                .extracting(kline -> kline.interval().code() + "@" + kline.openTimeMs() / 1000)
                .containsExactly("1m@60", "1w@-259200");
    }

    @Test
    void returnsAChangeOnce() {
        add(SwapBuilder.at(NOON), NO_WATERMARK);

        assertThat(changed(NO_WATERMARK)).hasSize(2);
        assertThat(changed(NO_WATERMARK)).isEmpty();
    }

    @Test
    void returnsKlinesByIntervalThenByTimeInAnyOrderOfArrival() {
        for (int minute : new int[] {3, 0, 7, 1, 5}) {
            add(SwapBuilder.at(NOON + 60 * minute), NO_WATERMARK);
        }

        assertThat(changed(NO_WATERMARK))
                .containsExactly(
                        "1m@0 n=1 open",
                        "1m@60 n=1 open",
                        "1m@180 n=1 open",
                        "1m@300 n=1 open",
                        "1m@420 n=1 open",
                        "5m@0 n=3 open",
                        "5m@300 n=2 open");
    }

    @Test
    void aKlineClosesAtTheWatermarkOfItsLastMillisecond() {
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        changed(NO_WATERMARK);

        assertThat(changed(NOON_MS + MINUTE_MS - 2)).isEmpty();
        assertThat(changed(NOON_MS + MINUTE_MS - 1)).containsExactly("1m@0 n=1 closed");
        assertThat(changed(NOON_MS + MINUTE_MS)).isEmpty();
    }

    @Test
    void aTradeIsLateOnceItsKlineHasEnded() {
        long ends = NOON_MS + MINUTE_MS - 1 + LATENESS_MS;

        assertThat(add(SwapBuilder.at(NOON + 59).identity(1), ends - 1))
                .isEqualTo(AddResult.COUNTED);
        assertThat(add(SwapBuilder.at(NOON + 59).identity(2), ends)).isEqualTo(AddResult.LATE);
        assertThat(add(SwapBuilder.at(NOON + 60).identity(3), ends)).isEqualTo(AddResult.COUNTED);
    }

    @Test
    void aLateTradeIsInNoIntervalEvenIfLargerOnesAreOpen() {
        long ends = NOON_MS + MINUTE_MS - 1 + LATENESS_MS;

        assertThat(add(SwapBuilder.at(NOON), ends)).isEqualTo(AddResult.LATE);

        assertThat(changed(ends)).isEmpty();
        assertThat(pair.isEmpty()).isTrue();
        assertThat(pair.nextEventMs(RULES, NO_WATERMARK)).isEqualTo(PairKlines.NO_TIMER);
    }

    @Test
    void aTradeForAClosedKlineCorrectsItAndItStaysClosed() {
        long closes = NOON_MS + MINUTE_MS - 1;
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        changed(closes);

        assertThat(add(SwapBuilder.at(NOON + 1), closes)).isEqualTo(AddResult.COUNTED);

        assertThat(changed(closes)).containsExactly("1m@0 n=2 closed", "5m@0 n=2 open");
    }

    @Test
    void aKlineWhoseFirstTradeArrivesAfterItsCloseIsClosedAtOnce() {
        long closes = NOON_MS + MINUTE_MS - 1;

        add(SwapBuilder.at(NOON), closes);

        assertThat(changed(closes)).containsExactly("1m@0 n=1 closed", "5m@0 n=1 open");
    }

    @Test
    void withoutLatenessAKlineEndsWhenItCloses() {
        KlineRules strict = KlineRules.of(List.of(Interval.ONE_MINUTE), 0);
        long closes = NOON_MS + MINUTE_MS - 1;
        pair.add(PAIR, SwapBuilder.at(NOON).swap(), strict, closes - 1);
        assertThat(pair.nextEventMs(strict, NO_WATERMARK)).isEqualTo(closes);

        assertThat(pair.takeChanged(strict, closes)).hasSize(1).allMatch(Kline::closed);
        pair.dropEnded(strict, closes);

        assertThat(pair.isEmpty()).isTrue();
        assertThat(pair.add(PAIR, SwapBuilder.at(NOON).swap(), strict, closes))
                .isEqualTo(AddResult.LATE);
    }

    @Test
    void aDuplicateIsRecognizedUntilItsTradeWouldBeLate() {
        long ends = NOON_MS + MINUTE_MS - 1 + LATENESS_MS;
        SwapBuilder builder = SwapBuilder.at(NOON + 5);
        add(builder, NO_WATERMARK);

        for (long watermark : new long[] {NO_WATERMARK, NOON_MS, NOON_MS + MINUTE_MS, ends - 1}) {
            changed(watermark);
            pair.dropEnded(RULES, watermark);

            assertThat(add(builder, watermark)).isEqualTo(AddResult.DUPLICATE);
        }
        changed(ends);
        pair.dropEnded(RULES, ends);
        assertThat(add(builder, ends)).isEqualTo(AddResult.LATE);
        assertThat(changed(ends)).isEmpty();
    }

    @Test
    void aDuplicateIsRecognizedDespiteAnotherBlockTime() {
        add(SwapBuilder.at(NOON + 5).identity(77), NO_WATERMARK);

        assertThat(add(SwapBuilder.at(NOON + 200).identity(77), NO_WATERMARK))
                .isEqualTo(AddResult.DUPLICATE);
        assertThat(changed(NO_WATERMARK)).containsExactly("1m@0 n=1 open", "5m@0 n=1 open");
    }

    @Test
    void aDuplicateDoesNotEvictAnotherTradeOfItsKline() {
        add(SwapBuilder.at(NOON).identity(1), NO_WATERMARK);
        add(SwapBuilder.at(NOON).identity(2), NO_WATERMARK);
        add(SwapBuilder.at(NOON).identity(1), NO_WATERMARK);

        assertThat(add(SwapBuilder.at(NOON).identity(2), NO_WATERMARK))
                .isEqualTo(AddResult.DUPLICATE);
        assertThat(changed(NO_WATERMARK)).containsExactly("1m@0 n=2 open", "5m@0 n=2 open");
    }

    @Test
    void nothingIsLeftWhenAllKlinesHaveEnded() {
        for (int minute = 0; minute < 12; minute++) {
            add(SwapBuilder.at(NOON + 60 * minute), NO_WATERMARK);
        }
        int events = 0;
        long watermark = NO_WATERMARK;

        while (!pair.isEmpty()) {
            watermark = pair.nextEventMs(RULES, watermark);
            changed(watermark);
            pair.dropEnded(RULES, watermark);
            events++;
        }

        // the 12 small klines close at 12 times and end at 12 others; the last large one adds one
        // of each
        assertThat(events).isEqualTo(24 + 2);
        assertThat(pair.nextEventMs(RULES, NO_WATERMARK)).isEqualTo(PairKlines.NO_TIMER);
    }

    @Test
    void theNextEventsAreThoseBeyondATimeWhateverIsClosed() {
        long closes = NOON_MS + MINUTE_MS - 1;
        long closesLarge = NOON_MS + 5 * MINUTE_MS - 1;
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        changed(closes);

        assertThat(pair.nextEventMs(RULES, closes - 1)).isEqualTo(closes);
        assertThat(pair.nextEventMs(RULES, closes)).isEqualTo(closes + LATENESS_MS);
        assertThat(pair.nextEventMs(RULES, closes + LATENESS_MS)).isEqualTo(closesLarge);
        assertThat(pair.nextEventMs(RULES, closesLarge)).isEqualTo(closesLarge + LATENESS_MS);
        assertThat(pair.nextEventMs(RULES, closesLarge + LATENESS_MS))
                .isEqualTo(PairKlines.NO_TIMER);
    }

    @Test
    void whatIsClosedPastItsEndCanBeTakenAndPutBack() {
        long minuteClosesMs = NOON_MS + MINUTE_MS;
        long endsMs = minuteClosesMs - 1 + LATENESS_MS;
        Swap swap = SwapBuilder.at(NOON).swap();
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        changed(endsMs);

        Map<Long, PairKlines> taken = pair.takeEnded(RULES, endsMs);

        assertThat(taken).containsOnlyKeys(minuteClosesMs);
        assertThat(pair.takeEnded(RULES, endsMs)).isEmpty();
        assertThat(pair.copy().add(PAIR, swap, RULES, NO_WATERMARK)).isEqualTo(AddResult.COUNTED);

        pair.putBack(taken.get(minuteClosesMs), RULES);

        assertThat(pair.add(PAIR, swap, RULES, NO_WATERMARK)).isEqualTo(AddResult.DUPLICATE);
        pair.takeEnded(RULES, Long.MAX_VALUE);
        assertThat(pair.isEmpty()).isTrue();
    }

    @Test
    void theLabelsAreThoseOfTheLatestTradeNotOfTheLastToArrive() {
        PairLabels earlier = new PairLabels("V2", "0xa", "A", "WETH");
        PairLabels later = new PairLabels("V3", "0xa", "A2", "WETH");
        assertThat(pair.labels()).isEqualTo(PairLabels.UNKNOWN);

        pair.label(later, SwapBuilder.at(NOON + 2).position());
        pair.label(earlier, SwapBuilder.at(NOON + 1).position());

        assertThat(pair.labels()).isEqualTo(later);
    }

    @Test
    void aNewIntervalBeginsWithItsFirstWholeKline() {
        add(SwapBuilder.at(NOON + 14), NO_WATERMARK);
        KlineRules more =
                KlineRules.of(
                                List.of(
                                        Interval.ONE_MINUTE,
                                        Interval.THREE_MINUTES,
                                        Interval.FIVE_MINUTES),
                                LATENESS_MS)
                        .continuing(
                                Map.of(Interval.ONE_MINUTE, 0L, Interval.FIVE_MINUTES, 0L),
                                NOON_MS + 14_001,
                                0);

        pair.add(PAIR, SwapBuilder.at(NOON + 179).swap(), more, NO_WATERMARK);
        assertThat(texts(pair.takeChanged(more, NO_WATERMARK)))
                .containsExactly("1m@0 n=1 open", "1m@120 n=1 open", "5m@0 n=2 open");
        pair.add(PAIR, SwapBuilder.at(NOON + 180).swap(), more, NO_WATERMARK);

        assertThat(texts(pair.takeChanged(more, NO_WATERMARK)))
                .containsExactly("1m@180 n=1 open", "3m@180 n=1 open", "5m@0 n=3 open");
    }

    @Test
    void anIntervalThatReturnsHasNoPartialKline() {
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        KlineRules again = RULES.continuing(Map.of(Interval.ONE_MINUTE, 0L), NOON_MS + 30_001, 0);

        assertThat(texts(pair.takeChanged(again, NO_WATERMARK))).containsExactly("1m@0 n=1 open");
    }

    @Test
    void anIntervalThatIsNoLongerConfiguredIsForgotten() {
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        KlineRules fewer = KlineRules.of(List.of(Interval.ONE_MINUTE), LATENESS_MS);
        long ends = NOON_MS + MINUTE_MS - 1 + LATENESS_MS;

        assertThat(texts(pair.takeChanged(fewer, ends))).containsExactly("1m@0 n=1 closed");
        pair.dropEnded(fewer, ends);

        assertThat(pair.isEmpty()).isTrue();
    }

    @Test
    void aDuplicateIsRecognizedAfterTheSmallestIntervalChanged() {
        SwapBuilder builder = SwapBuilder.at(NOON + 5);
        add(builder, NO_WATERMARK);

        for (Interval smallest : List.of(Interval.FIVE_SECONDS, Interval.FIVE_MINUTES)) {
            KlineRules other = KlineRules.of(List.of(smallest), LATENESS_MS);

            assertThat(pair.add(PAIR, builder.swap(), other, NO_WATERMARK))
                    .isEqualTo(AddResult.DUPLICATE);
        }
    }

    @Test
    void aCopyIsIndependent() {
        add(SwapBuilder.at(NOON), NO_WATERMARK);
        pair.timerMs(42);
        byte[] before = written(pair);

        PairKlines copy = pair.copy();
        assertThat(written(copy)).isEqualTo(before);
        copy.add(PAIR, SwapBuilder.at(NOON + 1).swap(), RULES, NO_WATERMARK);
        copy.takeChanged(RULES, Long.MAX_VALUE);
        copy.dropEnded(RULES, Long.MAX_VALUE);
        copy.timerMs(43);

        assertThat(written(pair)).isEqualTo(before);
        assertThat(copy.isEmpty()).isTrue();
    }

    @Test
    void behavesTheSameAfterSerialization() throws IOException {
        PairKlines reread = new PairKlines();
        for (int i = 0; i < 200; i++) {
            SwapBuilder builder = SwapBuilder.at(NOON + i * 17 % 400).identity(i % 150);
            long watermark = NOON_MS + i * 1500L;

            AddResult result = add(builder, watermark);
            AddResult rereadResult = reread.add(PAIR, builder.swap(), RULES, watermark);
            assertThat(rereadResult).isEqualTo(result);
            if (i % 5 == 0) {
                assertThat(reread.takeChanged(RULES, watermark))
                        .isEqualTo(pair.takeChanged(RULES, watermark));
                pair.dropEnded(RULES, watermark);
                reread.dropEnded(RULES, watermark);
            }
            assertThat(reread.nextEventMs(RULES, NO_WATERMARK))
                    .isEqualTo(pair.nextEventMs(RULES, NO_WATERMARK));
            reread = Bytes.read(written(reread), PairKlines::read);
        }
    }

    @Test
    void aPairThatTradedInOneMinuteStoresOneAccumulatorForAllIntervals() {
        KlineRules one = KlineRules.of(List.of(Interval.ONE_MINUTE), LATENESS_MS);
        PairKlines small = new PairKlines();
        small.add(PAIR, SwapBuilder.at(NOON).swap(), one, NO_WATERMARK);
        KlineRules nine =
                KlineRules.of(
                        List.of(
                                Interval.ONE_MINUTE,
                                Interval.FIVE_MINUTES,
                                Interval.FIFTEEN_MINUTES,
                                Interval.THIRTY_MINUTES,
                                Interval.ONE_HOUR,
                                Interval.FOUR_HOURS,
                                Interval.TWELVE_HOURS,
                                Interval.ONE_DAY,
                                Interval.ONE_WEEK),
                        LATENESS_MS);
        PairKlines large = new PairKlines();
        large.add(PAIR, SwapBuilder.at(NOON).swap(), nine, NO_WATERMARK);

        // for each interval its code (2 + 2 bytes, three of them one longer), count, open time,
        // flags
        assertThat(written(large).length - written(small).length).isEqualTo(8 * 11 + 3);
    }

    @Test
    void theFieldsOfAPositionAreKeptUntilTradesOfItsTimeAreLate() throws IOException {
        KlineRules daily =
                KlineRules.of(List.of(Interval.ONE_MINUTE, Interval.ONE_DAY), LATENESS_MS);
        SwapBuilder early = SwapBuilder.at(NOON).identity(1).price(1);
        SwapBuilder tied = SwapBuilder.at(NOON).identity(-1).price(2);
        pair.add(PAIR, early.swap(), daily, NO_WATERMARK);
        pair.label(PairLabels.UNKNOWN, early.position());
        long ends = daily.endsAtMs(NOON_MS + MINUTE_MS);

        pair.takeChanged(daily, ends - 1);
        pair.dropEnded(daily, ends - 1);
        PairKlines reread = Bytes.read(written(pair), PairKlines::read);
        assertThat(reread.add(PAIR, tied.swap(), daily, ends - 1)).isEqualTo(AddResult.COUNTED);
        assertThat(reread.takeChanged(daily, ends - 1)).extracting(Kline::open).containsOnly(2.0);

        pair.takeChanged(daily, ends);
        assertThat(text(pair)).contains("0xmaker");
        pair.dropEnded(daily, ends);

        assertThat(text(pair)).doesNotContain("0xmaker");
        assertThat(pair.add(PAIR, tied.swap(), daily, ends)).isEqualTo(AddResult.LATE);
    }

    private AddResult add(SwapBuilder builder, long watermarkMs) {
        return pair.add(PAIR, builder.swap(), RULES, watermarkMs);
    }

    private List<String> changed(long watermarkMs) {
        return texts(pair.takeChanged(RULES, watermarkMs));
    }

    private static List<String> texts(List<Kline> klines) {
        return klines.stream()
                .map(
                        kline ->
                                String.format(
                                        "%s@%d n=%d %s",
                                        kline.interval().code(),
                                        kline.openTimeMs() / 1000 - NOON,
                                        kline.trades(),
                                        kline.closed() ? "closed" : "open"))
                .collect(Collectors.toList());
    }

    private static String text(PairKlines pair) {
        return new String(written(pair), StandardCharsets.ISO_8859_1);
    }

    private static byte[] written(PairKlines pair) {
        return Bytes.of(pair::write);
    }
}

package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.PairKlines.AddResult;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Swap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The short way of a trade that is in the same klines as the trade before it leads to the same
 * bytes as the long way, on which the klines are found anew. And both lead to klines of exactly the
 * trades in them, although klines share accumulators.
 */
class RecentKlinesTest {

    private static final int SEEDS = 400;
    private static final int STEPS = 300;
    private static final long NOON = 1_772_193_600L;
    private static final long LATENESS_MS = 60_000;
    private static final Pair PAIR = new Pair("56", "0xpool");

    /** Sets of intervals; klines of 3m and 5m, and of 1w and 1M, do not contain each other. */
    private static final List<List<Interval>> INTERVALS =
            List.of(
                    List.of(Interval.ONE_MINUTE),
                    List.of(Interval.ONE_SECOND, Interval.ONE_MINUTE, Interval.ONE_HOUR),
                    List.of(
                            Interval.ONE_MINUTE,
                            Interval.THREE_MINUTES,
                            Interval.FIVE_MINUTES,
                            Interval.FIFTEEN_MINUTES,
                            Interval.ONE_DAY),
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
                    List.of(
                            Interval.ONE_MINUTE,
                            Interval.ONE_DAY,
                            Interval.ONE_WEEK,
                            Interval.ONE_MONTH));

    @Test
    void theShortWayLeadsToTheSameBytesAsTheLongWay() throws IOException {
        long shortWays = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Market market = new Market(seed);
            PairKlines usual = new PairKlines();
            PairKlines copied = new PairKlines();
            PairKlines reread = new PairKlines();
            Map<Long, PairKlines> ended = new HashMap<>();
            Map<Long, PairKlines> endedCopied = new HashMap<>();
            for (int step = 0; step < STEPS; step++) {
                String which = "seed " + seed + ", step " + step;
                market.next();
                Swap swap = market.swap;
                // neither a copy nor what was read knows the klines of the latest trade
                copied = copied.copy();
                reread = Bytes.read(Bytes.of(reread::write), PairKlines::read);

                AddResult result = usual.add(PAIR, swap, market.rules, market.clockMs);

                assertThat(copied.add(PAIR, swap, market.rules, market.clockMs))
                        .as(which)
                        .isEqualTo(result);
                assertThat(reread.add(PAIR, swap, market.rules, market.clockMs))
                        .as(which)
                        .isEqualTo(result);
                shortWays += market.isInTheSameMinute && result == AddResult.COUNTED ? 1 : 0;
                if (result == AddResult.COUNTED) {
                    for (PairKlines any : List.of(usual, copied, reread)) {
                        any.label(market.labels, swap.position());
                    }
                }
                if (market.random.nextInt(10) == 0) {
                    List<Kline> changed = usual.takeChanged(market.rules, market.clockMs);

                    assertThat(copied.takeChanged(market.rules, market.clockMs))
                            .as(which)
                            .isEqualTo(changed);
                    assertThat(reread.takeChanged(market.rules, market.clockMs))
                            .as(which)
                            .isEqualTo(changed);
                    for (PairKlines any : List.of(usual, copied, reread)) {
                        any.dropEnded(market.rules, market.clockMs);
                    }
                }
                if (market.random.nextInt(40) == 0) {
                    long closingMs = market.clockMs + 2 * LATENESS_MS;
                    ended.putAll(usual.takeEnded(market.rules, closingMs));
                    endedCopied.putAll(copied.takeEnded(market.rules, closingMs));
                    assertThat(written(endedCopied)).as(which).isEqualTo(written(ended));
                    for (long timeMs : ended.keySet()) {
                        usual.putBack(ended.get(timeMs), market.rules);
                        copied.putBack(endedCopied.get(timeMs), market.rules);
                    }
                    ended.clear();
                    endedCopied.clear();
                }

                assertThat(Bytes.of(usual::write)).as(which).isEqualTo(Bytes.of(copied::write));
                assertThat(reread.nextEventMs(market.rules, market.clockMs))
                        .as(which)
                        .isEqualTo(usual.nextEventMs(market.rules, market.clockMs));
            }
            assertThat(reread.takeChanged(market.rules, Long.MAX_VALUE))
                    .as("seed %d", seed)
                    .isEqualTo(usual.takeChanged(market.rules, Long.MAX_VALUE));
        }
        // a third of all steps, so it is the short way that is compared
        assertThat(shortWays).isGreaterThan(SEEDS * STEPS / 3);
    }

    /** Each kline is accumulated again, alone, from all counted trades between its times. */
    @Test
    void everyKlineIsThatOfExactlyTheTradesInIt() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Market market = new Market(seed);
            PairKlines pair = new PairKlines();
            List<Swap> counted = new ArrayList<>();
            Map<Interval, Map<Long, Kline>> newest = new EnumMap<>(Interval.class);
            KlineRules rules = market.rules;
            for (int step = 0; step < STEPS; step++) {
                market.next();
                if (pair.add(PAIR, market.swap, rules, market.clockMs) == AddResult.COUNTED) {
                    counted.add(market.swap);
                }
                if (market.random.nextInt(10) == 0) {
                    pair.takeEnded(rules, market.clockMs + LATENESS_MS)
                            .values()
                            .forEach(ended -> pair.putBack(ended, rules));
                    remember(newest, pair.takeChanged(rules, market.clockMs));
                    pair.dropEnded(rules, market.clockMs);
                }
            }
            remember(newest, pair.takeChanged(rules, market.clockMs));

            for (Interval interval : rules.intervals()) {
                Map<Long, KlineAccumulator> expected = new TreeMap<>();
                for (Swap swap : counted) {
                    long timeMs = swap.position().blockTimeSeconds() * 1000;
                    expected.computeIfAbsent(
                                    interval.openTimeMs(timeMs), any -> new KlineAccumulator())
                            .add(swap);
                }
                Map<Long, Kline> klines = newest.get(interval);
                assertThat(klines).as("seed %d", seed).containsOnlyKeys(expected.keySet());
                expected.forEach(
                        (openTimeMs, trades) ->
                                assertThat(klines.get(openTimeMs))
                                        .as("seed %d", market.seed)
                                        .isEqualTo(
                                                trades.kline(
                                                        interval,
                                                        openTimeMs,
                                                        klines.get(openTimeMs).closed())));
            }
        }
    }

    private static void remember(Map<Interval, Map<Long, Kline>> newest, List<Kline> changed) {
        for (Kline kline : changed) {
            newest.computeIfAbsent(kline.interval(), any -> new TreeMap<>())
                    .put(kline.openTimeMs(), kline);
        }
    }

    private static List<String> written(Map<Long, PairKlines> ended) {
        return new TreeMap<>(ended)
                .values().stream()
                        .map(any -> HexFormat.of().formatHex(Bytes.of(any::write)))
                        .toList();
    }

    /** Trades that come in bursts, out of order, again, or after hours, under changing rules. */
    private static final class Market {

        final int seed;
        final Random random;
        KlineRules rules;
        long clockMs = Long.MIN_VALUE;
        Swap swap;
        PairLabels labels;
        boolean isInTheSameMinute;
        private long second = NOON + 60 * 57;
        private long latestMs;
        private final List<Swap> earlier = new ArrayList<>();
        private final boolean isExtreme;

        Market(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.rules =
                    KlineRules.of(INTERVALS.get(random.nextInt(INTERVALS.size())), LATENESS_MS);
            this.isExtreme = random.nextInt(4) == 0;
        }

        void next() {
            switch (random.nextInt(30)) {
                case 0 -> second += random.nextInt(4 * 3600);
                case 1, 2, 3 -> second += random.nextInt(90);
                case 4, 5, 6, 7, 8, 9 -> second += random.nextInt(3);
                default -> {}
            }
            if (random.nextInt(8) == 0) {
                clockMs = Math.max(clockMs, 1000 * (second - random.nextInt(120)));
            }
            long before = swap == null ? 0 : swap.position().blockTimeSeconds() / 60;
            if (random.nextInt(100) == 0) {
                reconfigure();
            }
            swap = random.nextInt(10) == 0 && !earlier.isEmpty() ? again() : fresh();
            latestMs = Math.max(latestMs, 1000 * swap.position().blockTimeSeconds());
            isInTheSameMinute = before == swap.position().blockTimeSeconds() / 60;
            labels = new PairLabels("V" + random.nextInt(3), "", "", "");
        }

        private void reconfigure() {
            Map<Interval, Long> known = new EnumMap<>(Interval.class);
            for (int i = 0; i < rules.intervals().size(); i++) {
                known.put(rules.intervals().get(i), rules.wholeFromMs().get(i));
            }
            rules =
                    KlineRules.of(INTERVALS.get(random.nextInt(INTERVALS.size())), LATENESS_MS)
                            .continuing(known, latestMs + 1, rules.lateBeforeMs(clockMs));
        }

        private Swap again() {
            return earlier.get(Math.max(0, earlier.size() - 1 - random.nextInt(20)));
        }

        private Swap fresh() {
            long seconds = second - (random.nextInt(6) == 0 ? random.nextInt(150) : 0);
            SwapBuilder builder =
                    SwapBuilder.at(seconds)
                            .place(seconds, random.nextInt(3), random.nextInt(2), 0)
                            .identity(random.nextLong())
                            .price(Math.exp(random.nextGaussian()))
                            .mcap(random.nextInt(3))
                            .volume(amount(), amount());
            builder = random.nextBoolean() ? builder.sell() : builder;
            builder = random.nextInt(4) == 0 ? builder.clamp() : builder;
            earlier.add(builder.swap());
            return builder.swap();
        }

        private double amount() {
            return switch (random.nextInt(8)) {
                case 0 -> 0;
                case 1 -> random.nextInt(1000);
                default ->
                        random.nextDouble()
                                * (isExtreme ? Math.scalb(1d, random.nextInt(2000) - 1000) : 1000);
            };
        }
    }
}

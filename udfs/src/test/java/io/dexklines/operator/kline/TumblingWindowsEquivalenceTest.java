package io.dexklines.operator.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineNumbers;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.kline.SwapBuilder;
import io.dexklines.oracle.OracleKline;
import io.dexklines.oracle.OracleTrade;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.streaming.runtime.operators.windowing.WindowOperatorBuilder;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/**
 * Checks that klines close at the same watermarks and hold the same trades as the windows of
 * Flink's own {@link TumblingEventTimeWindows}.
 */
class TumblingWindowsEquivalenceTest {

    private static final long SEED = Long.getLong("tumbling.seed", 20260227);
    private static final int TRADES = 1500;
    private static final long FOUR_WEEKS_SECONDS = 28 * 86_400;

    /** Flink aligns weeks to the epoch, a Thursday; ours begin on Monday. */
    private static final Duration FROM_THURSDAY_TO_MONDAY = Duration.ofDays(4);

    private static final KeySelector<PairSwaps, Pair> BY_PAIR = PairSwaps::pair;

    private static final List<Interval> FIXED =
            List.copyOf(EnumSet.complementOf(EnumSet.of(Interval.ONE_MONTH)));

    @Test
    void everyFixedIntervalClosesLikeFlinksWindow() throws Exception {
        Map<Interval, KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, String>> windows =
                new EnumMap<>(Interval.class);
        for (Interval interval : FIXED) {
            windows.put(interval, window(interval));
        }
        Map<Interval, Integer> compared = new EnumMap<>(Interval.class);

        try (Engine engine = new HarnessEngine(KlineRules.of(FIXED, 0), 500, null)) {
            engine.start(null, 1, 0);
            for (PairSwaps batch : inOrder()) {
                long timeMs = batch.swaps().get(0).position().blockTimeSeconds() * 1000;
                engine.watermark(timeMs - 1);
                engine.trades(batch);
                for (var window : windows.values()) {
                    window.processWatermark(timeMs - 1);
                    window.processElement(new StreamRecord<>(batch, timeMs));
                }
                compare(engine, windows, compared);
            }
            // the largest watermark closes no kline: it says that the input has ended
            engine.watermark(Long.MAX_VALUE - 1);
            for (var window : windows.values()) {
                window.processWatermark(Long.MAX_VALUE - 1);
            }
            compare(engine, windows, compared);

            assertThat(engine.takeExcluded()).isEmpty();
        }
        for (var window : windows.values()) {
            window.close();
        }
        assertThat(compared).containsOnlyKeys(FIXED);
        assertThat(compared.get(Interval.ONE_SECOND)).isGreaterThan(1000);
        assertThat(compared.get(Interval.ONE_WEEK)).isGreaterThanOrEqualTo(2 * 4);
    }

    private static void compare(
            Engine engine,
            Map<Interval, KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, String>> windows,
            Map<Interval, Integer> compared) {
        Map<Interval, TreeSet<String>> closed = new EnumMap<>(Interval.class);
        for (KlineUpdates updates : engine.takeUpdates()) {
            for (Kline kline : updates.klines()) {
                if (kline.closed()) {
                    closed.computeIfAbsent(kline.interval(), any -> new TreeSet<>())
                            .add(text(updates.pair(), kline));
                }
            }
        }
        windows.forEach(
                (interval, window) -> {
                    TreeSet<String> fired = new TreeSet<>(window.extractOutputValues());
                    window.getOutput().clear();
                    assertThat(closed.getOrDefault(interval, new TreeSet<>()))
                            .as("%s, seed %d", interval.code(), SEED)
                            .isEqualTo(fired);
                    if (!fired.isEmpty()) {
                        compared.merge(interval, fired.size(), Integer::sum);
                    }
                });
    }

    private static KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, String> window(
            Interval interval) throws Exception {
        Duration length = Duration.ofMillis(interval.closeTimeMs(0));
        TumblingEventTimeWindows windows =
                interval == Interval.ONE_WEEK
                        ? TumblingEventTimeWindows.of(length, FROM_THURSDAY_TO_MONDAY)
                        : TumblingEventTimeWindows.of(length);
        var operator =
                new WindowOperatorBuilder<>(
                                windows,
                                windows.getDefaultTrigger(),
                                new ExecutionConfig(),
                                CodecTypeInfo.PAIR_SWAPS,
                                BY_PAIR,
                                CodecTypeInfo.PAIR)
                        .process(new ToText());
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<Pair, PairSwaps, String>(
                        operator, BY_PAIR, CodecTypeInfo.PAIR);
        harness.open();
        return harness;
    }

    /**
     * Returns batches of two pairs in order of time, many of them exactly on the border of a kline.
     */
    private static List<PairSwaps> inOrder() {
        Random random = new Random(SEED);
        // a Saturday
        long start = 1_772_236_800L;
        TreeSet<Long> times = new TreeSet<>();
        while (times.size() < TRADES) {
            long time = start + (long) (random.nextDouble() * FOUR_WEEKS_SECONDS);
            Interval interval = FIXED.get(random.nextInt(FIXED.size()));
            long border = interval.openTimeMs(time * 1000) / 1000;
            times.add(border - 1);
            times.add(border);
            times.add(time);
        }
        List<PairSwaps> batches = new ArrayList<>();
        for (long time : times) {
            Pair pair = new Pair("56", random.nextInt(3) == 0 ? "0xa" : "0xb");
            List<Swap> swaps = new ArrayList<>();
            int count = 1 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                SwapBuilder builder =
                        SwapBuilder.at(time)
                                .place(time, random.nextInt(9), 0, i)
                                .identity(random.nextLong())
                                .price(1 + random.nextDouble())
                                .mcap(random.nextInt(1000))
                                .volume(random.nextDouble() * 1e6, random.nextDouble());
                builder = random.nextBoolean() ? builder.sell() : builder;
                swaps.add((random.nextInt(4) == 0 ? builder.clamp() : builder).swap());
            }
            batches.add(new PairSwaps(pair, PairLabels.UNKNOWN, "trades", 0, time, swaps));
        }
        return batches;
    }

    /** A window function that emits the oracle's kline of the window's trades, as text. */
    private static final class ToText
            extends ProcessWindowFunction<PairSwaps, String, Pair, TimeWindow> {

        private static final long serialVersionUID = 1L;

        @Override
        public void process(
                Pair pair, Context context, Iterable<PairSwaps> batches, Collector<String> out) {
            List<OracleTrade> trades = new ArrayList<>();
            for (PairSwaps batch : batches) {
                batch.swaps().forEach(swap -> trades.add(Comparison.oracleTrade(swap)));
            }
            OracleKline kline = OracleKline.of(trades);
            out.collect(
                    text(
                            pair,
                            context.window().getStart(),
                            context.window().getEnd(),
                            kline.count(),
                            kline.buys(),
                            List.of(
                                    kline.open(),
                                    kline.high(),
                                    kline.low(),
                                    kline.close(),
                                    kline.mcapOpen(),
                                    kline.mcapHigh(),
                                    kline.mcapLow(),
                                    kline.mcapClose(),
                                    kline.volumeUsd(),
                                    kline.volumeToken(),
                                    kline.buyVolumeUsd(),
                                    kline.buyVolumeToken()),
                            kline.first().time(),
                            kline.last().time()));
        }
    }

    private static String text(Pair pair, Kline kline) {
        return text(
                pair,
                kline.openTimeMs(),
                kline.closeTimeMs(),
                kline.trades(),
                kline.buys(),
                KlineNumbers.of(kline),
                kline.first().blockTimeSeconds(),
                kline.last().blockTimeSeconds());
    }

    private static String text(Pair pair, Object... values) {
        StringBuilder text = new StringBuilder(pair.text());
        for (Object value : values) {
            text.append(' ').append(value);
        }
        return text.toString();
    }
}

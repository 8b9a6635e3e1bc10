package io.dexklines.relay.compatibility;

import static io.dexklines.relay.compatibility.CandlesticksTest.MINUTE;
import static io.dexklines.relay.compatibility.CandlesticksTest.NOON;
import static io.dexklines.relay.compatibility.CandlesticksTest.fill;
import static io.dexklines.relay.compatibility.CandlesticksTest.kline;
import static io.dexklines.relay.compatibility.CandlesticksTest.slots;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.relay.compatibility.Candlesticks.Slots;
import io.dexklines.relay.history.PastKline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Compares filled lists with a model of the Go service, and short lists with long ones. */
class CandlesticksPropertyTest {

    /**
     * Whatever is traded, the list is that of the Go service, which also has the end of a range.
     */
    @Property(tries = 1_000)
    void itIsTheListOfTheMarketService(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int range) {
        Random random = new Random(seed);
        Set<Integer> minutes = new TreeSet<>();
        int number = 1 + random.nextInt(range);
        for (int i = 0; i < number; i++) {
            minutes.add(random.nextInt(range));
        }
        List<PastKline> traded = new ArrayList<>();
        for (int minute : minutes) {
            double[] prices = random.doubles(4, 1, 2).sorted().toArray();
            boolean rises = random.nextBoolean();
            traded.add(
                    kline(
                            minute,
                            prices[rises ? 1 : 2],
                            prices[3],
                            prices[0],
                            prices[rises ? 2 : 1],
                            random.nextDouble()));
        }
        long end = NOON + range * MINUTE;

        List<Candlestick> filled = fill(traded, Optional.empty(), slots(0, range - 1));

        List<Candlestick> theirs =
                new ArrayList<>(
                        MarketService.answer(
                                traded.stream().map(Candlestick::of).toList(), NOON, end, MINUTE));
        theirs.removeIf(kline -> kline.candleTime() == end);
        assertThat(filled).isEqualTo(theirs).hasSize(range);
    }

    /** A smaller limit keeps the newest klines. Only the open of the first one may differ. */
    @Property(tries = 500)
    void aLimitKeepsTheNewest(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int range,
            @ForAll @IntRange(min = 1, max = 40) int limit) {
        Random random = new Random(seed);
        List<PastKline> traded = new ArrayList<>();
        for (int minute = 0; minute < range; minute++) {
            double price = 1 + random.nextDouble();
            if (random.nextInt(3) == 0) {
                traded.add(kline(minute, price, price, price, price, 1));
            }
        }
        Optional<PastKline> before = Optional.of(kline(-1, 3, 3, 3, 3, 1));
        long end = NOON + range * MINUTE;
        Slots some = Slots.newest(Interval.ONE_MINUTE, NOON, end, end, limit);
        int from = Math.max(0, traded.size() - limit);

        List<Candlestick> all = fill(traded, before, slots(0, range - 1));
        List<Candlestick> newest = fill(traded.subList(from, traded.size()), before, some);

        int size = Math.min(limit, range);
        assertThat(newest).hasSize(size);
        List<Candlestick> expected = all.subList(range - size, range);
        assertThat(newest.subList(1, size)).isEqualTo(expected.subList(1, size));
        assertThat(newest.get(0).close()).isEqualTo(expected.get(0).close());
        assertThat(newest.get(0).candleTime()).isEqualTo(expected.get(0).candleTime());
    }
}

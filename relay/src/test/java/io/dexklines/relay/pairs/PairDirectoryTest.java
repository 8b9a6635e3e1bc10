package io.dexklines.relay.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairDirectoryTest {

    private static final PairSummary WETH =
            pair("1", "0xAb1", "WETH", "USDC", new DayStatistics(110, 100, 120, 90, 5_000, 7));
    private static final PairSummary BONK =
            pair("100000", "So1ana", "Bonk", "SOL", new DayStatistics(90, 100, 120, 90, 9_000, 3));
    private static final PairSummary QUIET =
            pair("1", "0xcd2", "abc", "", DayStatistics.withoutTrades(2));
    private static final PairSummary UNKNOWN = pair("1", "0xef3", "", "", null);

    @Test
    void everyWordMustMatchCaseInsensitively() {
        assertThat(found(null, "")).containsExactly(WETH, BONK, QUIET, UNKNOWN);
        assertThat(found(null, "weth/usdc")).containsExactly(WETH);
        assertThat(found(null, "weth sol")).isEmpty();
        assertThat(found(null, "0XAB")).containsExactly(WETH);
        assertThat(found(null, "SO1ANA")).containsExactly(BONK);
        assertThat(found("1", "")).containsExactly(WETH, QUIET, UNKNOWN);
        assertThat(found("1", "bonk")).isEmpty();
    }

    @Test
    void theLargestIsFirstAndUnknownIsLast() {
        assertThat(ordered(PairOrder.VOLUME)).containsExactly(BONK, WETH, QUIET, UNKNOWN);
        assertThat(ordered(PairOrder.TRADES)).containsExactly(WETH, BONK, QUIET, UNKNOWN);
        assertThat(ordered(PairOrder.CHANGE)).containsExactly(WETH, BONK, QUIET, UNKNOWN);
        assertThat(ordered(PairOrder.SYMBOL)).containsExactly(QUIET, BONK, WETH, UNKNOWN);
    }

    @Test
    void theStatisticsSummariseTheKlinesOfTheDay() {
        DayStatistics day =
                DayStatistics.of(List.of(kline(10, 12, 9, 11, 5), kline(11, 15, 8, 14, 7)));

        assertThat(day).isEqualTo(new DayStatistics(14, 10, 15, 8, 12, 24));
        assertThat(day.changePercent()).isEqualTo(40);
        assertThat(day.withLast(5).changePercent()).isEqualTo(-50);
        assertThat(DayStatistics.withoutTrades(1).changePercent()).isNaN();
    }

    @Test
    void theStatisticsOfExtremeNumbersAreFinite() {
        DayStatistics day =
                DayStatistics.of(
                        List.of(
                                kline(
                                        Double.MIN_VALUE,
                                        Double.MAX_VALUE,
                                        Double.MIN_VALUE,
                                        Double.MAX_VALUE,
                                        Double.MAX_VALUE),
                                kline(1, 1, 1, Double.MAX_VALUE, Double.MAX_VALUE)));

        assertThat(day.volumeUsd()).isEqualTo(Double.MAX_VALUE);
        assertThat(day.changePercent()).isEqualTo(Double.MAX_VALUE);
        assertThat(day.withLast(Double.MIN_VALUE).changePercent()).isZero();
    }

    @Test
    void pairsOfAServerThatIsDownStayAsTheyWereAndTheOthersAreRefreshed() {
        Table even = new Table(0);
        Table odd = new Table(1);
        PairDirectory directory = directory(even, odd);
        even.price = 10;
        odd.price = 20;
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 10.0", "0x1 20.0");
        assertThat(directory.snapshot().tableUnreachable()).isFalse();

        odd.down = true;
        even.price = 11;
        odd.price = 21;
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 11.0", "0x1 20.0");
        assertThat(directory.snapshot().tableUnreachable()).isTrue();

        odd.down = false;
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 11.0", "0x1 21.0");
        assertThat(directory.snapshot().tableUnreachable()).isFalse();
    }

    @Test
    void aServerThatIsDownFromTheStartHidesOnlyItsPairs() {
        Table even = new Table(0);
        Table odd = new Table(1);
        odd.down = true;
        PairDirectory directory = directory(even, odd);
        directory.refresh();

        assertThat(listed(directory)).containsExactly("0x0 0.0");
        assertThat(directory.snapshot().tableUnreachable()).isTrue();
    }

    private static PairDirectory directory(PairTable... tables) {
        return new PairDirectory(
                List.of(tables),
                Optional.empty(),
                (series, window) -> List.of(),
                List::of,
                List.of(Interval.ONE_HOUR),
                Clock.fixed(Instant.ofEpochSecond(1_767_960_000), ZoneOffset.UTC));
    }

    private static List<String> listed(PairDirectory directory) {
        return directory.snapshot().pairs().stream()
                .map(pair -> pair.key().address() + " " + pair.statistics().last())
                .toList();
    }

    /** A server with one pair, whose address ends with the index of the server. */
    private static final class Table implements PairTable {

        private final Pair pair;
        private double price;
        private boolean down;

        Table(int server) {
            this.pair = new Pair("1", "0x" + server);
        }

        @Override
        public boolean owns(Pair any) {
            return any.address().endsWith(pair.address().substring(2));
        }

        @Override
        public Map<Pair, PairLabels> pairs(int limit) {
            answer();
            return Map.of(pair, PairLabels.UNKNOWN);
        }

        @Override
        public Map<String, List<PastKline>> klinesSince(
                String chainId, List<String> pairAddrs, Interval interval, long from) {
            answer();
            assertThat(pairAddrs)
                    .as("the pairs of this server only")
                    .containsExactly(pair.address());
            return Map.of(pair.address(), List.of(kline(price, price, price, price, 1)));
        }

        private void answer() {
            if (down) {
                throw new StoreUnavailableException("down", null);
            }
        }
    }

    private static PastKline kline(
            double open, double high, double low, double close, double volume) {
        return new PastKline(
                0, open, high, low, close, null, volume, 1, null, 12, null, null, null);
    }

    private static List<PairSummary> found(String chainId, String search) {
        return Stream.of(WETH, BONK, QUIET, UNKNOWN)
                .filter(new PairFilter(chainId, search))
                .toList();
    }

    private static List<PairSummary> ordered(PairOrder order) {
        return Stream.of(UNKNOWN, QUIET, WETH, BONK).sorted(order.comparator()).toList();
    }

    private static PairSummary pair(
            String chainId, String address, String symbol, String base, DayStatistics statistics) {
        return new PairSummary(
                new Pair(chainId, address), new PairLabels("", "", symbol, base), statistics);
    }
}

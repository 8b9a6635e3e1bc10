package io.dexklines.relay.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PairDirectoryTest {

    private static final long MB = 1 << 20;
    private static final long PLENTY = 1_000 * MB;
    private static final long NOW = 1_767_960_000;

    private static final PairSummary WETH =
            pair("1", "0xAb1", "WETH", "USDC", new DayStatistics(110, 100, 120, 90, 5_000, 7));
    private static final PairSummary BONK =
            pair("100000", "So1ana", "Bonk", "SOL", new DayStatistics(90, 100, 120, 90, 9_000, 3));
    private static final PairSummary QUIET =
            pair("1", "0xcd2", "abc", "", DayStatistics.withoutTrades(2));
    private static final PairSummary UNKNOWN = pair("1", "0xef3", "", "", null);

    private final Map<Pair, Long> published = new LinkedHashMap<>();
    private final LongAdder malformed = new LongAdder();

    @Test
    void everyWordMustMatchCaseInsensitively() {
        assertThat(found(null, "")).containsExactly(QUIET, BONK, WETH, UNKNOWN);
        assertThat(found(null, "weth/usdc")).containsExactly(WETH);
        assertThat(found(null, "weth sol")).isEmpty();
        assertThat(found(null, "0XAB")).containsExactly(WETH);
        assertThat(found(null, "SO1ANA")).containsExactly(BONK);
        assertThat(found("1", "")).containsExactly(QUIET, WETH, UNKNOWN);
        assertThat(found("1", "bonk")).isEmpty();
    }

    @Test
    void aSymbolOfManyPairsIsThatOfTheLargestAndTheSameCaseComesFirst() {
        PairSummary large = pair("1", "0x1", "Pepe", "WETH", new DayStatistics(1, 1, 1, 1, 9, 9));
        PairSummary small = pair("1", "0x2", "PEPE", "WETH", new DayStatistics(1, 1, 1, 1, 3, 9));
        PairSummary middle = pair("56", "0x3", "PEPE", "BNB", new DayStatistics(1, 1, 1, 1, 5, 9));
        PairSummary longer = pair("1", "0x4", "PEPE2", "PEPE", new DayStatistics(1, 1, 1, 1, 7, 9));
        PairSummary odd = pair("1", "0x5", "a b/c\u00e9 d e f g", "", null);
        PairIndex index = index(List.of(small, large, longer, middle, odd));

        assertThat(named(index, "PEPE", 9)).containsExactly(middle, small, large);
        assertThat(named(index, "pepe", 9)).containsExactly(large, middle, small);
        assertThat(named(index, "PEPE", 1)).containsExactly(middle);
        assertThat(named(index, "pepe", 1)).containsExactly(large);
        assertThat(named(index, "A B/C\u00c9 D E F G", 9)).containsExactly(odd);
        assertThat(named(index, "PEP", 9)).isEmpty();
        assertThat(
                        index.named(
                                "PEPE",
                                pair -> pair.key().chainId().equals("1"),
                                9,
                                Cancellation.never()))
                .containsExactly(small, large);
    }

    private static List<PairSummary> named(PairIndex index, String symbol, int limit) {
        return index.named(symbol, any -> true, limit, Cancellation.never());
    }

    @Test
    void aSearchIsShort() {
        assertThat(PairFilter.of(null, "a b/c  d\te").words())
                .containsExactly("a", "b", "c", "d", "e");
        assertThat(PairFilter.of(null, "x".repeat(64)).words()).hasSize(1);
        assertThatThrownBy(() -> PairFilter.of(null, "a b c d e f"))
                .hasMessage("expected at most 5 words, not 6");
        assertThatThrownBy(() -> PairFilter.of(null, "0x/".repeat(5_333)))
                .hasMessage("expected at most 64 characters, not 15999");
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
        Table even = new Table(0, 2).with("1", "0x0").at(10);
        Table odd = new Table(1, 2).with("1", "0x1").at(20);
        PairDirectory directory = directory(PLENTY, even, odd);
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 10.0", "0x1 20.0");
        assertThat(all(directory).tableUnreachable()).isFalse();

        odd.down = true;
        even.at(11);
        odd.at(21);
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 11.0", "0x1 20.0");
        assertThat(all(directory).tableUnreachable()).isTrue();

        odd.down = false;
        directory.refresh();
        assertThat(listed(directory)).containsExactly("0x0 11.0", "0x1 21.0");
        assertThat(all(directory).tableUnreachable()).isFalse();
    }

    @Test
    void aServerThatIsDownFromTheStartHidesOnlyItsPairs() {
        Table even = new Table(0, 2).with("1", "0x0");
        Table odd = new Table(1, 2).with("1", "0x1");
        odd.down = true;
        PairDirectory directory = directory(PLENTY, even, odd);
        directory.refresh();

        assertThat(listed(directory)).containsExactly("0x0 0.0");
        assertThat(all(directory).tableUnreachable()).isTrue();
    }

    @Test
    void aChainWithMorePairsThanFitHidesNoPairOfAnother() {
        Table table = new Table(0, 1).with("56", "0xother");
        for (int pair = 0; pair < 100_001; pair++) {
            table.with("1", "0x%040x".formatted(pair));
        }
        PairDirectory directory = directory(30 * MB, table);
        directory.refresh();

        assertThat(found(directory, "56", "").pairs()).hasSize(1);
        assertThat(found(directory, "1", "").total()).isBetween(20_000, 40_000);
    }

    @Test
    void allPagesOfALargeTableAreReadAfterSomeRefreshes() {
        Table table = new Table(0, 1);
        for (int pair = 0; pair < PairDirectory.ROWS_PER_REFRESH * 3 / 2; pair++) {
            table.with("1", "0x%040x".formatted(pair));
        }
        PairDirectory directory = directory(PLENTY, table);

        directory.refresh();
        assertThat(all(directory).total()).isEqualTo(100_000);
        directory.refresh();
        assertThat(all(directory).total()).isEqualTo(150_000);
    }

    @Test
    void aPairThatTradesNowIsListedWithItsLabelsHoweverFarItIsInTheTable() {
        Table table = new Table(0, 1);
        for (int pair = 0; pair < 200_000; pair++) {
            table.with("1", "0x%040x".formatted(pair));
        }
        Pair last = table.pairs.lastKey();
        published.put(last, NOW);
        PairDirectory directory = directory(20 * MB, table);
        table.traded.clear();

        directory.refresh();

        assertThat(directory.find(last).orElseThrow().labels().tokenSymbol())
                .isEqualTo("T" + last.address());
    }

    @Test
    void whereNotAllFitThoseThatTradedMostRecentlyStay() {
        Table table = new Table(0, 1);
        for (int pair = 0; pair < 1_000; pair++) {
            table.with("1", "0x%040d".formatted(pair));
        }
        table.traded.keySet().removeIf(pair -> !pair.address().endsWith("7"));
        PairDirectory directory = directory(MB / 5, table);
        for (int pair = 0; pair < 20; pair++) {
            published.put(new Pair("1", "0xlive" + pair), NOW);
        }
        directory.refresh();

        Set<Pair> all =
                all(directory).pairs().stream().map(PairSummary::key).collect(Collectors.toSet());
        assertThat(all).hasSizeBetween(120, 250);
        assertThat(all.containsAll(published.keySet())).isTrue();
        assertThat(all.containsAll(table.traded.keySet()))
                .as("the %d that traded today", table.traded.size())
                .isTrue();
    }

    @Test
    void theMemoryOfAListIsAboutWhatIsCounted() {
        Table table = new Table(0, 1);
        for (int pair = 0; pair < 60_000; pair++) {
            table.with("1", "0x%040x".formatted(pair));
        }
        long before = usedHeap();
        PairDirectory directory = directory(30 * MB, table);
        directory.refresh();
        long measured = usedHeap() - before;

        assertThat(all(directory).total()).isLessThan(60_000);
        assertThat((double) measured / (30 * MB))
                .as("measured %d bytes", measured)
                .isBetween(0.6, 1.4);
    }

    @Test
    void aRowThatIsNoPairIsLeftOutAndCounted() {
        Table table =
                new Table(0, 1)
                        .with("1", "0xgood")
                        .with("1", "0x\"bad")
                        .with("1", "0x\\bad")
                        .with("1:2", "0xbad");
        PairDirectory directory = directory(PLENTY, table);
        directory.refresh();

        assertThat(listed(directory)).containsExactly("0xgood 0.0");
        assertThat(malformed.sum()).isEqualTo(3);
    }

    @Test
    void aPublishedPairThatNoTableHasIsListedAsLongAsItIsPublished() {
        PairDirectory directory = directory(PLENTY);
        published.put(new Pair("1", "0xa"), NOW);
        directory.refresh();
        assertThat(all(directory).total()).isEqualTo(1);

        published.clear();
        directory.refresh();
        assertThat(all(directory).total()).isZero();
    }

    private PairDirectory directory(long maxBytes, PairTable... tables) {
        return new PairDirectory(
                List.of(tables),
                Optional.empty(),
                (series, window, cancellation) -> List.of(),
                () -> published,
                List.of(Interval.ONE_HOUR),
                Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC),
                maxBytes,
                malformed);
    }

    private static PairDirectory.Matches all(PairDirectory directory) {
        return found(directory, null, "");
    }

    private static PairDirectory.Matches found(
            PairDirectory directory, String chainId, String search) {
        return directory.find(
                PairFilter.of(chainId, search), PairOrder.SYMBOL, 0, 1_000, Cancellation.never());
    }

    private static List<String> listed(PairDirectory directory) {
        return all(directory).pairs().stream()
                .map(pair -> pair.key().address() + " " + pair.statistics().last())
                .toList();
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A server of several, which has the pairs whose address ends with its index. */
    private static final class Table implements PairTable {

        private final int index;
        private final int count;
        private final NavigableMap<Pair, PairLabels> pairs =
                new TreeMap<>(Comparator.comparing(Pair::chainId).thenComparing(Pair::address));

        /** The klines of the pairs that traded today. */
        private final Map<Pair, List<PastKline>> traded = new HashMap<>();

        private boolean down;

        Table(int index, int count) {
            this.index = index;
            this.count = count;
        }

        Table with(String chainId, String address) {
            Pair pair = new Pair(chainId, address);
            pairs.put(pair, new PairLabels("Swap", "", "T" + address, "USDC"));
            traded.put(pair, List.of(kline(0, 0, 0, 0, 1)));
            return this;
        }

        Table at(double price) {
            traded.replaceAll((pair, klines) -> List.of(kline(price, price, price, price, 1)));
            return this;
        }

        @Override
        public boolean owns(Pair pair) {
            return count == 1 || pair.address().endsWith(Integer.toString(index));
        }

        @Override
        public List<String> chains() {
            answer();
            return pairs.keySet().stream().map(Pair::chainId).distinct().toList();
        }

        @Override
        public Page page(String chainId, String after, int limit) {
            answer();
            Map<Pair, PairLabels> page = new LinkedHashMap<>();
            String last = null;
            for (Map.Entry<Pair, PairLabels> pair :
                    pairs.tailMap(new Pair(chainId, after), false).entrySet()) {
                if (page.size() == limit || !pair.getKey().chainId().equals(chainId)) {
                    break;
                }
                page.put(pair.getKey(), pair.getValue());
                last = pair.getKey().address();
            }
            return new Page(page, page.size() < limit ? null : last);
        }

        @Override
        public Map<Pair, PairLabels> labels(String chainId, List<String> pairAddrs) {
            answer();
            Map<Pair, PairLabels> labels = new HashMap<>();
            for (String address : pairAddrs) {
                Pair pair = new Pair(chainId, address);
                if (pairs.containsKey(pair)) {
                    labels.put(pair, pairs.get(pair));
                }
            }
            return labels;
        }

        @Override
        public Map<String, List<PastKline>> klinesSince(
                String chainId, List<String> pairAddrs, Interval interval, long from) {
            answer();
            Map<String, List<PastKline>> klines = new HashMap<>();
            for (String address : pairAddrs) {
                Pair pair = new Pair(chainId, address);
                assertThat(owns(pair)).as("the pairs of this server only").isTrue();
                if (traded.containsKey(pair)) {
                    klines.put(address, traded.get(pair));
                }
            }
            return klines;
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
        return index(List.of(WETH, BONK, QUIET, UNKNOWN))
                .find(PairFilter.of(chainId, search), PairOrder.SYMBOL, 0, 10, Cancellation.never())
                .pairs();
    }

    private static PairIndex index(List<PairSummary> pairs) {
        List<String> texts = new ArrayList<>();
        for (PairSummary pair : pairs) {
            ListedPair listed = new ListedPair(pair.key());
            listed.setLabels(pair.labels());
            texts.add(listed.text());
        }
        return new PairIndex(pairs, texts, PairIndex.EMPTY);
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

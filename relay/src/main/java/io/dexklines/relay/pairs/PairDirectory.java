package io.dexklines.relay.pairs;

import com.google.common.collect.Lists;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.history.Window;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * An in-memory list of pairs from the {@link PairTable}s and of those that are currently published.
 * One thread replaces the list by calling {@link #refresh}. Any number of threads may search it
 * without blocking.
 *
 * <p>The memory of the list is bounded in bytes. Above the bound, the chains that take most lose
 * the pairs whose last trade is longest ago. A chain with less than its equal share loses none,
 * however many pairs another chain has. Pairs that are published are always looked at. The tables
 * are read in pages, at most {@value #ROWS_PER_REFRESH} rows a refresh and as many of each chain as
 * of any other, so that larger tables are known after several refreshes.
 */
public final class PairDirectory {

    /** Rows of the tables that are read per refresh. */
    static final int ROWS_PER_REFRESH = 100_000;

    private static final int PAGE = 5_000;

    /** Pairs per query, chosen so that a query for one day of klines takes well under a second. */
    static final int BATCH = 200;

    /** Pairs without recent trades whose last price is looked up per refresh, one query each. */
    private static final int MAX_LOOKUPS = 500;

    /** The list may grow by this factor while a refresh reads pages. */
    private static final double TRIMMED_ABOVE = 1.1;

    private static final long DAY_SECONDS = 86_400;

    /** Of a query of this thread. */
    private static final long TIMEOUT_MS = 10_000;

    /**
     * The pair list as of the last refresh.
     *
     * @param asOf the time of the refresh in epoch seconds; 0 if there was none
     * @param tableUnreachable whether a table did not answer, or none is configured
     */
    private record Snapshot(PairIndex index, long asOf, boolean tableUnreachable) {}

    /**
     * The result of a search.
     *
     * @param pairs the matches on the page
     * @param total the number of all matches
     * @param asOf when the list was refreshed, in epoch seconds; 0 if it was not yet
     * @param tableUnreachable whether a table did not answer, or none is configured
     */
    public record Matches(
            List<PairSummary> pairs, int total, long asOf, boolean tableUnreachable) {}

    /** Where the next page of a chain of a table begins. */
    private record Place(PairTable table, String chainId) {}

    private final List<PairTable> tables;
    private final Optional<KlineStore> klines;
    private final KlineStore live;
    private final Supplier<Map<Pair, Long>> published;
    private final List<Interval> intervals;
    private final Clock clock;
    private final long maxBytes;
    private final LongAdder malformed;

    // the following belong to the thread that refreshes
    private final Map<Pair, ListedPair> listed = new LinkedHashMap<>();
    private final Map<Place, String> lastAddresses = new HashMap<>();
    private final Map<String, String> sameTexts = new HashMap<>();

    private int lookupsLeft;

    private volatile Snapshot snapshot = new Snapshot(PairIndex.EMPTY, 0, true);

    /**
     * @param tables the stores that share the pairs; empty for none
     * @param klines the store for last prices that are older than 24 hours
     * @param live the newest klines; does not block
     * @param published returns the pairs that are currently published, each with the time of its
     *     newest kline in epoch seconds
     * @param intervals the intervals that the job computes, ascending
     * @param maxBytes the most memory that the list takes, in bytes
     * @param malformed counts rows that are not a pair, each time they are read
     */
    public PairDirectory(
            List<PairTable> tables,
            Optional<KlineStore> klines,
            KlineStore live,
            Supplier<Map<Pair, Long>> published,
            List<Interval> intervals,
            Clock clock,
            long maxBytes,
            LongAdder malformed) {
        this.tables = List.copyOf(tables);
        this.klines = klines;
        this.live = live;
        this.published = published;
        this.intervals = List.copyOf(intervals);
        this.clock = clock;
        this.maxBytes = maxBytes;
        this.malformed = malformed;
    }

    /** Returns the pair with its newest price, if it is in the list. */
    public Optional<PairSummary> find(Pair key) {
        return snapshot.index.find(key).map(pair -> withNewestPrice(pair, Cancellation.never()));
    }

    /**
     * Returns the matching pairs from place {@code offset} on, at most {@code limit}, with their
     * newest prices.
     *
     * @throws QueryEndedException if the search has to end
     */
    public Matches find(
            PairFilter filter, PairOrder order, int offset, int limit, Cancellation cancellation) {
        Snapshot current = snapshot;
        PairIndex.Found found = current.index.find(filter, order, offset, limit, cancellation);
        List<PairSummary> page = new ArrayList<>(found.pairs().size());
        for (PairSummary pair : found.pairs()) {
            cancellation.check();
            page.add(withNewestPrice(pair, cancellation));
        }
        return new Matches(page, found.total(), current.asOf, current.tableUnreachable);
    }

    /**
     * Returns the pairs whose token has a symbol, at most {@code limit}: first those that have it
     * in the same case, then those in another. Both are in the order of their volume, largest
     * first.
     *
     * @param condition what else is asked of the pairs
     * @throws QueryEndedException if the search has to end
     */
    public List<PairSummary> named(
            String tokenSymbol,
            Predicate<PairSummary> condition,
            int limit,
            Cancellation cancellation) {
        return snapshot.index.named(tokenSymbol, condition, limit, cancellation);
    }

    private PairSummary withNewestPrice(PairSummary pair, Cancellation cancellation) {
        PastKline newest = newest(live, pair.key(), intervals.get(0), cancellation);
        if (newest == null) {
            return pair;
        }
        DayStatistics statistics =
                pair.statistics() == null
                        ? DayStatistics.withoutTrades(newest.close())
                        : pair.statistics().withLast(newest.close());
        return new PairSummary(pair.key(), pair.labels(), statistics);
    }

    /**
     * Updates the list from the tables. Keeps the previous values of the pairs of tables that
     * cannot be read.
     */
    public void refresh() {
        boolean unreachable = tables.isEmpty();
        lookupsLeft = MAX_LOOKUPS;
        Set<Pair> current = addPublished();
        Set<Pair> read = new HashSet<>();
        for (PairTable table : tables) {
            try {
                readLabels(table, current);
            } catch (StoreUnavailableException | QueryEndedException e) {
                unreachable = true;
            }
        }
        unreachable |= readPages(read);
        for (PairTable table : tables) {
            try {
                readStatistics(
                        table,
                        listed.keySet().stream()
                                .filter(pair -> table.owns(pair) && !read.contains(pair))
                                .toList());
            } catch (StoreUnavailableException | QueryEndedException e) {
                unreachable = true;
            }
        }
        listed.values().removeIf(pair -> !pair.stored && !current.contains(pair.key));
        trim(maxBytes);
        sameTexts.clear();
        snapshot =
                new Snapshot(
                        new PairIndex(
                                listed.values().stream().map(ListedPair::summary).toList(),
                                listed.values().stream().map(ListedPair::text).toList(),
                                snapshot.index),
                        clock.instant().getEpochSecond(),
                        unreachable);
    }

    /** Adds the published pairs, and returns them. */
    private Set<Pair> addPublished() {
        Map<Pair, Long> times = published.get();
        times.forEach(
                (key, time) -> {
                    ListedPair pair = listed.computeIfAbsent(key, ListedPair::new);
                    pair.lastTradeTime = Math.max(pair.lastTradeTime, time);
                });
        return times.keySet();
    }

    /** Reads the labels of published pairs that have none yet. */
    private void readLabels(PairTable table, Set<Pair> published) {
        List<Pair> unlabelled =
                published.stream()
                        .filter(key -> !listed.get(key).stored && table.owns(key))
                        .toList();
        forBatches(
                unlabelled,
                (chain, addresses) -> table.labels(chain, addresses).forEach(this::addStored));
    }

    /**
     * Reads the next pages of all chains in turn, until enough rows are read or all are.
     *
     * @param read gets the pairs that were read with their statistics
     * @return whether a table does not answer
     */
    private boolean readPages(Set<Pair> read) {
        boolean unreachable = false;
        Deque<Place> places = new ArrayDeque<>();
        for (PairTable table : tables) {
            try {
                table.chains().forEach(chain -> places.add(new Place(table, chain)));
            } catch (StoreUnavailableException | QueryEndedException e) {
                unreachable = true;
            }
        }
        int rows = 0;
        while (!places.isEmpty() && rows < ROWS_PER_REFRESH) {
            Place place = places.remove();
            try {
                PairTable.Page page =
                        place.table.page(
                                place.chainId, lastAddresses.getOrDefault(place, ""), PAGE);
                rows += page.pairs().size();
                page.pairs().forEach(this::addStored);
                List<Pair> keys =
                        page.pairs().keySet().stream().filter(listed::containsKey).toList();
                readStatistics(place.table, keys);
                read.addAll(keys);
                if (page.last() == null) {
                    lastAddresses.remove(place);
                } else {
                    lastAddresses.put(place, page.last());
                    places.add(place);
                }
            } catch (StoreUnavailableException | QueryEndedException e) {
                unreachable = true;
            }
            trim((long) (maxBytes * TRIMMED_ABOVE));
        }
        return unreachable;
    }

    private void addStored(Pair key, PairLabels labels) {
        ListedPair pair = listed.get(key);
        if (pair == null) {
            if (!isPair(key)) {
                malformed.increment();
                return;
            }
            pair = new ListedPair(new Pair(same(key.chainId()), key.address()));
            listed.put(pair.key, pair);
        }
        pair.stored = true;
        pair.setLabels(
                new PairLabels(
                        same(labels.swapName()),
                        labels.tokenAddress(),
                        labels.tokenSymbol(),
                        same(labels.baseTokenSymbol())));
    }

    /** Returns whether the row can be asked for and shown. */
    private boolean isPair(Pair key) {
        try {
            return KlineSeries.of(key.chainId(), key.address(), intervals.get(0))
                    .pair()
                    .equals(key.text());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Returns the one instance of a text that many pairs share. */
    private String same(String text) {
        return sameTexts.computeIfAbsent(text, first -> first);
    }

    private void readStatistics(PairTable table, List<Pair> keys) {
        Interval interval = dayInterval();
        long from = OpenTimes.firstFrom(interval, clock.instant().getEpochSecond() - DAY_SECONDS);
        forBatches(
                keys,
                (chain, addresses) -> {
                    Map<String, List<PastKline>> day =
                            table.klinesSince(chain, addresses, interval, from);
                    for (String address : addresses) {
                        ListedPair pair = listed.get(new Pair(chain, address));
                        if (day.containsKey(address)) {
                            traded(pair, day.get(address));
                        } else if (pair.lookedUp || lookupsLeft-- > 0) {
                            lookUp(pair, interval);
                        }
                    }
                });
    }

    private static void traded(ListedPair pair, List<PastKline> day) {
        PastKline last = day.get(day.size() - 1);
        long time = last.tradeTimes() == null ? last.openTime() : last.tradeTimes().last();
        pair.lastTradeTime = Math.max(pair.lastTradeTime, time);
        pair.statistics = DayStatistics.of(day);
        pair.lookedUp = false;
    }

    /** Sets the statistics of a pair that was not traded for 24 hours. */
    private void lookUp(ListedPair pair, Interval interval) {
        if (!pair.lookedUp) {
            PastKline newest =
                    newest(klines.orElse(live), pair.key, interval, Cancellation.after(TIMEOUT_MS));
            pair.lookedUp = true;
            pair.statistics = newest == null ? null : DayStatistics.withoutTrades(newest.close());
            if (newest != null) {
                pair.lastTradeTime = Math.max(pair.lastTradeTime, newest.openTime());
            }
        }
    }

    /** Calls {@code query} with some addresses of one chain at a time. */
    private static void forBatches(Collection<Pair> keys, BiConsumer<String, List<String>> query) {
        Map<String, List<String>> byChain = new TreeMap<>();
        for (Pair key : keys) {
            byChain.computeIfAbsent(key.chainId(), first -> new ArrayList<>()).add(key.address());
        }
        byChain.forEach(
                (chain, addresses) ->
                        Lists.partition(addresses, BATCH)
                                .forEach(batch -> query.accept(chain, batch)));
    }

    /** Removes pairs until the list takes at most {@code most} bytes. */
    private void trim(long most) {
        Map<String, List<ListedPair>> chains = new HashMap<>();
        Map<String, Long> bytes = new HashMap<>();
        long total = 0;
        for (ListedPair pair : listed.values()) {
            chains.computeIfAbsent(pair.key.chainId(), first -> new ArrayList<>()).add(pair);
            bytes.merge(pair.key.chainId(), pair.bytes(), Long::sum);
            total += pair.bytes();
        }
        if (total <= most) {
            return;
        }
        long left = maxBytes;
        List<String> smallestFirst =
                chains.keySet().stream().sorted(Comparator.comparing(bytes::get)).toList();
        for (int index = 0; index < smallestFirst.size(); index++) {
            String chain = smallestFirst.get(index);
            long share = left / (smallestFirst.size() - index);
            if (bytes.get(chain) > share) {
                keepMostRecent(chains.get(chain), share);
            }
            left -= Math.min(bytes.get(chain), share);
        }
    }

    private void keepMostRecent(List<ListedPair> ofChain, long most) {
        ofChain.sort(ListedPair.MOST_RECENT);
        long kept = 0;
        for (ListedPair pair : ofChain) {
            kept += pair.bytes();
            if (kept > most) {
                listed.remove(pair.key);
            }
        }
    }

    private static PastKline newest(
            KlineStore store, Pair key, Interval interval, Cancellation cancellation) {
        List<PastKline> found =
                store.read(
                        new KlineSeries(key.chainId(), key.address(), interval),
                        new Window(0, Long.MAX_VALUE, 1, Window.End.NEWEST),
                        cancellation);
        return found.isEmpty() ? null : found.get(found.size() - 1);
    }

    /** Returns the longest interval of at most one hour, so that few rows cover a day. */
    private Interval dayInterval() {
        Interval best = intervals.get(0);
        for (Interval interval : intervals) {
            if (interval.compareTo(Interval.ONE_HOUR) <= 0) {
                best = interval;
            }
        }
        return best;
    }
}

package io.dexklines.relay.history;

import io.dexklines.kline.Interval;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads klines from up to three sources: recent ones from Redis, older ones from MySQL, and the
 * newest from the relay's own memory.
 *
 * <p>Redis is trusted as long as its klines are consecutive. If it lacks one, MySQL is queried for
 * the range from the first gap to the last. Of two versions of a kline the one with more trades
 * wins, so the result has no duplicates, and no holes even after Redis was flushed. A store that is
 * unreachable is named in the result, which then contains what the other sources hold.
 *
 * <p>Redis lacks some components of a kline. Whoever wants all of them gets them from MySQL, or
 * from the relay's memory for the newest klines, which reach MySQL last. They are taken from the
 * same version only, so that no kline is a mixture of two versions. They are null where neither has
 * that version: MySQL is down or behind, and the kline is older than those in the relay's memory.
 *
 * <p>Thread-safe. Calls block while the stores are read, and throw {@link QueryEndedException} if
 * their {@link Cancellation} says so.
 */
public final class KlineHistory {

    /** The sources of klines. */
    public enum Source {
        REDIS,
        MYSQL,
        LIVE
    }

    /** The start of the year 10000, in epoch seconds: the upper bound of all time parameters. */
    public static final long END_OF_TIME = 253_402_300_800L;

    /** How often the relay's memory is read again for a version that only Redis has. */
    private static final int LIVE_ATTEMPTS = 5;

    private static final long LIVE_WAIT_MS = 20;

    /**
     * The result of a query.
     *
     * @param klines in ascending order of their open times, without duplicates
     * @param missing the stores that could not be read, although they may hold more klines, newer
     *     versions or further components
     */
    public record Result(List<PastKline> klines, Set<Source> missing) {

        /** Returns whether all stores were read and no component of a kline with trades is null. */
        public boolean isWhole() {
            return missing.isEmpty()
                    && klines.stream().allMatch(kline -> kline.trades() == 0 || kline.isWhole());
        }
    }

    private final Optional<KlineStore> redis;
    private final Optional<KlineStore> mysql;
    private final KlineStore live;
    private final Clock clock;

    /**
     * @param live holds only the newest klines, and does not block
     */
    public KlineHistory(
            Optional<KlineStore> redis, Optional<KlineStore> mysql, KlineStore live, Clock clock) {
        this.redis = redis;
        this.mysql = mysql;
        this.live = live;
        this.clock = clock;
    }

    /**
     * Returns the klines of the window that have trades, with all components.
     *
     * @throws StoreUnavailableException if neither store can be read
     */
    public Result traded(KlineSeries series, Window window, Cancellation cancellation) {
        Query query = new Query(series, cancellation);
        return query.result(query.whole(window));
    }

    /**
     * Returns the klines of the window that have trades, with prices, market capitalisations and
     * volumes. Does not ask MySQL for the other components, which may be null.
     *
     * @throws StoreUnavailableException if neither store can be read
     */
    public Result bars(KlineSeries series, Window window, Cancellation cancellation) {
        Query query = new Query(series, cancellation);
        return query.result(query.bars(window));
    }

    /**
     * Returns the klines of the window up to the one that is open now, with all components, and
     * with the gaps between them filled.
     *
     * @throws StoreUnavailableException if neither store can be read
     */
    public Result flat(KlineSeries series, Window window, Cancellation cancellation) {
        Query query = new Query(series, cancellation);
        Window slots = slots(series.interval(), window);
        List<PastKline> traded = query.whole(slots);
        boolean startsTraded = !traded.isEmpty() && traded.get(0).openTime() == slots.from();
        PastKline before =
                startsTraded || slots.from() >= slots.to()
                        ? null
                        : query.newestBefore(slots.from());
        long now = clock.instant().getEpochSecond();
        return query.result(fillGaps(traded, before, slots, series.interval(), now));
    }

    /** Returns the newest kline with trades that opens before {@code time}, in epoch seconds. */
    public Optional<PastKline> newestBefore(
            KlineSeries series, long time, Cancellation cancellation) {
        return Optional.ofNullable(new Query(series, cancellation).newestBefore(time));
    }

    /**
     * Aligns the window to whole intervals and cuts it to its limit. The result ends no later than
     * the kline that is open now.
     */
    private Window slots(Interval interval, Window window) {
        long to =
                Math.min(
                        OpenTimes.firstFrom(interval, window.to()),
                        OpenTimes.next(
                                interval,
                                OpenTimes.open(interval, clock.instant().getEpochSecond())));
        if (window.end() == Window.End.NEWEST) {
            long from =
                    Math.max(
                            OpenTimes.firstFrom(interval, window.from()),
                            OpenTimes.before(interval, to, window.limit()));
            return new Window(from, to, window.limit(), Window.End.OLDEST);
        }
        long from = OpenTimes.firstFrom(interval, window.from());
        long end = from;
        for (int slot = 0; slot < window.limit() && end < to; slot++) {
            end = OpenTimes.next(interval, end);
        }
        return new Window(from, end, window.limit(), Window.End.OLDEST);
    }

    /**
     * Merges the contents of several stores into one ascending list with the newest version of each
     * kline, cut to the window.
     */
    static List<PastKline> merge(Collection<List<PastKline>> stores, Window window) {
        Map<Long, PastKline> byOpenTime = new TreeMap<>();
        for (List<PastKline> klines : stores) {
            for (PastKline kline : klines) {
                if (window.holds(kline.openTime())) {
                    byOpenTime.merge(kline.openTime(), kline, PastKline::newer);
                }
            }
        }
        return window.limited(new ArrayList<>(byOpenTime.values()));
    }

    /**
     * Fills intervals without trades with the close of the kline before. The time before a pair's
     * first trade stays empty.
     *
     * @param traded the klines of the window that have trades, ascending
     * @param before the newest kline with trades before the window, null if there is none
     * @param now epoch seconds
     */
    private static List<PastKline> fillGaps(
            List<PastKline> traded, PastKline before, Window window, Interval interval, long now) {
        List<PastKline> filled = new ArrayList<>();
        Iterator<PastKline> rest = traded.iterator();
        PastKline next = rest.hasNext() ? rest.next() : null;
        PastKline last = before;
        for (long open = window.from(); open < window.to(); open = OpenTimes.next(interval, open)) {
            if (next != null && next.openTime() == open) {
                last = next;
                filled.add(next);
                next = rest.hasNext() ? rest.next() : null;
            } else if (last != null) {
                filled.add(last.flatAt(open, OpenTimes.next(interval, open) <= now));
            }
        }
        return filled;
    }

    /** Returns the range of the klines of which a component is null; empty if there is none. */
    private static Optional<Window> lacking(List<PastKline> klines, Window window) {
        List<PastKline> lacking = klines.stream().filter(kline -> !kline.isWhole()).toList();
        return lacking.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        window.within(
                                lacking.get(0).openTime(),
                                lacking.get(lacking.size() - 1).openTime() + 1));
    }

    private static Optional<Window> hull(Optional<Window> one, Optional<Window> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.or(() -> other);
        }
        Window a = one.get();
        Window b = other.get();
        return Optional.of(
                new Window(
                        Math.min(a.from(), b.from()),
                        Math.max(a.to(), b.to()),
                        a.limit(),
                        a.end()));
    }

    /**
     * Returns whether the relay's memory holds the series, but not yet the newest version of a
     * kline that lacks components.
     */
    private static boolean isBehind(List<PastKline> live, List<PastKline> merged) {
        if (live.isEmpty()) {
            return false;
        }
        Map<Long, Long> held = new HashMap<>();
        live.forEach(kline -> held.put(kline.openTime(), kline.trades()));
        long newest = live.get(live.size() - 1).openTime();
        return merged.stream()
                .filter(kline -> !kline.isWhole())
                .anyMatch(
                        kline ->
                                kline.openTime() > newest
                                        || held.getOrDefault(kline.openTime(), Long.MAX_VALUE)
                                                < kline.trades());
    }

    private static void pause() {
        try {
            Thread.sleep(LIVE_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The state of one query: which stores have answered and which have not. */
    private final class Query {
        private final KlineSeries series;
        private final Cancellation cancellation;
        private final Set<Source> missing = EnumSet.noneOf(Source.class);
        private boolean answered;

        Query(KlineSeries series, Cancellation cancellation) {
            this.series = series;
            this.cancellation = cancellation;
        }

        /** Returns the newest versions, without asking MySQL for components that Redis lacks. */
        List<PastKline> bars(Window window) {
            List<List<PastKline>> stores = new ArrayList<>();
            List<PastKline> recent = readRedis(window);
            stores.add(recent);
            gaps(recent, window).ifPresent(gaps -> stores.add(readMySql(gaps)));
            stores.add(live.read(series, window, cancellation));
            return merge(stores, window);
        }

        /** Returns the newest versions with all components, as far as any source has them. */
        List<PastKline> whole(Window window) {
            List<List<PastKline>> stores = new ArrayList<>();
            List<PastKline> recent = readRedis(window);
            stores.add(recent);
            // the newest few klines are whole in the relay's memory, and need no query to MySQL
            stores.add(live.read(series, window, cancellation));
            Optional<Window> gaps = gaps(recent, window);
            Optional<Window> lacking = lacking(merge(stores, window), window);
            // without MySQL there are no further components, which is no failure
            (mysql.isEmpty() ? gaps : hull(gaps, lacking))
                    .ifPresent(range -> stores.add(readMySql(range)));
            return mergeWithLive(stores, window);
        }

        /**
         * Merges the stores with the relay's memory. A version may be in Redis moments before it is
         * in the relay's memory, which is then read again, and in MySQL half a second later.
         */
        private List<PastKline> mergeWithLive(List<List<PastKline>> stores, Window window) {
            List<List<PastKline>> all = new ArrayList<>(stores);
            for (int attempt = 1; ; attempt++) {
                List<PastKline> newest = live.read(series, window, cancellation);
                all.add(newest);
                List<PastKline> merged = merge(all, window);
                if (attempt == LIVE_ATTEMPTS || !isBehind(newest, merged)) {
                    return merged;
                }
                pause();
            }
        }

        private Optional<Window> gaps(List<PastKline> recent, Window window) {
            return Gaps.in(recent, window, series.interval(), clock.instant().getEpochSecond());
        }

        private List<PastKline> readRedis(Window window) {
            return redis.map(store -> read(store, Source.REDIS, window)).orElse(List.of());
        }

        PastKline newestBefore(long time) {
            List<PastKline> found = bars(new Window(0, time, 1, Window.End.NEWEST));
            return found.isEmpty() ? null : found.get(0);
        }

        private List<PastKline> readMySql(Window window) {
            if (mysql.isEmpty()) {
                missing.add(Source.MYSQL);
                return List.of();
            }
            return read(mysql.get(), Source.MYSQL, window);
        }

        private List<PastKline> read(KlineStore store, Source source, Window window) {
            cancellation.check();
            try {
                List<PastKline> found = store.read(series, window, cancellation);
                answered = true;
                return found;
            } catch (StoreUnavailableException e) {
                missing.add(source);
                return List.of();
            }
        }

        Result result(List<PastKline> klines) {
            if (!answered) {
                throw new StoreUnavailableException(
                        redis.isEmpty() && mysql.isEmpty()
                                ? "this relay has neither Redis nor MySQL to read history from"
                                : "neither Redis nor MySQL answers",
                        null);
            }
            return new Result(klines, missing);
        }
    }
}

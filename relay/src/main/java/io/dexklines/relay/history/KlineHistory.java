package io.dexklines.relay.history;

import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Klines of the past and present: recent ones from Redis, older ones from MySQL, the newest from
 * what the relay is being published.
 *
 * <p>Redis is believed as far as its klines follow each other. Where one is missing, MySQL is asked
 * for everything from the first gap to the last, and of two versions the one with more trades
 * stands: so nothing is missed or doubled where the two meet, after a flush of Redis neither. A
 * store that is away is named in the answer, which the others give without it.
 *
 * <p>Safe for use by many threads; blocks while stores are read.
 */
public final class KlineHistory {

    /** Where klines come from. */
    public enum Source {
        REDIS,
        MYSQL,
        LIVE
    }

    /** After the year 9999 nothing opens. */
    public static final long END_OF_TIME = 253_402_300_800L;

    /**
     * What was found.
     *
     * @param klines ascending, each once
     * @param missing the stores that could not be asked, though they may hold more or newer ones
     */
    public record Answer(List<PastKline> klines, Set<Source> missing) {}

    private final Optional<KlineStore> redis;
    private final Optional<KlineStore> mysql;
    private final KlineStore live;
    private final Clock clock;

    /**
     * @param live answers at once and holds the newest klines only
     */
    public KlineHistory(
            Optional<KlineStore> redis, Optional<KlineStore> mysql, KlineStore live, Clock clock) {
        this.redis = redis;
        this.mysql = mysql;
        this.live = live;
        this.clock = clock;
    }

    /**
     * The traded klines of the window.
     *
     * @throws StoreAwayException if no store answers
     */
    public Answer traded(KlineSeries series, Window window) {
        Reading reading = new Reading(series);
        return reading.answer(reading.traded(window));
    }

    /**
     * The klines of the window with the gaps between them filled, up to the one that is open now.
     *
     * @throws StoreAwayException if no store answers
     */
    public Answer flat(KlineSeries series, Window window) {
        Reading reading = new Reading(series);
        Window slots = slots(series.interval(), window);
        List<PastKline> traded = reading.traded(slots);
        boolean begins = !traded.isEmpty() && traded.get(0).openTime() == slots.from();
        PastKline before =
                begins || slots.from() >= slots.to() ? null : reading.newestBefore(slots.from());
        return reading.answer(FlatFill.of(traded, before, slots, series.interval()));
    }

    /** The newest traded kline that opens before {@code time}, if there is one. */
    public Optional<PastKline> newestBefore(KlineSeries series, long time) {
        return Optional.ofNullable(new Reading(series).newestBefore(time));
    }

    /** The window as whole intervals, with an end and as many as its limit says at most. */
    private Window slots(KlineInterval interval, Window window) {
        long to =
                Math.min(
                        interval.firstOpenFrom(window.to()),
                        interval.next(interval.open(clock.instant().getEpochSecond())));
        if (window.end() == Window.End.NEWEST) {
            long from =
                    Math.max(
                            interval.firstOpenFrom(window.from()),
                            interval.before(to, window.limit()));
            return new Window(from, to, window.limit(), Window.End.OLDEST);
        }
        long from = interval.firstOpenFrom(window.from());
        long end = from;
        for (int slot = 0; slot < window.limit() && end < to; slot++) {
            end = interval.next(end);
        }
        return new Window(from, end, window.limit(), Window.End.OLDEST);
    }

    /** One request: what it has found missing is part of its answer. */
    private final class Reading {
        private final KlineSeries series;
        private final Set<Source> missing = EnumSet.noneOf(Source.class);
        private boolean answered;

        Reading(KlineSeries series) {
            this.series = series;
        }

        List<PastKline> traded(Window window) {
            List<PastKline> recent =
                    redis.map(store -> ask(store, Source.REDIS, window)).orElse(List.of());
            List<List<PastKline>> answers = new ArrayList<>();
            answers.add(recent);
            long now = clock.instant().getEpochSecond();
            Gaps.in(recent, window, series.interval(), now)
                    .ifPresent(gaps -> answers.add(askMySql(gaps)));
            answers.add(live.read(series, window));
            return KlineMerge.of(answers, window);
        }

        PastKline newestBefore(long time) {
            List<PastKline> found = traded(new Window(0, time, 1, Window.End.NEWEST));
            return found.isEmpty() ? null : found.get(0);
        }

        private List<PastKline> askMySql(Window window) {
            if (mysql.isEmpty()) {
                missing.add(Source.MYSQL);
                return List.of();
            }
            return ask(mysql.get(), Source.MYSQL, window);
        }

        private List<PastKline> ask(KlineStore store, Source source, Window window) {
            try {
                List<PastKline> found = store.read(series, window);
                answered = true;
                return found;
            } catch (StoreAwayException e) {
                missing.add(source);
                return List.of();
            }
        }

        Answer answer(List<PastKline> klines) {
            if (!answered) {
                throw new StoreAwayException(
                        redis.isEmpty() && mysql.isEmpty()
                                ? "this relay was given neither a Redis nor a MySQL to read history from"
                                : "neither Redis nor MySQL answers",
                        null);
            }
            return new Answer(klines, missing);
        }
    }
}

package io.dexklines.relay.history;

import static io.dexklines.relay.history.Klines.MINUTE;
import static io.dexklines.relay.history.Klines.kline;
import static io.dexklines.relay.history.Klines.klines;
import static io.dexklines.relay.history.Klines.minutesOf;
import static io.dexklines.relay.history.Klines.whole;
import static io.dexklines.relay.history.Klines.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.dexklines.kline.Interval;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Compares results from several incomplete stores with those from one complete store. */
class KlineHistoryTest {

    private static final KlineSeries SERIES = new KlineSeries("1", "0xa", Interval.ONE_MINUTE);
    private static final Cancellation NEVER = Cancellation.never();

    /** A store that must not be asked. */
    private static final KlineStore UNASKED =
            (series, window, cancellation) -> {
                throw new AssertionError("queried for " + window);
            };

    private static final int MINUTES = 40;
    private static final Clock NOW =
            Clock.fixed(Instant.ofEpochSecond(MINUTES * MINUTE - 20), ZoneOffset.UTC);

    @Test
    void everyResultEqualsThatOfOneStoreWithTheNewestVersions() {
        long seed = System.nanoTime();
        System.out.println("KlineHistoryTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            TreeMap<Long, PastKline> truth = new TreeMap<>();
            List<PastKline> redis = new ArrayList<>();
            List<PastKline> mysql = new ArrayList<>();
            List<PastKline> live = new ArrayList<>();
            spread(random, truth, redis, mysql, live);
            KlineHistory history = history(redis, mysql, live);
            KlineHistory oneStore = history(List.of(), List.copyOf(truth.values()), List.of());
            long from = random.nextInt(MINUTES + 2);
            Window window =
                    window(
                            random.nextBoolean() ? 0 : from,
                            from + 1 + random.nextInt(MINUTES),
                            1 + random.nextInt(MINUTES),
                            random.nextBoolean() ? Window.End.NEWEST : Window.End.OLDEST);

            KlineHistory.Result traded = history.traded(SERIES, window, NEVER);
            assertThat(traded.klines())
                    .as("round %d, %s", round, window)
                    .isEqualTo(oneStore.traded(SERIES, window, NEVER).klines());
            assertThat(traded.isWhole()).isTrue();
            assertThat(history.bars(SERIES, window, NEVER).klines())
                    .as("round %d, %s, bars", round, window)
                    .extracting(PastKline::openTime, PastKline::close, PastKline::mcap)
                    .isEqualTo(
                            traded.klines().stream()
                                    .map(each -> tuple(each.openTime(), each.close(), each.mcap()))
                                    .toList());
            assertThat(history.flat(SERIES, window, NEVER).klines())
                    .as("round %d, %s, filled", round, window)
                    .isEqualTo(oneStore.flat(SERIES, window, NEVER).klines());
        }
    }

    /**
     * Distributes klines over the stores. MySQL lacks only the newest minutes, which the relay has.
     * Redis lacks old klines and, if it was flushed, many of those from before the flush.
     */
    private static void spread(
            Random random,
            TreeMap<Long, PastKline> truth,
            List<PastKline> redis,
            List<PastKline> mysql,
            List<PastKline> live) {
        int mysqlEnds = MINUTES - random.nextInt(4);
        int redisBegins = random.nextInt(MINUTES);
        boolean flushed = random.nextBoolean();
        int flushedAt = redisBegins + random.nextInt(MINUTES - redisBegins);
        double activity = random.nextDouble();
        for (int minute = 0; minute < MINUTES; minute++) {
            if (random.nextDouble() > activity) {
                continue;
            }
            PastKline kline = kline(minute, 5, minute);
            PastKline whole = whole(kline);
            truth.put(kline.openTime(), whole);
            if (minute < mysqlEnds) {
                mysql.add(whole);
            }
            live.add(whole);
            boolean lost = flushed && minute < flushedAt && random.nextInt(3) > 0;
            // klines that MySQL does not have yet were written after the flush
            if (minute >= redisBegins && !lost || minute >= mysqlEnds) {
                redis.add(kline);
            }
            if (minute == MINUTES - 1) {
                redis.removeIf(held -> held.openTime() == kline.openTime());
            }
        }
        live.subList(0, Math.max(0, live.size() - 3)).clear();
    }

    private static KlineHistory history(
            List<PastKline> redis, List<PastKline> mysql, List<PastKline> live) {
        return new KlineHistory(
                Optional.of(holding(redis)), Optional.of(holding(mysql)), holding(live), NOW);
    }

    private static KlineStore holding(List<PastKline> klines) {
        return (series, window, cancellation) ->
                window.limited(
                        klines.stream().filter(kline -> window.holds(kline.openTime())).toList());
    }

    @Test
    void barsNeedNoQueryToMySqlIfRedisHasNoGap() {
        KlineHistory history =
                history(
                        holding(klines(30, 31, 32, 33, 34, 35, 36, 37, 38)),
                        UNASKED,
                        holding(List.of()));

        assertThat(
                        minutesOf(
                                history.bars(SERIES, window(0, 99, 5, Window.End.NEWEST), NEVER)
                                        .klines()))
                .containsExactly(34L, 35L, 36L, 37L, 38L);
    }

    @Test
    void theNewestKlinesAreWholeWithoutAQueryToMySqlIfTheRelayHasThem() {
        List<PastKline> redis = klines(36, 37, 38, 39);
        KlineHistory history =
                history(
                        holding(redis),
                        UNASKED,
                        holding(redis.subList(1, 4).stream().map(Klines::whole).toList()));

        assertThat(history.traded(SERIES, window(0, 99, 3, Window.End.NEWEST), NEVER).klines())
                .containsExactly(
                        whole(kline(37, 1, 1)), whole(kline(38, 1, 1)), whole(kline(39, 1, 1)));
    }

    @Test
    void aKlineIsNeverAnOlderVersionNorAMixtureOfTwoWhileMySqlIsBehind() {
        KlineHistory history =
                history(
                        holding(List.of(kline(30, 7, 0.7), kline(31, 5, 0.5))),
                        holding(List.of(whole(kline(30, 6, 0.6)), whole(kline(31, 5, 0.5)))),
                        holding(List.of()));

        KlineHistory.Result result =
                history.traded(SERIES, window(30, 32, 5, Window.End.OLDEST), NEVER);

        assertThat(result.klines()).containsExactly(kline(30, 7, 0.7), whole(kline(31, 5, 0.5)));
        assertThat(result.isWhole()).isFalse();
        assertThat(result.missing()).as("MySQL has answered").isEmpty();
    }

    @Test
    void aVersionThatRedisHasFirstIsWholeAsSoonAsTheRelayHasIt() {
        AtomicInteger reads = new AtomicInteger();
        KlineStore live =
                (series, window, cancellation) ->
                        List.of(whole(kline(39, reads.incrementAndGet() < 4 ? 6 : 7, 0.7)));
        KlineHistory history =
                history(
                        holding(List.of(kline(39, 7, 0.7))),
                        holding(List.of(whole(kline(39, 5, 0.5)))),
                        live);

        assertThat(history.traded(SERIES, window(39, 40, 5, Window.End.OLDEST), NEVER).klines())
                .containsExactly(whole(kline(39, 7, 0.7)));
        assertThat(reads).hasValue(4);
    }

    @Test
    void mySqlThatDoesNotAnswerIsNamedAndRedisIsShown() {
        KlineStore down =
                (series, window, cancellation) -> {
                    throw new StoreUnavailableException("down", null);
                };
        List<PastKline> redis = klines(36, 37, 38, 39);

        KlineHistory.Result result =
                history(holding(redis), down, holding(List.of()))
                        .traded(SERIES, window(36, 40, 5, Window.End.OLDEST), NEVER);

        assertThat(result.klines()).isEqualTo(redis);
        assertThat(result.missing()).containsExactly(KlineHistory.Source.MYSQL);
    }

    @Test
    void aRelayWithoutMySqlMissesOnlyKlinesAndNoComponents() {
        List<PastKline> redis = klines(36, 37, 38, 39);
        KlineHistory history =
                new KlineHistory(
                        Optional.of(holding(redis)), Optional.empty(), holding(List.of()), NOW);

        assertThat(history.traded(SERIES, window(36, 40, 5, Window.End.OLDEST), NEVER).missing())
                .isEmpty();
        assertThat(history.traded(SERIES, window(30, 40, 99, Window.End.OLDEST), NEVER).missing())
                .containsExactly(KlineHistory.Source.MYSQL);
    }

    @Test
    void anAddedKlineIsClosedWhenItsTimeIsOver() {
        KlineHistory history = history(holding(List.of()), holding(klines(36)), holding(List.of()));

        assertThat(history.flat(SERIES, window(36, 99, 9, Window.End.OLDEST), NEVER).klines())
                .extracting(each -> each.openTime() / MINUTE, PastKline::trades, PastKline::closed)
                .containsExactly(
                        tuple(36L, 1L, null),
                        tuple(37L, 0L, true),
                        tuple(38L, 0L, true),
                        tuple(39L, 0L, false));
    }

    private static KlineHistory history(KlineStore redis, KlineStore mysql, KlineStore live) {
        return new KlineHistory(Optional.of(redis), Optional.of(mysql), live, NOW);
    }

    @Test
    void aQueryThatHasToEndAsksNoFurtherStore() {
        Cancellation cancellation = Cancellation.never();
        KlineStore redis =
                (series, window, same) -> {
                    same.cancel();
                    return List.of();
                };
        KlineHistory history = history(redis, UNASKED, holding(List.of()));

        assertThatThrownBy(
                        () ->
                                history.traded(
                                        SERIES, window(0, 9, 5, Window.End.NEWEST), cancellation))
                .isInstanceOf(QueryEndedException.class);
    }
}

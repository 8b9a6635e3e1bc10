package io.dexklines.relay.history;

import static io.dexklines.relay.history.Klines.MINUTE;
import static io.dexklines.relay.history.Klines.kline;
import static io.dexklines.relay.history.Klines.minutesOf;
import static io.dexklines.relay.history.Klines.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.Interval;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compares results from several incomplete stores with those from one complete store. */
class KlineHistoryTest {

    private static final KlineSeries SERIES = new KlineSeries("1", "0xa", Interval.ONE_MINUTE);
    private static final Cancellation NEVER = Cancellation.never();
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

            assertThat(history.traded(SERIES, window, NEVER).klines())
                    .as("round %d, %s", round, window)
                    .isEqualTo(oneStore.traded(SERIES, window, NEVER).klines());
            assertThat(history.flat(SERIES, window, NEVER).klines())
                    .as("round %d, %s, filled", round, window)
                    .isEqualTo(oneStore.flat(SERIES, window, NEVER).klines());
        }
    }

    /**
     * Distributes klines over the stores. MySQL lacks only the newest minutes. Redis lacks old
     * klines and, if it was flushed, many of those from before the flush.
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
            truth.put(kline.openTime(), kline);
            if (minute < mysqlEnds) {
                mysql.add(kline);
            }
            boolean lost = flushed && minute < flushedAt && random.nextInt(3) > 0;
            // klines that MySQL does not have yet were written after the flush
            if (minute >= redisBegins && !lost || minute >= mysqlEnds) {
                redis.add(kline);
            }
            if (minute == MINUTES - 1) {
                redis.removeIf(held -> held.openTime() == kline.openTime());
                live.add(kline);
            }
        }
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
    void mySqlIsNotQueriedIfRedisHasNoGap() {
        KlineStore redis = holding(Klines.klines(30, 31, 32, 33, 34, 35, 36, 37, 38));
        KlineHistory history =
                new KlineHistory(
                        Optional.of(redis),
                        Optional.of(
                                (series, window, cancellation) -> {
                                    throw new AssertionError("queried for " + window);
                                }),
                        holding(List.of()),
                        NOW);

        assertThat(
                        minutesOf(
                                history.traded(SERIES, window(0, 99, 5, Window.End.NEWEST), NEVER)
                                        .klines()))
                .containsExactly(34L, 35L, 36L, 37L, 38L);
    }

    @Test
    void aQueryThatHasToEndAsksNoFurtherStore() {
        Cancellation cancellation = Cancellation.never();
        KlineStore redis =
                (series, window, same) -> {
                    same.cancel();
                    return List.of();
                };
        KlineStore mysql =
                (series, window, same) -> {
                    throw new AssertionError("queried for " + window);
                };
        KlineHistory history =
                new KlineHistory(Optional.of(redis), Optional.of(mysql), holding(List.of()), NOW);

        assertThatThrownBy(
                        () ->
                                history.traded(
                                        SERIES, window(0, 9, 5, Window.End.NEWEST), cancellation))
                .isInstanceOf(QueryEndedException.class);
    }
}

package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.MIDNIGHT_MS;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.kline;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.connector.redis.MarkedRedis;
import io.dexklines.connector.redis.RedisCommands;
import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisSecret;
import io.dexklines.job.compatibility.RedisCompatibility;
import io.dexklines.job.sink.KlineHistory;
import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.RedisKlines;
import io.dexklines.text.AddressCase;
import io.dexklines.text.RedisUri;
import io.dexklines.trade.Pair;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.RedisClient;

/** What readers of the Go consumers find in a real Redis, and what the job's own readers find. */
class GoReadersITCase {

    private static final RedisCompatibility BY_AGE =
            new RedisCompatibility(CacheRetention.AGE, AddressCase.LOWER, null);

    private static final RedisCompatibility MIXED_CASE =
            new RedisCompatibility(CacheRetention.NEWEST, AddressCase.EIP55, null);

    /** The address of {@link io.dexklines.job.sink.SampleKlines#PEPE} as go-ethereum writes it. */
    private static final String PEPE_MIXED = "0xA43fe16908251ee70EF74718545e4FE6C5cCEc9f";

    private static final String MINUTES = "kline:1:" + PEPE.address() + ":1m";
    private static final int MINUTES_OF_THREE_DAYS = 3 * 24 * 60;
    private static final int OLDER = 300;

    /** One minute for each minute of four days and a bit, the oldest first. */
    private static final List<PairKline> FOUR_DAYS =
            IntStream.range(0, MINUTES_OF_THREE_DAYS + 1500)
                    .mapToObj(minute -> new PairKline(PEPE, closed(minute, 3)))
                    .toList();

    private static final long NEWEST = MIDNIGHT_MS / 1000 + (FOUR_DAYS.size() - 1) * 60L;

    @TempDir private static Path folder;

    private static EmbeddedRedis server;
    private static RedisClient client;

    @BeforeAll
    static void startServer() {
        server = EmbeddedRedis.start(folder, 0);
        client = server.pool();
    }

    @AfterAll
    static void stopServer() {
        client.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        client.flushAll();
    }

    @Test
    void everyMinuteOfThreeDaysIsThereAndThreeHundredOlderOnes() throws Exception {
        write(BY_AGE, FOUR_DAYS);

        long threeDaysAgo = NEWEST - Duration.ofDays(3).toSeconds();
        List<GoMarketReader.GoKline> found =
                new GoMarketReader(client)
                        .fetch(1, PEPE.address(), "1m", threeDaysAgo + 1, NEWEST + 60, 10_000);
        assertThat(found)
                .extracting(GoMarketReader.GoKline::candleTime)
                .containsExactlyElementsOf(
                        IntStream.range(0, MINUTES_OF_THREE_DAYS)
                                .mapToObj(minute -> NEWEST - minute * 60L)
                                .toList());
        assertThat(found)
                .allSatisfy(
                        kline -> {
                            assertThat(kline.pairAddr()).isEqualTo(PEPE.address());
                            assertThat(kline.open()).isEqualTo(1.5);
                            assertThat(kline.close()).isEqualTo(1.0 / 3);
                            assertThat(kline.low()).isEqualTo(0.0000125);
                            assertThat(kline.totalCount()).isEqualTo(3);
                        });
        assertThat(client.zcard(MINUTES)).isEqualTo(MINUTES_OF_THREE_DAYS + OLDER);
        assertThat(client.ttl(MINUTES)).isBetween(259_200L - 60, 259_200L);
    }

    @Test
    void byDefaultARangeOfTwoDaysIsCut() throws Exception {
        write(RedisCompatibility.OFF, FOUR_DAYS);

        long twoDaysAgo = NEWEST - Duration.ofDays(2).toSeconds();
        assertThat(
                        new GoMarketReader(client)
                                .fetch(1, PEPE.address(), "1m", twoDaysAgo, NEWEST + 60, 10_000))
                .hasSize(1500);
        assertThat(client.ttl(MINUTES)).isBetween(21_600L - 60, 21_600L);
    }

    @Test
    void hoursStayForSevenDaysHoweverFewMinutesThereAre() throws Exception {
        List<PairKline> hours =
                IntStream.range(0, 600)
                        .mapToObj(
                                hour ->
                                        kline(
                                                Interval.ONE_HOUR,
                                                MIDNIGHT_MS + hour * 3_600_000L,
                                                2,
                                                true))
                        .map(hour -> new PairKline(PEPE, hour))
                        .toList();

        write(BY_AGE, hours);

        String key = "kline:1:" + PEPE.address() + ":1h";
        assertThat(client.zcard(key)).isEqualTo(7 * 24 + OLDER);
        assertThat(client.zrange(key, -1, -1)).containsExactly(member(hours.get(599)));
        assertThat(client.ttl(key)).isBetween(604_800L - 60, 604_800L);
    }

    @Test
    void anOlderVersionNeverReplacesANewerOneAndWhatIsTooOldIsNotKept() throws Exception {
        write(BY_AGE, FOUR_DAYS);
        PairKline newest = FOUR_DAYS.get(FOUR_DAYS.size() - 1);
        PairKline fewer = new PairKline(PEPE, closed(FOUR_DAYS.size() - 1, 2));
        PairKline tooOld = new PairKline(PEPE, closed(0, 9));

        write(BY_AGE, List.of(fewer, tooOld));

        assertThat(client.zrange(MINUTES, -1, -1)).containsExactly(member(newest));
        assertThat(client.zcard(MINUTES)).isEqualTo(MINUTES_OF_THREE_DAYS + OLDER);
        long openTime = tooOld.kline().openTimeMs() / 1000;
        assertThat(client.zcount(MINUTES, openTime, openTime)).isZero();
    }

    @Test
    void theCheckKnowsWhatIsBeyondTheDepth() throws Exception {
        write(BY_AGE, FOUR_DAYS);
        int oldestKept = FOUR_DAYS.size() - MINUTES_OF_THREE_DAYS - OLDER;
        client.zremrangeByRank(MINUTES, 0, 0);
        client.zremrangeByRank(MINUTES, -2, -2);

        try (KlineReader reader = RedisKlineReader.of(settings(), "", BY_AGE).open()) {
            assertThat(reader.read(FOUR_DAYS.get(oldestKept + 1).key()))
                    .isInstanceOf(StoredKline.Version.class);
            assertThat(reader.read(FOUR_DAYS.get(oldestKept).key()))
                    .as("a kline that was lost")
                    .isEqualTo(new StoredKline.Missing());
            assertThat(reader.read(FOUR_DAYS.get(FOUR_DAYS.size() - 2).key()))
                    .as("a young kline that was lost")
                    .isEqualTo(new StoredKline.Missing());
            client.zadd(MINUTES, NEWEST - Duration.ofDays(3).toSeconds() - 1, "one more");
            assertThat(reader.read(FOUR_DAYS.get(oldestKept).key()))
                    .as("a kline with 300 older ones above it")
                    .isEqualTo(new StoredKline.NotKept());
        }
    }

    @Test
    void aFillSendsWhatTheJobKeeps() throws Exception {
        write(BY_AGE, FOUR_DAYS);
        List<String> written = client.zrange(MINUTES, 0, -1);
        client.flushAll();

        try (RedisCommands redis = RedisCommands.to(settings())) {
            long sent =
                    new CacheFill(new Stored(FOUR_DAYS), redis, "", BY_AGE, true)
                            .fill(
                                    CacheFill.allPairs(new Stored(FOUR_DAYS), null),
                                    pair -> true,
                                    kline -> true,
                                    NEWEST * 1000,
                                    (pair, pairs, klines) -> {});
            assertThat(sent).isEqualTo(MINUTES_OF_THREE_DAYS + OLDER);
        }

        assertThat(client.zrange(MINUTES, 0, -1)).isEqualTo(written);
    }

    @Test
    void whoLooksUpAnAddressAsGoEthereumWritesItFindsIt() throws Exception {
        List<PairKline> rows =
                List.of(
                        new PairKline(PEPE, closed(0, 5)),
                        new PairKline(PEPE, closed(1, 6)),
                        new PairKline(BONK, closed(0, 7)));

        write(MIXED_CASE, rows);

        GoMarketReader market = new GoMarketReader(client);
        long midnight = MIDNIGHT_MS / 1000;
        assertThat(market.fetch(1, PEPE_MIXED, "1m", midnight, midnight + 120, 100))
                .satisfiesExactly(
                        second -> {
                            assertThat(second.pairAddr()).isEqualTo(PEPE_MIXED);
                            assertThat(second.totalCount()).isEqualTo(6);
                        },
                        first -> assertThat(first.totalCount()).isEqualTo(5));
        assertThat(market.fetch(100_000, BONK.address(), "1m", midnight, midnight + 60, 100))
                .singleElement()
                .satisfies(kline -> assertThat(kline.pairAddr()).isEqualTo(BONK.address()));
        assertThat(market.fetch(1, PEPE.address(), "1m", midnight, midnight + 120, 100)).isEmpty();
        assertThat(client.keys("kline:*"))
                .containsExactlyInAnyOrder(
                        "kline:1:" + PEPE_MIXED + ":1m",
                        "kline:100000:" + BONK.address() + ":1m",
                        "kline:present-0");
    }

    @Test
    void ourOwnReadersFindMixedCase() throws Exception {
        PairKline row = new PairKline(PEPE, closed(0, 5));
        write(MIXED_CASE, List.of(row));

        try (KlineReader reader = RedisKlineReader.of(settings(), "", MIXED_CASE).open()) {
            StoredKline.Version found = (StoredKline.Version) reader.read(row.key());
            assertThat(found.trades()).isEqualTo(5);
        }
        try (RedisKlines relay =
                new RedisKlines(
                        new RedisAddress(
                                RedisUri.parse(server.uri()),
                                "",
                                server.relay().user(),
                                server.relay().password(),
                                CacheRetention.NEWEST,
                                AddressCase.EIP55),
                        1,
                        new LongAdder())) {
            assertThat(
                            relay.read(
                                    KlineSeries.of("1", PEPE_MIXED, Interval.ONE_MINUTE),
                                    new Window(0, NEWEST, 10, Window.End.NEWEST),
                                    Cancellation.never()))
                    .singleElement()
                    .satisfies(kline -> assertThat(kline.trades()).isEqualTo(5));
        }
    }

    @Test
    void aLossOfMixedCaseKeysIsThatOfTheirPairs() throws Exception {
        PairKline row = new PairKline(PEPE, closed(0, 5));
        try (MarkedRedis redis = MarkedRedis.open(settings(), "kline:present-0", -1);
                RedisKlineWriter writer = new RedisKlineWriter(redis, "", MIXED_CASE, List.of())) {
            assertThat(writer.write(List.of(row), 1).loss()).isEmpty();
            client.flushAll();

            assertThat(writer.write(List.of(), 1).loss())
                    .singleElement()
                    .satisfies(loss -> assertThat(loss.rows().test(row)).isTrue());
        }
    }

    private static void write(RedisCompatibility compatibility, List<PairKline> rows)
            throws Exception {
        try (MarkedRedis redis = MarkedRedis.open(settings(), "kline:present-0", -1);
                RedisKlineWriter writer =
                        new RedisKlineWriter(redis, "", compatibility, List.of())) {
            assertThat(writer.write(rows, rows.size()))
                    .satisfies(
                            written -> {
                                assertThat(written.again()).isEmpty();
                                assertThat(written.refused()).isEmpty();
                            });
        }
    }

    private static String member(PairKline row) {
        return KlineRedisScript.call(row.pair(), row.kline()).arguments().get(1);
    }

    private static RedisConnectionSettings settings() {
        return RedisConnectionSettings.uri(server.uri())
                .username(server.admin().user())
                .password(RedisSecret.fromFile(server.admin().passwordFile().toString()))
                .build();
    }

    /** The klines of one pair and interval in a database. */
    private record Stored(List<PairKline> oldestFirst) implements KlineHistory {

        @Override
        public long countPairs() {
            return 1;
        }

        @Override
        public List<Pair> pairsAfter(Pair last, int most) {
            return last == null ? List.of(PEPE) : List.of();
        }

        @Override
        public List<Series> series(Pair pair) {
            return List.of(new Series(pair, oldestFirst.get(0).kline().interval()));
        }

        @Override
        public List<Kline> newest(Series series, int most) {
            List<Kline> newestFirst =
                    new ArrayList<>(oldestFirst.stream().map(PairKline::kline).toList());
            Collections.reverse(newestFirst);
            return newestFirst.subList(0, Math.min(most, newestFirst.size()));
        }

        @Override
        public boolean isComplete(String job, int subtask, String run, long updates) {
            return true;
        }

        @Override
        public void close() {}
    }
}

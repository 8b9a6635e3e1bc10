package io.dexklines.local.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.kline.CacheRetention;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.EmbeddedRedis;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.text.AddressCase;
import io.dexklines.text.RedisUri;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ZRangeParams;

/**
 * A port of the market service and the front end of the Go consumers on Redis, MySQL and the relay
 * at once, with {@code redis.retention=age} and {@code redis.address-case=eip55}: three days of
 * {@code 1m} and, month by month, a year of {@code 1d}.
 */
class GoServicesITCase {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "the publishers' token";
    private static final String VIEWS = "klines_views";

    /** An address as go-ethereum writes it. */
    private static final String PAIR = "0xA43fe16908251ee70EF74718545e4FE6C5cCEc9f";

    private static final long MINUTE = 60;
    private static final long DAY = 86_400;
    private static final LocalDate END = LocalDate.of(2026, 3, 2);
    private static final LocalDate A_YEAR_BEFORE = END.minusYears(1);

    private static final Series MINUTES = new Series("1m", MINUTE, seconds(END.minusDays(3)), 4320);
    private static final Series DAYS = new Series("1d", DAY, seconds(A_YEAR_BEFORE), 365);

    /** What {@code redis.retention=age} keeps of {@link #DAYS}: 7 young ones and 300 others. */
    private static final int DAYS_IN_REDIS = 307;

    @TempDir private static Path folder;

    private static EmbeddedMariaDb mysql;
    private static EmbeddedRedis redis;
    private static Jedis jedis;
    private static MarketReader views;
    private static RelayServer relay;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Klines of the pair, one after the other: the kline number {@code n} has prices above n. */
    private record Series(String interval, long stepSeconds, long fromSeconds, int number) {

        long openTime(long n) {
            return fromSeconds + n * stepSeconds;
        }

        long toSeconds() {
            return openTime(number);
        }

        /** Returns the klines of a span, the oldest first. */
        List<Candle> between(long from, long to) {
            return LongStream.range(0, number)
                    .filter(n -> openTime(n) >= from && openTime(n) < to)
                    .mapToObj(n -> new Candle(openTime(n), n + 1, n + 3, n + 0.5, n + 2, 4))
                    .toList();
        }
    }

    /** What all readers know of a kline. */
    private record Candle(
            long time, double open, double high, double low, double close, double volumeToken) {}

    @BeforeAll
    static void start() throws SQLException {
        mysql = EmbeddedMariaDb.start(folder.resolve("mysql"), 0);
        redis = EmbeddedRedis.start(folder.resolve("redis"), 0);
        mysql.migrate();
        migrateWithViews();
        jedis = redis.connect();
        for (Series series : List.of(MINUTES, DAYS)) {
            inMySql(series);
        }
        inRedis(MINUTES, MINUTES.number());
        inRedis(DAYS, DAYS_IN_REDIS);
        views = new MarketReader(mysql, mysql.migrator(), VIEWS);
        relay =
                RelayServer.start(
                        RelaySettings.builder(TOKEN)
                                .port(0)
                                .eventLoops(1)
                                .compatibility(true)
                                .stores(
                                        new StoreSettings(
                                                List.of(
                                                        new StoreAddress(
                                                                mysql.jdbcUrl(),
                                                                mysql.relay().user(),
                                                                mysql.relay().password())),
                                                Optional.of(
                                                        new RedisAddress(
                                                                RedisUri.parse(redis.uri()),
                                                                "",
                                                                redis.relay().user(),
                                                                redis.relay().password(),
                                                                CacheRetention.AGE,
                                                                AddressCase.EIP55))))
                                .build());
    }

    @AfterAll
    static void stop() throws SQLException {
        relay.close();
        views.close();
        jedis.close();
        redis.close();
        mysql.close();
    }

    @Test
    void theMarketServiceFindsEveryMinuteOfThreeDaysInRedisAndInTheViews() throws SQLException {
        for (long from = MINUTES.fromSeconds(); from < MINUTES.toSeconds(); from += DAY / 4) {
            List<Candle> expected = MINUTES.between(from, from + DAY / 4);

            assertThat(expected).hasSize(360);
            assertThat(fromRedis(MINUTES, from, from + DAY / 4)).isEqualTo(expected);
            assertThat(fromViews(MINUTES, from, from + DAY / 4)).isEqualTo(expected);
        }
        assertThat(fromRedis(MINUTES, MINUTES.fromSeconds(), MINUTES.toSeconds())).hasSize(4320);
    }

    /**
     * The service asks MySQL only if Redis has no kline of the month. So in the month with which
     * Redis begins, it has the klines of Redis: with the Go consumers that is the same.
     */
    @Test
    void theMarketServiceFindsEveryDayOfAYearMonthByMonth() throws SQLException {
        long firstInRedis = DAYS.openTime(DAYS.number() - DAYS_IN_REDIS);
        List<Integer> onlyInMySql = new ArrayList<>();
        for (YearMonth month : months()) {
            long from = Math.max(DAYS.fromSeconds(), seconds(month.atDay(1)));
            long to = Math.min(DAYS.toSeconds(), seconds(month.plusMonths(1).atDay(1)));

            List<Candle> found = fromRedis(DAYS, from, to);
            if (found.isEmpty()) {
                found = fromViews(DAYS, from, to);
                onlyInMySql.add(month.getMonthValue());
            } else {
                assertThat(fromViews(DAYS, from, to)).isEqualTo(DAYS.between(from, to));
                from = Math.max(from, firstInRedis);
            }

            assertThat(found).as(month.toString()).isNotEmpty().isEqualTo(DAYS.between(from, to));
        }
        assertThat(onlyInMySql).containsExactly(3);
    }

    @Test
    void theFrontEndGetsThreeDaysAndAYearOfTheRelay() throws Exception {
        assertThat(fromRelay(MINUTES, MINUTES.fromSeconds(), MINUTES.toSeconds()))
                .isEqualTo(MINUTES.between(0, Long.MAX_VALUE));
        for (YearMonth month : months()) {
            long from = Math.max(DAYS.fromSeconds(), seconds(month.atDay(1)));
            long to = Math.min(DAYS.toSeconds(), seconds(month.plusMonths(1).atDay(1)));

            assertThat(fromRelay(DAYS, from, to))
                    .as(month.toString())
                    .isNotEmpty()
                    .isEqualTo(DAYS.between(from, to));
        }
    }

    @Test
    void theSocketContinuesTheChart() throws Exception {
        BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        WebSocket publisher =
                HTTP.newWebSocketBuilder()
                        .header("Authorization", "Bearer " + TOKEN)
                        .buildAsync(webSocket("/publish"), new WebSocket.Listener() {})
                        .join();
        WebSocket socket =
                HTTP.newWebSocketBuilder()
                        .buildAsync(
                                webSocket("/ws/kline?chain_id=1&interval=1m&pair_address=" + PAIR),
                                new Messages(messages))
                        .join();
        long next = MINUTES.toSeconds();

        publisher
                .sendText(
                        """
                        {"stream":"1:%s@kline_1m","data":{"e":"kline","E":%d,"k":{"t":%2$d,\
                        "o":"4321","h":"4323","l":"4320.5","c":"4322","v":"4","n":1,"x":false,\
                        "q":"8"}}}"""
                                .formatted(PAIR.toLowerCase(Locale.ROOT), next * 1000),
                        true)
                .join();

        String message = messages.poll(30, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        JsonNode update = JSON.readTree(message);
        assertThat(update.path("type").asText()).isEqualTo("kline_update");
        JsonNode kline = update.path("data");
        assertThat(kline.path("pair_address").asText()).isEqualToIgnoringCase(PAIR);
        assertThat(kline.path("chain_id").asLong()).isEqualTo(1);
        assertThat(kline.path("interval").asText()).isEqualTo("1m");
        assertThat(candle(kline, "volume"))
                .isEqualTo(new Candle(next, 4321, 4323, 4320.5, 4322, 8));
        socket.abort();
        publisher.abort();
    }

    // ---- the readers

    /** Reads a range as the market service does; {@code to} is exclusive. */
    private static List<Candle> fromRedis(Series series, long from, long to) {
        List<Candle> found = new ArrayList<>();
        for (String member :
                jedis.zrange(
                        "kline:1:" + PAIR + ":" + series.interval(),
                        ZRangeParams.zrangeByScoreParams(to, from).rev())) {
            String[] parts = member.split(",", -1);
            assertThat(parts).as("any other number is refused").hasSize(15);
            long time = Long.parseLong(parts[1]);
            if (time < to) {
                found.add(
                        0,
                        new Candle(
                                time,
                                Double.parseDouble(parts[2]),
                                Double.parseDouble(parts[4]),
                                Double.parseDouble(parts[5]),
                                Double.parseDouble(parts[3]),
                                Double.parseDouble(parts[11])));
            }
        }
        return found;
    }

    /** Reads a range from the views, which know addresses in lower case only. */
    private static List<Candle> fromViews(Series series, long from, long to) throws SQLException {
        List<Candle> found = new ArrayList<>();
        for (MarketReader.Row row :
                views.klines(
                        series.interval(),
                        1,
                        PAIR.toLowerCase(Locale.ROOT),
                        from,
                        to - series.stepSeconds(),
                        1500)) {
            found.add(
                    0,
                    new Candle(
                            row.candleTime(),
                            row.open(),
                            row.high(),
                            row.low(),
                            row.close(),
                            row.volumeToken()));
        }
        return found;
    }

    private static List<Candle> fromRelay(Series series, long from, long to) throws Exception {
        HttpResponse<String> response =
                HTTP.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:%d/v1/market/get_candlestick?chain_id=1&pair_address=%s&interval=%s&from_timestamp=%d&to_timestamp=%d&limit=10000"
                                                        .formatted(
                                                                relay.port(),
                                                                PAIR,
                                                                series.interval(),
                                                                from,
                                                                to)))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(answer.has("missing")).isFalse();
        List<Candle> found = new ArrayList<>();
        for (JsonNode kline : answer.path("list")) {
            found.add(candle(kline, "volume_token"));
        }
        return found;
    }

    private static Candle candle(JsonNode kline, String volume) {
        return new Candle(
                kline.path("candle_time").asLong(),
                kline.path("open").asDouble(),
                kline.path("high").asDouble(),
                kline.path("low").asDouble(),
                kline.path("close").asDouble(),
                kline.path(volume).asDouble());
    }

    private static URI webSocket(String target) {
        return URI.create("ws://127.0.0.1:" + relay.port() + target);
    }

    /** Collects whole messages. */
    private record Messages(BlockingQueue<String> whole, StringBuilder part)
            implements WebSocket.Listener {

        Messages(BlockingQueue<String> whole) {
            this(whole, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                whole.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    // ---- the stores

    private static void inMySql(Series series) throws SQLException {
        try (Connection connection = mysql.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    INSERT INTO kline (chain_id, pair_addr, interval_code, open_time,
                        first_trade_time, last_trade_time, open, close, high, low,
                        mcap_open, mcap_close, mcap_high, mcap_low,
                        volume_usd, volume_token, vwap, buy_volume_usd, buy_volume_token,
                        trades, buys, sells, closed)
                    SELECT '1', '%s', '%s', %d + %d * seq,
                        %3$d + %4$d * seq, %3$d + %4$d * seq + 1,
                        seq + 1, seq + 2, seq + 3, seq + 0.5, 0, 0, 0, 0,
                        8, 4, 2, 0, 0, 5, 3, 2, TRUE
                    FROM seq_0_to_%d\
                    """
                            .formatted(
                                    PAIR.toLowerCase(Locale.ROOT),
                                    series.interval(),
                                    series.fromSeconds(),
                                    series.stepSeconds(),
                                    series.number() - 1));
        }
    }

    /** Writes the newest klines as the job writes them with the two options. */
    private static void inRedis(Series series, int newest) {
        Map<String, Double> members = new HashMap<>();
        for (int n = series.number() - newest; n < series.number(); n++) {
            long time = series.openTime(n);
            members.put(
                    "%s,%d,%d,%d,%d,%s,0,0,0,0,8,4,3,2,5"
                            .formatted(PAIR, time, n + 1, n + 2, n + 3, n + 0.5),
                    (double) time);
        }
        jedis.zadd("kline:1:" + PAIR + ":" + series.interval(), members);
    }

    private static void migrateWithViews() {
        assertThat(
                        new CommandLine(new MigrateCommand(Optional::empty))
                                .execute(
                                        "--mysql-url",
                                        mysql.jdbcUrl(),
                                        "--mysql-user",
                                        mysql.migrator().user(),
                                        "--mysql-password",
                                        mysql.migrator().passwordReference(),
                                        "--compatibility-views",
                                        VIEWS))
                .isZero();
    }

    private static List<YearMonth> months() {
        List<YearMonth> months = new ArrayList<>();
        for (YearMonth month = YearMonth.from(A_YEAR_BEFORE);
                !month.isAfter(YearMonth.from(END.minusDays(1)));
                month = month.plusMonths(1)) {
            months.add(month);
        }
        return months;
    }

    private static long seconds(LocalDate day) {
        return day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }
}

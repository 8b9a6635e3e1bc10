package io.dexklines.local.verify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.local.stack.FlinkRest;
import io.dexklines.local.stack.RunningStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;
import redis.clients.jedis.resps.Tuple;

/** The MySQL, the Redis and the relay of a running stack. */
final class StackOutputs implements Outputs {

    private static final String REDIS_PREFIX = "kline:";
    private static final int SCAN_COUNT = 1000;
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(30);
    private static final int HTTP_OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What MySQL holds of a kline beside its key. */
    private static final List<Column> MYSQL_COLUMNS =
            List.of(
                    Column.OPEN,
                    Column.HIGH,
                    Column.LOW,
                    Column.CLOSE,
                    Column.MCAP_OPEN,
                    Column.MCAP_HIGH,
                    Column.MCAP_LOW,
                    Column.MCAP_CLOSE,
                    Column.VOLUME_USD,
                    Column.VOLUME_TOKEN,
                    Column.BUY_VOLUME_USD,
                    Column.BUY_VOLUME_TOKEN,
                    Column.TRADES,
                    Column.BUYS,
                    Column.SELLS,
                    Column.VWAP,
                    Column.FIRST_TRADE_TIME,
                    Column.LAST_TRADE_TIME);

    /** The fields of a member in Redis, in their order. */
    private static final List<Column> REDIS_FIELDS =
            List.of(
                    Column.PAIR_ADDR,
                    Column.OPEN_TIME,
                    Column.OPEN,
                    Column.CLOSE,
                    Column.HIGH,
                    Column.LOW,
                    Column.MCAP_OPEN,
                    Column.MCAP_HIGH,
                    Column.MCAP_LOW,
                    Column.MCAP_CLOSE,
                    Column.VOLUME_USD,
                    Column.VOLUME_TOKEN,
                    Column.BUYS,
                    Column.SELLS,
                    Column.TRADES);

    private static final Set<Column> WHOLE =
            Set.of(
                    Column.OPEN_TIME,
                    Column.TRADES,
                    Column.BUYS,
                    Column.SELLS,
                    Column.FIRST_TRADE_TIME,
                    Column.LAST_TRADE_TIME);

    private final RunningStack stack;
    private final List<String> spans;
    private final Connection mysql;
    private final PreparedStatement klinesOfPair;
    private final Jedis redis;
    private final HttpClient http = HttpClient.newHttpClient();

    /** The keys in Redis at the beginning, by pair. */
    private final Map<String, Set<String>> redisKeys = new HashMap<>();

    private StackOutputs(RunningStack stack, JobShape shape, Connection mysql) throws SQLException {
        this.stack = stack;
        this.spans = shape.spans();
        this.mysql = mysql;
        StringBuilder query = new StringBuilder("SELECT interval_code, open_time");
        MYSQL_COLUMNS.forEach(column -> query.append(", ").append(column.text()));
        query.append(", closed FROM kline WHERE chain_id = ? AND pair_addr = ?");
        this.klinesOfPair = mysql.prepareStatement(query.toString());
        this.redis = new Jedis(URI.create(stack.redis()));
    }

    /**
     * @throws VerificationException if a server does not answer
     */
    static StackOutputs of(RunningStack stack, JobShape shape) {
        try {
            return new StackOutputs(
                    stack,
                    shape,
                    DriverManager.getConnection(
                            stack.mysql(), stack.mysqlUser(), stack.mysqlPassword()));
        } catch (SQLException e) {
            throw new VerificationException("MySQL: " + e.getMessage(), e);
        }
    }

    @Override
    public Set<String> pairs() {
        Set<String> pairs = new TreeSet<>();
        try (Statement statement = mysql.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT DISTINCT chain_id, pair_addr FROM kline")) {
            while (rows.next()) {
                pairs.add(rows.getString(1) + ':' + rows.getString(2));
            }
        } catch (SQLException e) {
            throw new VerificationException("MySQL: " + e.getMessage(), e);
        }
        ScanParams kline = new ScanParams().match(REDIS_PREFIX + "*").count(SCAN_COUNT);
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> found = redis.scan(cursor, kline);
            for (String key : found.getResult()) {
                if (key.lastIndexOf(':') < REDIS_PREFIX.length()) {
                    continue;
                }
                String pair = key.substring(REDIS_PREFIX.length(), key.lastIndexOf(':'));
                redisKeys.computeIfAbsent(pair, first -> new TreeSet<>()).add(key);
                pairs.add(pair);
            }
            cursor = found.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
        return pairs;
    }

    @Override
    public List<Row> mysql(String pair) {
        int colon = pair.indexOf(':');
        if (colon < 0) {
            return List.of();
        }
        try {
            klinesOfPair.setString(1, pair.substring(0, colon));
            klinesOfPair.setString(2, pair.substring(colon + 1));
            List<Row> found = new ArrayList<>();
            try (ResultSet rows = klinesOfPair.executeQuery()) {
                while (rows.next()) {
                    found.add(mysqlRow(pair, rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new VerificationException("MySQL: " + e.getMessage(), e);
        }
    }

    private static Row mysqlRow(String pair, ResultSet rows) throws SQLException {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        for (Column column : MYSQL_COLUMNS) {
            values.put(
                    column,
                    WHOLE.contains(column)
                            ? (Object) rows.getLong(column.text())
                            : (Object) rows.getDouble(column.text()));
        }
        return new Row(
                new KlineKey(pair, rows.getString("interval_code"), rows.getLong("open_time")),
                values,
                Optional.of(rows.getBoolean("closed")));
    }

    @Override
    public List<Row> redis(String pair) {
        List<Row> found = new ArrayList<>();
        Set<String> keys = new TreeSet<>(redisKeys.getOrDefault(pair, Set.of()));
        // those that have come since, too
        spans.forEach(span -> keys.add(REDIS_PREFIX + pair + ':' + span));
        for (String key : keys) {
            String span = key.substring(key.lastIndexOf(':') + 1);
            for (Tuple member : redis.zrangeWithScores(key, 0, -1)) {
                found.add(
                        redisRow(
                                new KlineKey(pair, span, (long) member.getScore()),
                                member.getElement()));
            }
        }
        return found;
    }

    /** A row of a member of a sorted set; one that cannot be read has no trades. */
    static Row redisRow(KlineKey key, String member) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        String[] fields = member.split(",", -1);
        try {
            for (int i = 0; i < REDIS_FIELDS.size() && i < fields.length; i++) {
                Column column = REDIS_FIELDS.get(i);
                if (column == Column.PAIR_ADDR) {
                    values.put(column, fields[i]);
                } else if (WHOLE.contains(column)) {
                    values.put(column, Long.valueOf(fields[i]));
                } else {
                    values.put(column, Double.valueOf(fields[i]));
                }
            }
        } catch (NumberFormatException e) {
            values.clear();
        }
        return fields.length == REDIS_FIELDS.size() && !values.isEmpty()
                ? new Row(key, values, Optional.empty())
                : unreadable(key);
    }

    @Override
    public List<Row> relay() {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(stack.relay() + "/api/state"))
                        .timeout(HTTP_TIMEOUT)
                        .build();
        try {
            HttpResponse<Stream<String>> response =
                    http.send(request, HttpResponse.BodyHandlers.ofLines());
            if (response.statusCode() != HTTP_OK) {
                throw new VerificationException("relay: status " + response.statusCode());
            }
            List<Row> rows = new ArrayList<>();
            for (String line : (Iterable<String>) response.body()::iterator) {
                rows.add(relayRow(JSON.readTree(line)));
            }
            return rows;
        } catch (IOException e) {
            throw new VerificationException("relay: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }

    /** A row of a line of the relay's state; one that cannot be read has no trades. */
    static Row relayRow(JsonNode message) {
        String stream = message.path("stream").asText();
        int at = stream.lastIndexOf("@kline_");
        JsonNode kline = message.path("data").path("k");
        String pair = at < 0 ? stream : stream.substring(0, at);
        String span = at < 0 ? "" : stream.substring(at + "@kline_".length());
        KlineKey key = new KlineKey(pair, span, Math.floorDiv(kline.path("t").asLong(), 1000L));
        boolean isItself =
                kline.path("s").asText().equals(pair)
                        && message.path("data").path("s").asText().equals(pair)
                        && kline.path("i").asText().equals(span)
                        && kline.path("t").isIntegralNumber()
                        && kline.path("t").asLong() == key.open() * 1000
                        && kline.path("n").isIntegralNumber()
                        && kline.path("x").isBoolean();
        if (!isItself) {
            return unreadable(key);
        }
        Map<Column, Object> values = new EnumMap<>(Column.class);
        try {
            values.put(Column.OPEN, Double.valueOf(kline.path("o").asText()));
            values.put(Column.CLOSE, Double.valueOf(kline.path("c").asText()));
            values.put(Column.HIGH, Double.valueOf(kline.path("h").asText()));
            values.put(Column.LOW, Double.valueOf(kline.path("l").asText()));
            values.put(Column.VOLUME_TOKEN, Double.valueOf(kline.path("v").asText()));
            values.put(Column.VOLUME_USD, Double.valueOf(kline.path("q").asText()));
            values.put(Column.BUY_VOLUME_TOKEN, Double.valueOf(kline.path("V").asText()));
            values.put(Column.BUY_VOLUME_USD, Double.valueOf(kline.path("Q").asText()));
        } catch (NumberFormatException e) {
            return unreadable(key);
        }
        values.put(Column.TRADES, kline.path("n").asLong());
        values.put(Column.FIRST, kline.path("f").asText());
        values.put(Column.LAST, kline.path("L").asText());
        values.put(Column.LAST_MS, kline.path("T").asLong());
        return new Row(key, values, Optional.of(kline.path("x").asBoolean()));
    }

    private static Row unreadable(KlineKey key) {
        Map<Column, Object> values = new EnumMap<>(Column.class);
        values.put(Column.TRADES, 0L);
        return new Row(key, values, Optional.empty());
    }

    @Override
    public long relaySinceMs() {
        try {
            // a relay that reconnects is told all that the job remembers since it began to run
            return new FlinkRest(stack.flink()).runningSinceMs(stack.currentJobId());
        } catch (IOException e) {
            throw new VerificationException("Flink: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerificationException("interrupted", e);
        }
    }

    @Override
    public void close() {
        redis.close();
        try {
            mysql.close();
        } catch (SQLException e) {
            throw new VerificationException("MySQL: " + e.getMessage(), e);
        }
    }
}

package io.dexklines.verifier;

import io.dexklines.verifier.compare.Candle;
import io.dexklines.verifier.compare.Interval;
import io.dexklines.verifier.compare.PairKlines;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.resps.Tuple;

/** The klines that the Go writer holds in Redis and MySQL, read once. */
final class GoOutputs {

    private static final int SCAN_COUNT = 1000;
    private static final int FETCH_SIZE = 10_000;
    private static final Pattern KEY = Pattern.compile("kline:([^:]+):(.+):([^:]+)");
    private static final Pattern TABLE =
            Pattern.compile("trade_kline_(1m|5m|15m|1h|4h|12h|1d)_(\\d\\d)");

    /** A key that dex-klines writes next to its klines. */
    private static final String MARKER = "kline:present-";

    /** A member that cannot be parsed; no explanation fits it. */
    private static final Candle UNREADABLE =
            new Candle(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1);

    private static final int MEMBER_FIELDS = 15;

    private final Map<String, Map<Interval, Map<Long, List<Candle>>>> redis = new TreeMap<>();
    private final Map<String, Map<Interval, Map<Long, List<PairKlines.Row>>>> mysql =
            new TreeMap<>();
    private boolean marked;
    private boolean hasMySql;

    /**
     * Reads all klines of Redis in a scope.
     *
     * @param keyPrefix the text in front of all keys; may be empty
     */
    void readRedis(UnifiedJedis jedis, String keyPrefix, Scope scope) {
        ScanIteration scan = jedis.scanIteration(SCAN_COUNT, keyPrefix + "kline:*");
        while (!scan.isIterationCompleted()) {
            for (String key : scan.nextBatchList()) {
                String name = key.substring(keyPrefix.length());
                marked |= name.startsWith(MARKER);
                Matcher parts = KEY.matcher(name);
                if (parts.matches()) {
                    String pair =
                            parts.group(1) + ':' + Swap.compared(parts.group(1), parts.group(2));
                    Optional<Interval> interval = Interval.of(parts.group(3));
                    if (interval.isPresent() && isSelected(pair, scope)) {
                        readKey(jedis, key, pair, interval.get());
                    }
                }
            }
        }
    }

    private void readKey(UnifiedJedis jedis, String key, String pair, Interval interval) {
        Map<Long, List<Candle>> klines =
                redis.computeIfAbsent(pair, first -> new EnumMap<>(Interval.class))
                        .computeIfAbsent(interval, first -> new HashMap<>());
        for (Tuple member : jedis.zrangeWithScores(key, 0, -1)) {
            klines.computeIfAbsent((long) member.getScore(), first -> new ArrayList<>())
                    .add(candle(member.getElement()));
        }
    }

    private static boolean isSelected(String pair, Scope scope) {
        return scope.pairs().isEmpty() || scope.pairs().contains(pair);
    }

    /** Parses a member of a sorted set. */
    static Candle candle(String member) {
        String[] fields = member.split(",", -1);
        if (fields.length != MEMBER_FIELDS) {
            return UNREADABLE;
        }
        try {
            double[] n = new double[MEMBER_FIELDS];
            for (int i = 2; i < MEMBER_FIELDS; i++) {
                n[i] = Double.parseDouble(fields[i]);
            }
            return new Candle(
                    n[2],
                    n[3],
                    n[4],
                    n[5],
                    n[6],
                    n[7],
                    n[8],
                    n[9],
                    n[10],
                    n[11],
                    (long) n[12],
                    (long) n[13],
                    (long) n[14]);
        } catch (NumberFormatException e) {
            return UNREADABLE;
        }
    }

    /** Reads all rows of the tables {@code trade_kline_{interval}_{month}} in a scope. */
    void readMySql(Cluster.Store store, Scope scope) {
        hasMySql = true;
        try (Connection connection =
                DriverManager.getConnection(
                        store.url(), store.username().orElse(null), store.resolvedPassword())) {
            Set<String> tables = new TreeSet<>();
            try (ResultSet found =
                    connection
                            .getMetaData()
                            .getTables(
                                    connection.getCatalog(),
                                    null,
                                    "trade\\_kline\\_%",
                                    new String[] {"TABLE"})) {
                while (found.next()) {
                    tables.add(found.getString("TABLE_NAME"));
                }
            }
            for (String table : tables) {
                Matcher name = TABLE.matcher(table);
                if (name.matches()) {
                    readTable(
                            connection,
                            table,
                            Interval.of(name.group(1)).orElseThrow(),
                            Integer.parseInt(name.group(2)),
                            scope);
                }
            }
        } catch (SQLException e) {
            throw new VerificationException("MySQL: " + e.getMessage(), e);
        }
    }

    private void readTable(
            Connection connection, String table, Interval interval, int month, Scope scope)
            throws SQLException {
        String sql =
                "SELECT chain_id, pair_address, candle_time, id, o, c, h, l, v, t, buy_count,"
                        + " sell_count, count FROM "
                        + table
                        + " WHERE candle_time >= ? AND candle_time < ? ORDER BY id";
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setFetchSize(FETCH_SIZE);
            query.setLong(1, scope.from());
            query.setLong(2, scope.to());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String chain = rows.getString(1);
                    String pair = chain + ':' + Swap.compared(chain, rows.getString(2));
                    if (isSelected(pair, scope)) {
                        addRow(pair, interval, rows.getLong(3), month, rows);
                    }
                }
            }
        }
    }

    private void addRow(String pair, Interval interval, long open, int month, ResultSet row)
            throws SQLException {
        Candle candle =
                new Candle(
                        row.getDouble("o"),
                        row.getDouble("c"),
                        row.getDouble("h"),
                        row.getDouble("l"),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        row.getDouble("v"),
                        row.getDouble("t"),
                        row.getLong("buy_count"),
                        row.getLong("sell_count"),
                        row.getLong("count"));
        List<PairKlines.Row> rows =
                mysql.computeIfAbsent(pair, first -> new EnumMap<>(Interval.class))
                        .computeIfAbsent(interval, first -> new HashMap<>())
                        .computeIfAbsent(open, first -> new ArrayList<>());
        // the first and the newest row of each table are sufficient
        List<PairKlines.Row> ofMonth = rows.stream().filter(each -> each.month() == month).toList();
        if (ofMonth.size() > 1) {
            rows.remove(ofMonth.get(1));
        }
        rows.add(new PairKlines.Row(month, row.getLong("id"), candle));
    }

    /** Returns whether dex-klines wrote to the same keys. */
    boolean isMarked() {
        return marked;
    }

    Set<String> pairs() {
        Set<String> pairs = new TreeSet<>(redis.keySet());
        pairs.addAll(mysql.keySet());
        return pairs;
    }

    /** Returns the members of a pair. */
    Map<Interval, Map<Long, List<Candle>>> redis(String pair) {
        return redis.getOrDefault(pair, Map.of());
    }

    /** Returns the rows of a pair; no interval has any if MySQL was not read. */
    Map<Interval, Map<Long, List<PairKlines.Row>>> mysql(String pair) {
        Map<Interval, Map<Long, List<PairKlines.Row>>> rows = new EnumMap<>(Interval.class);
        if (hasMySql) {
            for (Interval interval : Interval.values()) {
                rows.put(
                        interval,
                        mysql.getOrDefault(pair, Map.of()).getOrDefault(interval, Map.of()));
            }
        }
        return rows;
    }

    /**
     * Returns the open times of the longest klines in Redis, in epoch seconds, by how many there
     * are.
     */
    Map<Long, Integer> beginsOfDays() {
        Map<Long, Integer> begins = new HashMap<>();
        for (Map<Interval, Map<Long, List<Candle>>> pair : redis.values()) {
            pair.getOrDefault(Interval.DAY_1, Map.of())
                    .keySet()
                    .forEach(
                            open -> begins.merge(open % Interval.DAY_1.seconds(), 1, Integer::sum));
        }
        return begins;
    }
}

package io.dexklines.relay.store;

import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineColumns;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.pairs.PairTable;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads the table {@code pair} of one server, and recent klines of many pairs in one query, which
 * scans a single range of the primary key of {@code kline} per pair.
 */
public final class MySqlPairs implements PairTable {

    static final String CHAINS = "SELECT DISTINCT chain_id FROM pair";

    private static final String LABELS =
            """
            SELECT chain_id, pair_addr, swap_name, token_addr, token_symbol, base_token_symbol
            FROM pair
            WHERE chain_id = ? AND %s
            """;

    static final String PAGE =
            LABELS.formatted(
                    // rows that have moved to another server may still be here
                    """
                    pair_addr > ? AND CRC32(CONCAT(chain_id, ':', pair_addr)) MOD ? = ?
                    ORDER BY pair_addr
                    LIMIT ?""");

    private static final String KLINES =
            """
            SELECT pair_addr, %s
            FROM kline
            WHERE chain_id = ? AND pair_addr IN (%s) AND interval_code = ? AND open_time >= ?
            ORDER BY pair_addr, open_time
            """;

    /** A row of the table. */
    private record Row(Pair pair, PairLabels labels) {

        /**
         * Reads the next row.
         *
         * @throws IllegalArgumentException if it is no pair
         */
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    StoredText.pair(row.getString(1), row.getString(2)),
                    new PairLabels(
                            StoredText.label(row.getString(3)),
                            StoredText.label(row.getString(4)),
                            StoredText.label(row.getString(5)),
                            StoredText.label(row.getString(6))));
        }
    }

    private static final long TIMEOUT_MS = 10_000;

    private final MySqlServers mysql;
    private final int server;

    private MySqlPairs(MySqlServers mysql, int server) {
        this.mysql = mysql;
        this.server = server;
    }

    /** Returns the table of each server. */
    public static List<PairTable> ofAll(MySqlServers mysql) {
        return IntStream.range(0, mysql.count())
                .<PairTable>mapToObj(server -> new MySqlPairs(mysql, server))
                .toList();
    }

    @Override
    public boolean owns(Pair pair) {
        return mysql.server(pair.chainId(), pair.address()) == server;
    }

    @Override
    public List<String> chains() {
        return query(CHAINS, List.of(), row -> StoredText.identifier(row.getString(1)));
    }

    @Override
    public Page page(String chainId, String after, int limit) {
        List<Row> rows = new ArrayList<>();
        // a row that is no pair is skipped, but the next page begins after it
        List<String> addresses =
                query(
                        PAGE,
                        List.of(chainId, after, mysql.count(), server, limit),
                        row -> {
                            try {
                                rows.add(Row.of(row));
                            } catch (IllegalArgumentException e) {
                                mysql.countMalformed();
                            }
                            return row.getString(2);
                        });
        return new Page(
                labels(rows),
                addresses.size() < limit ? null : addresses.get(addresses.size() - 1));
    }

    @Override
    public Map<Pair, PairLabels> labels(String chainId, List<String> pairAddrs) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(chainId);
        parameters.addAll(pairAddrs);
        String sql = LABELS.formatted("pair_addr IN (" + marks(pairAddrs) + ")");
        return labels(query(sql, parameters, Row::of));
    }

    private static Map<Pair, PairLabels> labels(List<Row> rows) {
        Map<Pair, PairLabels> pairs = new LinkedHashMap<>();
        rows.forEach(row -> pairs.put(row.pair(), row.labels()));
        return pairs;
    }

    private <T> List<T> query(String sql, List<Object> parameters, MySqlPool.RowReader<T> reader) {
        return mysql.query(server, sql, parameters, reader, Cancellation.after(TIMEOUT_MS));
    }

    private static String marks(List<String> values) {
        return String.join(", ", Collections.nCopies(values.size(), "?"));
    }

    @Override
    public Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, Interval interval, long from) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(chainId);
        parameters.addAll(pairAddrs);
        parameters.add(interval.code());
        parameters.add(from);
        Map<String, List<PastKline>> klines = new HashMap<>();
        query(
                        KLINES.formatted(KlineColumns.TABLE_NAMES, marks(pairAddrs)),
                        parameters,
                        row -> Map.entry(row.getString("pair_addr"), MySqlKlines.kline(row)))
                .forEach(
                        row ->
                                klines.computeIfAbsent(row.getKey(), first -> new ArrayList<>())
                                        .add(row.getValue()));
        return klines;
    }
}

package io.dexklines.relay.store;

import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineColumns;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.pairs.PairTable;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
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

    private static final String PAIRS =
            """
            SELECT chain_id, pair_addr, swap_name, token_addr, token_symbol, base_token_symbol
            FROM pair
            WHERE CRC32(CONCAT(chain_id, ':', pair_addr)) MOD ? = ?
            LIMIT ?
            """;

    private static final String KLINES =
            """
            SELECT pair_addr, %s
            FROM kline
            WHERE chain_id = ? AND pair_addr IN (%s) AND interval_code = ? AND open_time >= ?
            ORDER BY open_time
            """;

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
    public Map<Pair, PairLabels> pairs(int limit) {
        Map<Pair, PairLabels> pairs = new LinkedHashMap<>();
        mysql.query(
                        server,
                        PAIRS,
                        // rows that have moved to another server may still be here
                        List.of(mysql.count(), server, limit),
                        row ->
                                Map.entry(
                                        StoredText.pair(row.getString(1), row.getString(2)),
                                        new PairLabels(
                                                StoredText.label(row.getString(3)),
                                                StoredText.label(row.getString(4)),
                                                StoredText.label(row.getString(5)),
                                                StoredText.label(row.getString(6)))))
                .forEach(pair -> pairs.put(pair.getKey(), pair.getValue()));
        return pairs;
    }

    @Override
    public Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, Interval interval, long from) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(chainId);
        parameters.addAll(pairAddrs);
        parameters.add(interval.code());
        parameters.add(from);
        String marks = String.join(", ", Collections.nCopies(pairAddrs.size(), "?"));
        Map<String, List<PastKline>> klines = new HashMap<>();
        mysql.query(
                        server,
                        KLINES.formatted(KlineColumns.TABLE_NAMES, marks),
                        parameters,
                        row -> Map.entry(row.getString("pair_addr"), MySqlKlines.kline(row)))
                .forEach(
                        row ->
                                klines.computeIfAbsent(row.getKey(), first -> new ArrayList<>())
                                        .add(row.getValue()));
        return klines;
    }
}

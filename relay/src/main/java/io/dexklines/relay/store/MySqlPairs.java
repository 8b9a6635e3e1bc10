package io.dexklines.relay.store;

import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.pairs.PairKey;
import io.dexklines.relay.pairs.PairLabels;
import io.dexklines.relay.pairs.PairTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The table {@code pair}, and recent klines of many pairs at once. The latter reads one range of
 * the key of {@code kline} for each pair and nothing else.
 */
public final class MySqlPairs implements PairTable {

    private static final String PAIRS =
            """
            SELECT chain_id, pair_addr, swap_name, token_addr, token_symbol, base_token_symbol
            FROM pair
            LIMIT ?
            """;

    private static final String KLINES =
            """
            SELECT pair_addr, %s
            FROM kline
            WHERE chain_id = ? AND pair_addr IN (%s) AND interval_code = ? AND open_time >= ?
            ORDER BY open_time
            """;

    private record Label(PairKey key, PairLabels labels) {}

    private record Row(String pairAddr, PastKline kline) {}

    private final MySqlPool mysql;

    public MySqlPairs(MySqlPool mysql) {
        this.mysql = mysql;
    }

    @Override
    public Map<PairKey, PairLabels> pairs(int limit) {
        Map<PairKey, PairLabels> pairs = new LinkedHashMap<>();
        mysql.query(
                        PAIRS,
                        List.of(limit),
                        row ->
                                new Label(
                                        new PairKey(row.getString(1), row.getString(2)),
                                        new PairLabels(
                                                row.getString(3),
                                                row.getString(4),
                                                row.getString(5),
                                                row.getString(6))))
                .forEach(label -> pairs.put(label.key(), label.labels()));
        return pairs;
    }

    @Override
    public Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, KlineInterval interval, long from) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(chainId);
        parameters.addAll(pairAddrs);
        parameters.add(interval.code());
        parameters.add(from);
        String marks = String.join(", ", Collections.nCopies(pairAddrs.size(), "?"));
        Map<String, List<PastKline>> klines = new HashMap<>();
        mysql.query(
                        KLINES.formatted(MySqlKlines.COLUMNS, marks),
                        parameters,
                        row -> new Row(row.getString("pair_addr"), MySqlKlines.kline(row)))
                .forEach(
                        row ->
                                klines.computeIfAbsent(row.pairAddr(), first -> new ArrayList<>())
                                        .add(row.kline()));
        return klines;
    }
}

package io.dexklines.relay.store;

import io.dexklines.relay.history.StoreUnavailableException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the table {@code smart_money_trade}. Every query scans a single range of one of its
 * indexes. The trades of a wallet are on one server, those of a pair on all.
 */
public final class MySqlSmartMoneyTrades {

    /**
     * The condition of a query: the trades of a wallet, of a pair, or of all wallets and pairs.
     * Times are in epoch seconds.
     *
     * @param chainId null for all chains; required with a wallet or a pair
     * @param wallet null for all
     * @param pairAddr null for all
     */
    public record Selection(
            String chainId, String wallet, String pairAddr, long from, long to, int limit) {}

    /**
     * The result of a query.
     *
     * @param trades the newest trades, newest first. Each is a map from column names to values, in
     *     the order in which the API returns them. Amounts of money are in US dollars, times in
     *     epoch seconds
     * @param complete false if a server did not answer, which may have further trades
     */
    public record Found(List<Map<String, Object>> trades, boolean complete) {}

    private static final Set<String> IDENTIFIERS =
            Set.of("chain_id", "wallet", "pair_addr", "tx_hash");

    private static final Comparator<Map<String, Object>> NEWEST_FIRST =
            Comparator.comparingLong((Map<String, Object> row) -> whole(row, "block_time"))
                    .thenComparingLong(row -> whole(row, "block_num"))
                    .thenComparingLong(row -> whole(row, "transaction_index"))
                    .thenComparingLong(row -> whole(row, "log_index"))
                    .thenComparing(row -> (String) row.get("id"))
                    .reversed();

    private final MySqlServers mysql;

    public MySqlSmartMoneyTrades(MySqlServers mysql) {
        this.mysql = mysql;
    }

    /**
     * Returns the newest trades with {@code from <= block_time < to}.
     *
     * @throws StoreUnavailableException if no server that may have such trades answers
     */
    public Found newest(Selection selection) {
        StringBuilder sql =
                new StringBuilder(
                        """
                        SELECT id, chain_id, wallet, label, pair_addr, swap_name, token_addr,
                            token_symbol, base_token_symbol, side, usd, token_amount,
                            base_token_amount, price_usd, mcap, tx_hash, block_num,
                            transaction_index, log_index, block_time, clamp, first_buy
                        FROM smart_money_trade
                        WHERE block_time >= ? AND block_time < ?""");
        List<Object> parameters = new ArrayList<>();
        parameters.add(selection.from());
        parameters.add(selection.to());
        equal(sql, parameters, "chain_id", selection.chainId());
        equal(sql, parameters, "wallet", selection.wallet());
        equal(sql, parameters, "pair_addr", selection.pairAddr());
        sql.append("\nORDER BY block_time DESC, block_num DESC, transaction_index DESC,");
        sql.append(" log_index DESC, id DESC\nLIMIT ?");
        parameters.add(selection.limit());
        if (selection.wallet() != null) {
            int server = mysql.server(selection.chainId(), selection.wallet());
            return new Found(read(server, sql.toString(), parameters), true);
        }
        List<List<Map<String, Object>>> found = new ArrayList<>();
        StoreUnavailableException failure = null;
        for (int server = 0; server < mysql.count(); server++) {
            try {
                found.add(read(server, sql.toString(), parameters));
            } catch (StoreUnavailableException e) {
                failure = e;
            }
        }
        if (found.isEmpty()) {
            throw failure;
        }
        return new Found(merge(found, selection.limit()), failure == null);
    }

    private List<Map<String, Object>> read(int server, String sql, List<Object> parameters) {
        return mysql.query(server, sql, parameters, MySqlSmartMoneyTrades::columns);
    }

    /**
     * Merges what the servers found. A trade that has moved to another server may be on both, and
     * is never changed.
     */
    private static List<Map<String, Object>> merge(
            List<List<Map<String, Object>>> found, int limit) {
        return found.stream()
                .flatMap(List::stream)
                .distinct()
                .sorted(NEWEST_FIRST)
                .limit(limit)
                .toList();
    }

    private static long whole(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).longValue();
    }

    private static void equal(
            StringBuilder sql, List<Object> parameters, String column, String value) {
        if (value != null) {
            sql.append(" AND ").append(column).append(" = ?");
            parameters.add(value);
        }
    }

    private static String shown(String column, String text) {
        return IDENTIFIERS.contains(column) ? StoredText.identifier(text) : StoredText.label(text);
    }

    private static Map<String, Object> columns(ResultSet row) throws SQLException {
        ResultSetMetaData metaData = row.getMetaData();
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int index = 1; index <= metaData.getColumnCount(); index++) {
            String column = metaData.getColumnLabel(index);
            Object value = row.getObject(index);
            columns.put(column, value instanceof String text ? shown(column, text) : value);
        }
        return columns;
    }
}

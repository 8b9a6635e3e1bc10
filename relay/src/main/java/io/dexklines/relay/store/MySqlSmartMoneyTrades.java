package io.dexklines.relay.store;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the table {@code smart_money_trade}. Every query scans a single range of one of its
 * indexes.
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

    private final MySqlPool mysql;

    public MySqlSmartMoneyTrades(MySqlPool mysql) {
        this.mysql = mysql;
    }

    /**
     * Returns the newest trades with {@code from <= block_time < to}, newest first. Each is a map
     * from column names to values, in the order in which the API returns them. Amounts of money are
     * in US dollars, times in epoch seconds.
     *
     * @throws io.dexklines.relay.history.StoreUnavailableException if MySQL does not answer
     */
    public List<Map<String, Object>> newest(Selection selection) {
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
        return mysql.query(sql.toString(), parameters, MySqlSmartMoneyTrades::columns);
    }

    private static void equal(
            StringBuilder sql, List<Object> parameters, String column, String value) {
        if (value != null) {
            sql.append(" AND ").append(column).append(" = ?");
            parameters.add(value);
        }
    }

    private static Map<String, Object> columns(ResultSet row) throws SQLException {
        ResultSetMetaData metaData = row.getMetaData();
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int index = 1; index <= metaData.getColumnCount(); index++) {
            columns.put(metaData.getColumnLabel(index), row.getObject(index));
        }
        return columns;
    }
}

package io.dexklines.relay.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The table {@code smart_money_trade}. Every query reads one range of one of its keys. */
public final class MySqlFollowedTrades {

    /**
     * Which trades: of a wallet, of a pair, or of anyone anywhere. Times in epoch seconds.
     *
     * @param chainId needed with a wallet or a pair; null otherwise for all chains
     * @param wallet null for all
     * @param pairAddr null for all
     */
    public record Selection(
            String chainId, String wallet, String pairAddr, long from, long to, int limit) {}

    private final MySqlPool mysql;

    public MySqlFollowedTrades(MySqlPool mysql) {
        this.mysql = mysql;
    }

    /**
     * The newest trades with {@code from <= block_time < to}, the newest first.
     *
     * @throws io.dexklines.relay.history.StoreAwayException if MySQL does not answer
     */
    public List<FollowedTrade> newest(Selection selection) {
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
        return mysql.query(sql.toString(), parameters, MySqlFollowedTrades::trade);
    }

    private static void equal(
            StringBuilder sql, List<Object> parameters, String column, String value) {
        if (value != null) {
            sql.append(" AND ").append(column).append(" = ?");
            parameters.add(value);
        }
    }

    private static FollowedTrade trade(ResultSet row) throws SQLException {
        return new FollowedTrade(
                row.getString("id"),
                row.getString("chain_id"),
                row.getString("wallet"),
                row.getString("label"),
                row.getString("pair_addr"),
                row.getString("swap_name"),
                row.getString("token_addr"),
                row.getString("token_symbol"),
                row.getString("base_token_symbol"),
                row.getString("side"),
                row.getDouble("usd"),
                row.getDouble("token_amount"),
                row.getDouble("base_token_amount"),
                row.getDouble("price_usd"),
                row.getDouble("mcap"),
                row.getString("tx_hash"),
                row.getLong("block_num"),
                row.getLong("transaction_index"),
                row.getLong("log_index"),
                row.getLong("block_time"),
                row.getBoolean("clamp"),
                row.getBoolean("first_buy"));
    }
}

package io.dexklines.job.sink.mysql;

import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.trade.Trade;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Recognises the smart-money trades that a former version of the job has written, whose rows keep
 * their former ids. Such a trade comes again after a restart from an older checkpoint and in a
 * replay.
 *
 * <p>Two trades may share a former id on purpose, so a row is of a trade only if all fields of the
 * identity agree.
 */
final class FormerTrades {

    private static final String SELECT =
            "SELECT chain_id, wallet, block_time, id, pair_addr, tx_hash, transaction_index,"
                    + " log_index, side, token_amount, base_token_amount, price_usd"
                    + " FROM smart_money_trade WHERE ";

    /** The row with a primary key. */
    private static final String KEY = "(chain_id = ? AND wallet = ? AND block_time = ? AND id = ?)";

    /**
     * The numbers of rows that one query looks for, of which there are few, as they stay prepared.
     */
    private static final int[] QUERY_ROWS = {64, 8, 1};

    private FormerTrades() {}

    /** The key and the identity of a row. */
    private record Row(
            String chainId,
            String wallet,
            long blockTime,
            String id,
            String pairAddress,
            String txHash,
            long transactionIndex,
            long logIndex,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double priceUsd) {

        static Row of(SmartMoneyTrade found) {
            Trade trade = found.trade();
            return new Row(
                    found.wallet().chainId(),
                    found.wallet().address(),
                    trade.position().blockTimeSeconds(),
                    found.formerId(),
                    trade.pairAddress(),
                    trade.txHash(),
                    trade.position().transactionIndex(),
                    trade.position().logIndex(),
                    trade.buy(),
                    trade.tokenAmount() + 0.0,
                    trade.baseTokenAmount() + 0.0,
                    trade.tokenPriceUsd() + 0.0);
        }

        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString(1),
                    row.getString(2),
                    row.getLong(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getLong(7),
                    row.getLong(8),
                    "buy".equals(row.getString(9)),
                    row.getDouble(10) + 0.0,
                    row.getDouble(11) + 0.0,
                    row.getDouble(12) + 0.0);
        }
    }

    /** Returns the trades that have no row under their former id, in their order. */
    static List<SmartMoneyTrade> withoutWritten(
            SinkProgress.Statements statements, List<SmartMoneyTrade> trades) throws SQLException {
        List<Row> rows = trades.stream().map(Row::of).toList();
        Set<Row> written = new HashSet<>();
        int asked = 0;
        for (int queryRows : QUERY_ROWS) {
            PreparedStatement query =
                    rows.size() - asked < queryRows
                            ? null
                            : statements.prepare(
                                    SELECT + (KEY + " OR ").repeat(queryRows - 1) + KEY);
            while (rows.size() - asked >= queryRows) {
                ask(query, rows.subList(asked, asked + queryRows), written);
                asked += queryRows;
            }
        }
        return written.isEmpty()
                ? trades
                : trades.stream().filter(trade -> !written.contains(Row.of(trade))).toList();
    }

    private static void ask(PreparedStatement query, List<Row> rows, Set<Row> written)
            throws SQLException {
        int parameter = 0;
        for (Row row : rows) {
            query.setString(++parameter, row.chainId());
            query.setString(++parameter, row.wallet());
            query.setLong(++parameter, row.blockTime());
            query.setString(++parameter, row.id());
        }
        try (ResultSet found = query.executeQuery()) {
            while (found.next()) {
                written.add(Row.of(found));
            }
        }
    }
}

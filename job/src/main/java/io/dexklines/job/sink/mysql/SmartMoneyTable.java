package io.dexklines.job.sink.mysql;

import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.trade.Trade;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The table {@code smart_money_trade}. A row that is there stays as it is. */
final class SmartMoneyTable implements UpsertTable<SmartMoneyTrade> {

    /** The order of the primary key. */
    static final Comparator<SmartMoneyTrade> BY_PRIMARY_KEY =
            Comparator.comparing((SmartMoneyTrade row) -> row.wallet().chainId())
                    .thenComparing(row -> row.wallet().address())
                    .thenComparingLong(row -> row.trade().position().blockTimeSeconds())
                    .thenComparing(SmartMoneyTrade::id);

    private static final List<String> COLUMNS =
            List.of(
                    "chain_id",
                    "wallet",
                    "block_time",
                    "id",
                    "label",
                    "pair_addr",
                    "swap_name",
                    "token_addr",
                    "token_symbol",
                    "base_token_symbol",
                    "side",
                    "usd",
                    "token_amount",
                    "base_token_amount",
                    "price_usd",
                    "mcap",
                    "tx_hash",
                    "block_num",
                    "transaction_index",
                    "log_index",
                    "clamp",
                    "first_buy");

    @Override
    public String name() {
        return "smart_money_trade";
    }

    @Override
    public String upsert(int rows) {
        // IGNORE would take for a warning what is wrong with a row
        return UpsertTable.insert(name(), COLUMNS, rows) + " ON DUPLICATE KEY UPDATE id = id";
    }

    @Override
    public int columns() {
        return COLUMNS.size();
    }

    @Override
    public void bind(PreparedStatement statement, int offset, SmartMoneyTrade row)
            throws SQLException {
        Trade trade = row.trade();
        int column = offset;
        statement.setString(++column, row.wallet().chainId());
        statement.setString(++column, row.wallet().address());
        statement.setLong(++column, trade.position().blockTimeSeconds());
        statement.setString(++column, row.id());
        statement.setString(++column, row.label());
        statement.setString(++column, trade.pairAddress());
        statement.setString(++column, PairTable.cut(trade.labels().swapName()));
        statement.setString(++column, PairTable.cut(trade.labels().tokenAddress()));
        statement.setString(++column, PairTable.cut(trade.labels().tokenSymbol()));
        statement.setString(++column, PairTable.cut(trade.labels().baseTokenSymbol()));
        statement.setString(++column, trade.buy() ? "buy" : "sell");
        statement.setDouble(++column, trade.totalUsd());
        statement.setDouble(++column, trade.tokenAmount());
        statement.setDouble(++column, trade.baseTokenAmount());
        statement.setDouble(++column, trade.tokenPriceUsd());
        statement.setDouble(++column, trade.mcapUsd());
        statement.setString(++column, trade.txHash());
        statement.setLong(++column, trade.position().block());
        statement.setLong(++column, trade.position().transactionIndex());
        statement.setLong(++column, trade.position().logIndex());
        statement.setBoolean(++column, trade.clamp());
        statement.setBoolean(++column, row.firstBuy());
    }

    @Override
    public Optional<String> refusal(SmartMoneyTrade row) {
        // the decoder lets no number in that is not finite, and the list no key with a space
        return Optional.empty();
    }
}

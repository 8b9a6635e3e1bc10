package io.dexklines.job.sink.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code pair}. A label that is empty is unknown and leaves the one that is there; one
 * that is too long is cut.
 */
final class PairTable implements UpsertTable<PairRow> {

    private static final List<String> COLUMNS =
            List.of(
                    "chain_id",
                    "pair_addr",
                    "swap_name",
                    "token_addr",
                    "token_symbol",
                    "base_token_symbol");

    private static final int KEY_COLUMNS = 2;

    /** The length of the label columns, in characters of Unicode. */
    private static final int LONGEST_LABEL = 128;

    @Override
    public String name() {
        return "pair";
    }

    @Override
    public String upsert(int rows) {
        StringBuilder sql =
                new StringBuilder(UpsertTable.insert(name(), COLUMNS, rows))
                        .append(" ON DUPLICATE KEY UPDATE ");
        for (String column : COLUMNS.subList(KEY_COLUMNS, COLUMNS.size())) {
            sql.append(String.format("%1$s = IF(VALUES(%1$s) = '', %1$s, VALUES(%1$s)), ", column));
        }
        sql.setLength(sql.length() - 2);
        return sql.toString();
    }

    @Override
    public int columns() {
        return COLUMNS.size();
    }

    @Override
    public void bind(PreparedStatement statement, int offset, PairRow row) throws SQLException {
        int column = offset;
        statement.setString(++column, row.pair().chainId());
        statement.setString(++column, row.pair().address());
        statement.setString(++column, cut(row.labels().swapName()));
        statement.setString(++column, cut(row.labels().tokenAddress()));
        statement.setString(++column, cut(row.labels().tokenSymbol()));
        statement.setString(++column, cut(row.labels().baseTokenSymbol()));
    }

    @Override
    public Optional<String> refusal(PairRow row) {
        return PaddedKey.refusal(row.pair());
    }

    /** The label, as long as its column is wide. */
    static String cut(String label) {
        if (label.codePointCount(0, label.length()) <= LONGEST_LABEL) {
            return label;
        }
        return label.substring(0, label.offsetByCodePoints(0, LONGEST_LABEL));
    }
}

package io.dexklines.job.sink.check;

import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.text.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;

/** Rows of the table {@code kline}, written by tests without the job. */
public final class TableRows {

    private static final int FIRST_VALUE = 4;

    private TableRows() {}

    /** Writes a row, which replaces any version. */
    public static void put(Connection database, PairKline kline) throws SQLException {
        int parameters = FIRST_VALUE - 1 + KlineColumns.TABLE.size();
        try (PreparedStatement replace =
                database.prepareStatement(
                        "REPLACE INTO kline (chain_id, pair_addr, interval_code, "
                                + KlineColumns.TABLE_NAMES
                                + ") VALUES ("
                                + String.join(", ", Collections.nCopies(parameters, "?"))
                                + ")")) {
            setKey(replace, kline.key());
            for (int i = 0; i < KlineColumns.TABLE.size(); i++) {
                KlineColumns.TABLE
                        .get(i)
                        .write(kline.kline(), new Parameter(replace, FIRST_VALUE + i));
            }
            replace.executeUpdate();
        }
    }

    /** Deletes a row. */
    public static void delete(Connection database, PairKline.Key kline) throws SQLException {
        try (PreparedStatement delete =
                database.prepareStatement(
                        "DELETE FROM kline WHERE chain_id = ? AND pair_addr = ?"
                                + " AND interval_code = ? AND open_time = ?")) {
            setKey(delete, kline);
            delete.setLong(FIRST_VALUE, kline.openTimeMs() / 1000);
            delete.executeUpdate();
        }
    }

    private static void setKey(PreparedStatement statement, PairKline.Key kline)
            throws SQLException {
        statement.setString(1, kline.pair().chainId());
        statement.setString(2, kline.pair().address());
        statement.setString(3, kline.interval().code());
    }

    private record Parameter(PreparedStatement statement, int number)
            implements Column.Writer<SQLException> {

        @Override
        public void text(String name, String value) throws SQLException {
            statement.setString(number, value);
        }

        @Override
        public void whole(String name, long value) throws SQLException {
            statement.setLong(number, value);
        }

        @Override
        public void number(String name, double value) throws SQLException {
            statement.setDouble(number, value);
        }

        @Override
        public void flag(String name, boolean value) throws SQLException {
            statement.setBoolean(number, value);
        }
    }
}

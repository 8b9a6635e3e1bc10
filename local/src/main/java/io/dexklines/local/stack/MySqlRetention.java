package io.dexklines.local.stack;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A table of a simulated stack whose oldest rows are deleted, so that a stack which is left running
 * does not fill the disk. All limits are far above what Kafka keeps of the same trades, so {@code
 * klines verify} misses nothing.
 *
 * @param name the table
 * @param time the column with the time of a row, in epoch seconds
 * @param condition an SQL condition of the rows that may be deleted
 * @param maxRows how many of these rows stay; more if they are of one hour
 */
record MySqlRetention(String name, String time, String condition, long maxRows) {

    /** The klines of intervals below one hour, which are 96 % of all. */
    static final MySqlRetention KLINES =
            new MySqlRetention(
                    "kline", "open_time", "interval_code REGEXP '^[0-9]+[sm]$'", 2_000_000);

    static final MySqlRetention SMART_MONEY_TRADES =
            new MySqlRetention("smart_money_trade", "block_time", "TRUE", 300_000);

    static final MySqlRetention NOTIFICATIONS =
            new MySqlRetention("smart_money_notification", "block_time", "TRUE", 600_000);

    static final List<MySqlRetention> ALL = List.of(KLINES, SMART_MONEY_TRADES, NOTIFICATIONS);

    private static final int SECONDS_PER_HOUR = 3600;

    /** Rows of one statement, few enough that the job does not wait for their locks. */
    private static final int ROWS_AT_ONCE = 5_000;

    /**
     * Deletes what is too much.
     *
     * @param connection of a user with the right to delete, in autocommit mode
     * @return the number of deleted rows
     */
    long apply(Connection connection) throws SQLException {
        OptionalLong oldest = oldestKept(rowsByHour(connection), maxRows);
        if (oldest.isEmpty()) {
            return 0;
        }
        long deleted = 0;
        try (PreparedStatement delete =
                connection.prepareStatement(
                        "DELETE FROM %s WHERE %s < ? AND %s LIMIT %d"
                                .formatted(name, time, condition, ROWS_AT_ONCE))) {
            delete.setLong(1, oldest.getAsLong());
            int rows;
            do {
                rows = delete.executeUpdate();
                deleted += rows;
            } while (rows == ROWS_AT_ONCE);
        }
        return deleted;
    }

    private SortedMap<Long, Long> rowsByHour(Connection connection) throws SQLException {
        SortedMap<Long, Long> rows = new TreeMap<>(Comparator.reverseOrder());
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery(
                                "SELECT %2$s DIV %4$d, COUNT(*) FROM %1$s WHERE %3$s GROUP BY 1"
                                        .formatted(name, time, condition, SECONDS_PER_HOUR))) {
            while (result.next()) {
                rows.put(result.getLong(1) * SECONDS_PER_HOUR, result.getLong(2));
            }
        }
        return rows;
    }

    /**
     * Returns the beginning of the oldest hour whose rows stay, in epoch seconds; empty if all
     * stay. The newest hour stays in any case.
     *
     * @param rowsByHour how many rows there are, by the beginning of their hour, newest first
     */
    static OptionalLong oldestKept(SortedMap<Long, Long> rowsByHour, long maxRows) {
        long rows = 0;
        long oldest = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> hour : rowsByHour.entrySet()) {
            rows += hour.getValue();
            if (rows > maxRows && oldest != Long.MAX_VALUE) {
                return OptionalLong.of(oldest);
            }
            oldest = hour.getKey();
        }
        return OptionalLong.empty();
    }
}

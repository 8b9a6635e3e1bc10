package io.dexklines.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The partitions of a table by month (UTC). The last one, {@code later}, takes everything after the
 * last month. New months are split off it while it is empty, which is instant.
 */
final class MonthPartitions {

    private static final String LATER = "later";

    private MonthPartitions() {}

    /**
     * Makes the partitions that are missing up to a month.
     *
     * @return the names of the new partitions, in order; empty if none was missing
     * @throws SchemaException if the table has no partition {@code later} to split
     */
    static List<String> make(Connection connection, String table, YearMonth last)
            throws SQLException {
        OptionalLong bound = OptionalLong.empty();
        boolean hasLater = false;
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT partition_name, partition_description"
                                + " FROM information_schema.partitions"
                                + " WHERE table_schema = DATABASE() AND table_name = ?"
                                + " AND partition_name IS NOT NULL")) {
            query.setString(1, table);
            try (ResultSet partitions = query.executeQuery()) {
                while (partitions.next()) {
                    if (partitions.getString(1).equals(LATER)) {
                        hasLater = true;
                    } else {
                        long each = Long.parseLong(partitions.getString(2));
                        bound = OptionalLong.of(Math.max(each, bound.orElse(each)));
                    }
                }
            }
        }
        if (!hasLater || bound.isEmpty()) {
            throw new SchemaException(
                    "the table "
                            + table
                            + " has no partition "
                            + LATER
                            + " behind a month, from which coming months are split off");
        }
        List<YearMonth> missing = missing(bound.getAsLong(), last);
        if (!missing.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(split(table, missing));
            }
        }
        return missing.stream().map(MonthPartitions::name).toList();
    }

    /**
     * Drops the partitions that end no later than a time, with their rows.
     *
     * @param timeSeconds epoch seconds
     * @return the names of the dropped partitions
     */
    static List<String> dropUntil(Connection connection, String table, long timeSeconds)
            throws SQLException {
        List<String> ended = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement(
                        "SELECT partition_name FROM information_schema.partitions"
                                + " WHERE table_schema = DATABASE() AND table_name = ?"
                                + " AND partition_name <> ?"
                                + " AND CAST(partition_description AS SIGNED) <= ?"
                                + " ORDER BY partition_ordinal_position")) {
            query.setString(1, table);
            query.setString(2, LATER);
            query.setLong(3, timeSeconds);
            try (ResultSet partitions = query.executeQuery()) {
                while (partitions.next()) {
                    ended.add(partitions.getString(1));
                }
            }
        }
        if (!ended.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "ALTER TABLE " + table + " DROP PARTITION " + String.join(", ", ended));
            }
        }
        return ended;
    }

    /**
     * Returns the months without a partition, in order.
     *
     * @param boundSeconds where the last partition ends, epoch seconds
     */
    static List<YearMonth> missing(long boundSeconds, YearMonth last) {
        List<YearMonth> missing = new ArrayList<>();
        YearMonth month =
                YearMonth.from(Instant.ofEpochSecond(boundSeconds).atOffset(ZoneOffset.UTC));
        while (!month.isAfter(last)) {
            missing.add(month);
            month = month.plusMonths(1);
        }
        return missing;
    }

    /** Returns the statement that splits months off {@code later}. */
    static String split(String table, List<YearMonth> months) {
        StringBuilder statement =
                new StringBuilder("ALTER TABLE ")
                        .append(table)
                        .append(" REORGANIZE PARTITION later INTO (");
        for (YearMonth month : months) {
            statement
                    .append("PARTITION ")
                    .append(name(month))
                    .append(" VALUES LESS THAN (")
                    .append(startSeconds(month.plusMonths(1)))
                    .append("), ");
        }
        return statement.append("PARTITION later VALUES LESS THAN MAXVALUE)").toString();
    }

    private static String name(YearMonth month) {
        return "p%04d_%02d".formatted(month.getYear(), month.getMonthValue());
    }

    private static long startSeconds(YearMonth month) {
        return month.atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
    }
}

package io.dexklines.job.sink.mysql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.sink.Json;
import io.dexklines.text.Column;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A table and how its rows are upserted, checked and reported.
 *
 * @param name the name of the table
 * @param key the columns of the primary key
 * @param columns all columns, those of the key first
 * @param order the order of the primary key: writers that follow it lock rows in the same order
 * @param update what follows {@code ON DUPLICATE KEY UPDATE}
 * @param unwritten removes rows that are in the table under another key
 * @param <R> the type of a row
 */
public record Table<R>(
        String name,
        List<Column<R>> key,
        List<Column<R>> columns,
        Comparator<R> order,
        String update,
        Unwritten<R> unwritten) {

    /** Removes rows that need not be written, by queries in the transaction that writes. */
    interface Unwritten<R> {

        /** Returns the other rows, in their order. */
        List<R> of(SinkProgress.Statements statements, List<R> rows) throws SQLException;
    }

    /** Creates a table in which a row has only one key. */
    Table(
            String name,
            List<Column<R>> key,
            List<Column<R>> columns,
            Comparator<R> order,
            String update) {
        this(name, key, columns, order, update, (statements, rows) -> rows);
    }

    /** Returns the statement that upserts {@code rows} rows. Its parameters stand row by row. */
    public String upsert(int rows) {
        String row = "(" + "?,".repeat(columns.size() - 1) + "?)";
        return "INSERT INTO "
                + name
                + columns.stream().map(Column::name).collect(Collectors.joining(", ", " (", ")"))
                + " VALUES "
                + (row + ",").repeat(rows - 1)
                + row
                + " ON DUPLICATE KEY UPDATE "
                + update;
    }

    /** Binds the parameters of the statement that upserts these rows. */
    public void bind(PreparedStatement statement, List<R> rows) throws SQLException {
        Binding binding = new Binding(statement);
        for (R row : rows) {
            for (Column<R> column : columns) {
                column.write(row, binding);
            }
        }
    }

    /**
     * Returns the reason why the row must not be sent to MySQL; empty if it may be. The server
     * accepts a number that a DOUBLE cannot hold without reporting an error, and the collation
     * {@code ascii_bin} ignores trailing spaces.
     */
    Optional<String> refusal(R row) {
        Check check = new Check();
        columns.forEach(column -> column.write(row, check));
        if (!check.finite) {
            return Optional.of("a number that is not finite");
        }
        check.padded = false;
        key.forEach(column -> column.write(row, check));
        return check.padded ? Optional.of("a key with a trailing space") : Optional.empty();
    }

    /** Adds the columns of the row to a JSON object, each under its name. */
    void json(ObjectNode object, R row) {
        Json.Fields fields = new Json.Fields(object);
        columns.forEach(column -> column.write(row, fields));
    }

    /** Sets the parameters of a statement, one after the other. */
    private static final class Binding implements Column.Writer<SQLException> {

        private final PreparedStatement statement;
        private int parameter;

        Binding(PreparedStatement statement) {
            this.statement = statement;
        }

        @Override
        public void text(String name, String value) throws SQLException {
            statement.setString(++parameter, value);
        }

        @Override
        public void whole(String name, long value) throws SQLException {
            statement.setLong(++parameter, value);
        }

        @Override
        public void number(String name, double value) throws SQLException {
            statement.setDouble(++parameter, value);
        }

        @Override
        public void flag(String name, boolean value) throws SQLException {
            statement.setBoolean(++parameter, value);
        }
    }

    /** Checks values for what MySQL would silently change. */
    private static final class Check implements Column.Writer<RuntimeException> {

        private boolean finite = true;
        private boolean padded;

        @Override
        public void text(String name, String value) {
            padded |= value.endsWith(" ");
        }

        @Override
        public void whole(String name, long value) {
            // the driver checks whole numbers
        }

        @Override
        public void number(String name, double value) {
            finite &= Double.isFinite(value);
        }

        @Override
        public void flag(String name, boolean value) {
            // both values fit
        }
    }
}

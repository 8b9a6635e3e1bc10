package io.dexklines.job.sink.mysql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/** A table and how rows of type {@code R} are upserted into it. */
public interface UpsertTable<R> {

    /** Its name. */
    String name();

    /** The statement that upserts {@code rows} rows; its parameters stand row by row. */
    String upsert(int rows);

    /** How many parameters a row has. */
    int columns();

    /** Sets the parameters of one row, the first of them at {@code offset + 1}. */
    void bind(PreparedStatement statement, int offset, R row) throws SQLException;

    /** Why the table cannot hold this row, where that is known without asking it. */
    Optional<String> refusal(R row);

    /** {@code INSERT INTO table (columns) VALUES (?, …), (?, …)}. */
    static String insert(String table, java.util.List<String> columns, int rows) {
        String row = "(" + "?,".repeat(columns.size() - 1) + "?)";
        return "INSERT INTO "
                + table
                + " ("
                + String.join(", ", columns)
                + ") VALUES "
                + (row + ",").repeat(rows - 1)
                + row;
    }
}

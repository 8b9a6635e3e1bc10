package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.store.StoreWriter;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The row of a writer in the table {@code sink_progress}. Each transaction of the writer counts it
 * up, together with the rows that it writes. If the row counts less than the writer has committed,
 * the database went back in time, for example because a replica that lagged was promoted.
 *
 * <p>The row also tells how many of the updates that the writer was given are complete in the
 * database, see {@link StoredKlines#isComplete}. One thread writes; any thread may call {@link
 * #remembered}.
 */
final class SinkProgress {

    /** Prepares a statement of the current connection, once for each connection. */
    interface Statements {
        PreparedStatement prepare(String sql) throws SQLException;
    }

    private static final String READ = "SELECT writes FROM sink_progress WHERE writer = ?";
    private static final String WRITE =
            "INSERT INTO sink_progress (writer, run, complete_updates, writes) VALUES (?, ?, ?, ?) ON"
                    + " DUPLICATE KEY UPDATE run = VALUES(run), complete_updates ="
                    + " VALUES(complete_updates), writes = VALUES(writes)";

    private final String writer;
    private final String run;
    private volatile long committed;
    private long next;
    private long completeUpdates;
    private long found;
    private boolean lost;

    /**
     * @param writer the key of the row, at most 255 characters
     * @param run the run of the job to which the number of updates belongs
     * @param remembered {@link #remembered} of an earlier run of the writer
     */
    SinkProgress(String writer, String run, long remembered) {
        this.writer = writer;
        this.run = run;
        this.committed = remembered;
    }

    /** Sets how many of the first updates are complete once the next transaction is committed. */
    void complete(long updates) {
        completeUpdates = updates;
    }

    /** Adds the row to a transaction. */
    void note(Statements statements) throws SQLException {
        PreparedStatement read = statements.prepare(READ);
        read.setString(1, writer);
        try (ResultSet row = read.executeQuery()) {
            found = row.next() ? row.getLong(1) : StoreWriter.NOTHING;
        }
        next = Math.max(found, committed) + 1;
        PreparedStatement write = statements.prepare(WRITE);
        write.setString(1, writer);
        write.setString(2, run);
        write.setLong(3, completeUpdates);
        write.setLong(4, next);
        write.executeUpdate();
    }

    /** Called when the transaction is committed. */
    void committed() {
        lost |= found < committed;
        committed = next;
    }

    /** Returns the count of the last committed transaction. */
    long remembered() {
        return committed;
    }

    /** Returns whether the database went back in time since the last call. */
    boolean takeLost() {
        boolean taken = lost;
        lost = false;
        return taken;
    }
}

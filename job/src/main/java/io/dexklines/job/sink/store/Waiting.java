package io.dexklines.job.sink.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The newest version of a row that waits to be written.
 *
 * @param update the number of the update since which the row waits, which may have been an earlier
 *     version of it
 * @param sinceMs when that update arrived, epoch milliseconds
 * @param <R> a version of a row
 */
record Waiting<R>(R row, long update, long sinceMs) {

    /** Returns the newer of two versions of a row, which has waited since the first of the two. */
    Waiting<R> mergedWith(Waiting<R> held, RowType<?, R> type) {
        return type.supersedes(row, held.row) ? after(held) : held.after(this);
    }

    private Waiting<R> after(Waiting<R> former) {
        return new Waiting<>(
                row, Math.min(update, former.update), Math.min(sinceMs, former.sinceMs));
    }

    void write(RowType<?, R> type, DataOutput out) throws IOException {
        out.writeLong(update);
        out.writeLong(sinceMs);
        type.write(row, out);
    }

    static <R> Waiting<R> read(RowType<?, R> type, DataInput in) throws IOException {
        long update = in.readLong();
        long sinceMs = in.readLong();
        return new Waiting<>(type.read(in), update, sinceMs);
    }
}

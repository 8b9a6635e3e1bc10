package io.dexklines.job.sink.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;

/**
 * The rows of a store: what identifies them, which version is newer, and their bytes in state.
 *
 * @param <P> the key of the stream; all versions of a row have the same
 * @param <R> a version of a row
 */
public interface RowType<P, R> extends Serializable {

    /** Returns the key of the stream that the row belongs to. */
    P partition(R row);

    /** Returns the identity of the row, which all its versions share. */
    Object key(R row);

    /** Returns the identity of the row among those of its partition. Part of the savepoint. */
    String keyInPartition(R row);

    /** Returns whether {@code row} replaces {@code held}, another version of the same row. */
    boolean supersedes(R row, R held);

    /** Returns whether the row probably changes soon, so that it may wait for the live interval. */
    boolean isLive(R row);

    /** Writes the newest version of the format. Part of the savepoint. */
    void write(R row, DataOutput out) throws IOException;

    /** Reads every version of the format. */
    R read(DataInput in) throws IOException;
}

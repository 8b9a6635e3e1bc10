package io.dexklines.job.sink.store;

import java.io.IOException;
import java.util.List;

/**
 * A blocking writer of rows to one store. One thread writes, and any thread may call {@link #abort}
 * and read the figures.
 *
 * @param <R> a version of a row
 */
public interface StoreWriter<R> extends AutoCloseable {

    /** The value of {@link #remembered} if nothing is remembered. */
    long NOTHING = -1;

    /**
     * Writes rows, waits for the store if it has to, and notes in the store how far the updates of
     * this subtask are complete in it. An older version never replaces a newer one.
     *
     * @param rows may be empty: then the progress is noted, and the store is looked at
     * @param completeUpdates how many of the first updates of this subtask are complete in the
     *     store once the rows are written
     * @throws InterruptedException if the writer was aborted or the thread was interrupted
     * @throws IOException if the store will never accept rows, so that the job has to fail
     */
    Written<R> write(List<R> rows, long completeUpdates) throws IOException, InterruptedException;

    /**
     * Returns what the writer has to know after a restart to notice that the store went back in
     * time; {@link #NOTHING} if nothing.
     */
    long remembered();

    /** Returns the seconds since the store became unavailable; 0 while it accepts rows. */
    long downSeconds();

    /** Returns the number of attempts that failed and were repeated. */
    long retries();

    /** Makes a write that is blocked fail as soon as possible. Never throws. */
    void abort();

    /** Closes the connection. Never throws. */
    @Override
    void close();
}

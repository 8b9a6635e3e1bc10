package io.dexklines.job.sink.store;

/**
 * The metrics of an operator that writes to a store, each for one subtask. Their names begin with
 * the name of the store.
 */
public enum StoreMetric {
    /** Counter: rows that the store has accepted. */
    ROWS_WRITTEN("RowsWritten"),
    /** Counter: rows that the store refused for their content. */
    ROWS_REFUSED("RowsRefused"),
    /** Counter: rows that were let go because there was no room for them. */
    ROWS_LET_GO("RowsLetGo"),
    /** Gauge: versions that a newer one replaced before they were written. */
    ROWS_CONFLATED("RowsConflated"),
    /** Gauge: rows that wait for the store. */
    ROWS_WAITING("RowsWaiting"),
    /** Gauge: for how many seconds the oldest of them has waited; 0 if none waits. */
    OLDEST_WAITING_SECONDS("OldestWaitingSeconds"),
    /** Gauge: 1 while the job is held back because too many rows wait, else 0. */
    HOLDS_BACK("HoldsBack"),
    /** Gauge: attempts that failed and were repeated. */
    RETRIES("Retries"),
    /** Gauge: seconds since the store became unavailable; 0 while it accepts rows. */
    DOWN_SECONDS("DownSeconds"),
    /** Gauge: duration of the last write in milliseconds, retries included. */
    LAST_WRITE_MS("LastWriteMs"),
    /** Counter: how often the store was found to have gone back in time. */
    LOSSES("Losses");

    private final String suffix;

    StoreMetric(String suffix) {
        this.suffix = suffix;
    }

    /**
     * Returns the name under which the metric is registered with Flink.
     *
     * @param store the name of the store, in lower case
     */
    public String metricName(String store) {
        return store + suffix;
    }
}

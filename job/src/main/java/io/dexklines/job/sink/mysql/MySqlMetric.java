package io.dexklines.job.sink.mysql;

/** The metrics of the MySQL sink, each for one subtask. */
public enum MySqlMetric {
    /** Counter: committed rows of klines or trades. */
    ROWS_WRITTEN("mysqlRowsWritten"),
    /** Counter: rows of klines or trades that the database refused for their content. */
    ROWS_REFUSED("mysqlRowsRefused"),
    /** Gauge: klines that were not written because a newer version replaced them first. */
    ROWS_COLLAPSED("mysqlRowsCollapsed"),
    /** Gauge: rows that wait to be written. */
    ROWS_PENDING("mysqlRowsPending"),
    /** Counter: committed rows of labels. */
    LABELS_WRITTEN("mysqlLabelsWritten"),
    /** Counter: rows of labels that the database refused. */
    LABELS_REFUSED("mysqlLabelsRefused"),
    /** Gauge: committed transactions. */
    TRANSACTIONS("mysqlTransactions"),
    /** Gauge: attempts that failed and were repeated. */
    RETRIES("mysqlRetries"),
    /** Gauge: seconds since the database became unavailable; 0 while it accepts rows. */
    DOWN_SECONDS("mysqlDownSeconds"),
    /** Gauge: duration of the last flush in milliseconds, retries included. */
    LAST_FLUSH_MS("mysqlLastFlushMs");

    private final String metricName;

    MySqlMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

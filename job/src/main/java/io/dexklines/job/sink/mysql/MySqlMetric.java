package io.dexklines.job.sink.mysql;

/** The metrics of the MySQL writer, each of one subtask. */
public enum MySqlMetric {
    /** Counter: rows, of klines or of trades, that were committed. */
    ROWS_WRITTEN("mysqlRowsWritten"),
    /** Counter: rows, of klines or of trades, that the database refused for their content. */
    ROWS_REFUSED("mysqlRowsRefused"),
    /** Gauge: klines that were not written because a newer version of them came first. */
    ROWS_COLLAPSED("mysqlRowsCollapsed"),
    /** Gauge: rows that wait. */
    ROWS_PENDING("mysqlRowsPending"),
    /** Counter: rows of labels that were committed. */
    LABELS_WRITTEN("mysqlLabelsWritten"),
    /** Counter: rows of labels that the database refused. */
    LABELS_REFUSED("mysqlLabelsRefused"),
    /** Gauge: transactions that were committed. */
    TRANSACTIONS("mysqlTransactions"),
    /** Gauge: attempts that failed and were made again. */
    RETRIES("mysqlRetries"),
    /** Gauge: for how many seconds nothing could be written; 0 while all is well. */
    DOWN_SECONDS("mysqlDownSeconds"),
    /** Gauge: how long the last flush took, in milliseconds, retries included. */
    LAST_FLUSH_MS("mysqlLastFlushMs");

    private final String metricName;

    MySqlMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

package io.dexklines.job.source.trades;

/**
 * The metrics of the stage that reads and decodes: counters of one subtask. Records that are read
 * again after a restart count again.
 */
public enum IngestMetric {
    /**
     * The number of valid swaps read, one counter for each topic from its first record on. The
     * label {@link #TOPIC} has the topic.
     */
    TRADES_DECODED("tradesDecoded"),
    /**
     * The number of entries that this stage excluded, one counter for each reason from {@code
     * malformed} to {@code future}. The label {@link #REASON} has the reason. A record that is not
     * an array is one entry. The operator that computes klines counts {@code late} and {@code
     * duplicate} entries under the same name.
     */
    TRADES_EXCLUDED("tradesExcluded"),
    /**
     * The number of labels of valid swaps that were dropped because they cannot be shown: the
     * address of a token that is no identifier, a name or symbol with control or reordering
     * characters or of more than 64 characters. Their trades count.
     */
    LABELS_DROPPED("labelsDropped");

    /** The label of {@link #TRADES_DECODED}. */
    public static final String TOPIC = "topic";

    /** The label of {@link #TRADES_EXCLUDED}. */
    public static final String REASON = "reason";

    private final String metricName;

    IngestMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

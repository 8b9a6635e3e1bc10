package io.dexklines.job.source.trades;

/**
 * The metrics of the stage that reads and decodes: counters of one subtask. What is read again
 * after a restart counts again.
 */
public enum IngestMetric {
    /**
     * One for each topic, the value of {@link #TOPIC}, from its first record on: valid swaps that
     * were read.
     */
    TRADES_DECODED("tradesDecoded"),
    /**
     * One for each reason, the value of {@link #REASON}: entries that this stage excluded, from
     * {@code malformed} to {@code future}; a record that is no array is one entry. Those that are
     * {@code late} or {@code duplicate} count under the same name where klines are computed.
     */
    TRADES_EXCLUDED("tradesExcluded");

    /** What tells the counters of {@link #TRADES_DECODED} apart. */
    public static final String TOPIC = "topic";

    /** What tells the counters of {@link #TRADES_EXCLUDED} apart. */
    public static final String REASON = "reason";

    private final String metricName;

    IngestMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

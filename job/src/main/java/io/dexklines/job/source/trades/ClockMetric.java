package io.dexklines.job.source.trades;

/** The metrics of the enumerator, which computes the clocks of all chains on the JobManager. */
public enum ClockMetric {
    /**
     * Whether a partition holds the clock of a chain, 1 or 0: one gauge for each chain, partition
     * and reason for which there has been such a hold. The labels are {@link #CHAIN}, {@link
     * #TOPIC}, {@link #PARTITION} and {@link #REASON}.
     */
    HELD_BY("heldBy");

    /** The label of the chain. */
    public static final String CHAIN = "chain";

    /** The label of the partition's topic. */
    public static final String TOPIC = "topic";

    /** The label of the partition's number. */
    public static final String PARTITION = "partition";

    /** The label of the reason, a {@link io.dexklines.clock.Hold.Reason}. */
    public static final String REASON = "reason";

    private final String metricName;

    ClockMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

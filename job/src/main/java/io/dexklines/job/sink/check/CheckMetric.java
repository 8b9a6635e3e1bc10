package io.dexklines.job.sink.check;

/**
 * The metrics of the check, each a counter of one subtask and one store. Every sample ends as
 * checked or as unchecked, once for each server that it is compared with, unless a correction
 * replaces it.
 */
public enum CheckMetric {
    /** Samples that were compared with what the store holds. */
    KLINES_CHECKED("klinesChecked"),
    /** Checked samples of which the store held an older version or other values. */
    KLINES_WRONG("klinesWrong"),
    /** Checked samples that the store did not hold. */
    KLINES_MISSING("klinesMissing"),
    /** Checked samples of which the store held more trades than the job has emitted. */
    KLINES_AHEAD("klinesAhead"),
    /** Samples that were not compared: the store was unreachable, or keeps newer klines only. */
    KLINES_UNCHECKED("klinesUnchecked");

    /** The group of the metrics, whose value is the kind of store. */
    public static final String STORE = "store";

    private final String metricName;

    CheckMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

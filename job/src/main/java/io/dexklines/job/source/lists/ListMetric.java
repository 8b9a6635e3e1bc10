package io.dexklines.job.source.lists;

/** The metrics of the source of the lists. */
public enum ListMetric {
    /** Counter: invalid records. They are in the topic of refused list records. */
    RECORDS_INVALID("listRecordsInvalid"),
    /** Counter: rebuilds of the filter. */
    REBUILDS("listRebuilds"),
    /** Gauge: the age of the time as of which the lists are known, in milliseconds. */
    BEHIND_MS("listsBehindMs");

    private final String metricName;

    ListMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

package io.dexklines.job.source.lists;

/** The metrics of the source of the lists. */
public enum ListMetric {
    /** Counter: records that are none of the lists'; each has a line in the log. */
    RECORDS_INVALID("listRecordsInvalid"),
    /** Counter: how often the filter was begun anew. */
    REBUILDS("listRebuilds"),
    /** Gauge: how long ago the time is as of which the lists are known, in milliseconds. */
    BEHIND_MS("listsBehindMs");

    private final String metricName;

    ListMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

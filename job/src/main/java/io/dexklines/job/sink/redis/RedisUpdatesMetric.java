package io.dexklines.job.sink.redis;

/** The metrics of published updates, each for one subtask. There are none without a channel. */
enum RedisUpdatesMetric {
    /** Updates that Redis has taken, since the start of the attempt. */
    PUBLISHED("redisUpdatesPublished"),
    /** Updates that Redis did not take, or that were let go because too many waited. */
    DROPPED("redisUpdatesDropped");

    private final String metricName;

    RedisUpdatesMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    String metricName() {
        return metricName;
    }
}

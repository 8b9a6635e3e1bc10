package io.dexklines.job.sink.redis;

/** The metrics of the operator before the Redis sink, each for one subtask. */
public enum RedisCacheMetric {
    /** Counter: recent klines that were sent again because Redis had lost its data. */
    KLINES_SENT_AGAIN("redisKlinesSentAgain");

    private final String metricName;

    RedisCacheMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

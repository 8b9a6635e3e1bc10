package io.dexklines.job.sink.redis;

/** The metrics of what stands before the sink to Redis, each of one subtask. */
public enum RedisCacheMetric {
    /** Counter: recent klines that were sent again because Redis had lost its data. */
    KLINES_SENT_AGAIN("redisKlinesSentAgain");

    private final String metricName;

    RedisCacheMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

package io.dexklines.job.sink.redis;

/** The metrics of how Redis is repaired, each for one subtask. */
public enum RedisCacheMetric {
    /** Counter: recent klines that were sent again because Redis had lost data. */
    KLINES_SENT_AGAIN("redisKlinesSentAgain"),
    /** Counter: klines that were sent from MySQL. */
    KLINES_FILLED("redisKlinesFilled"),
    /** Gauge: pairs whose klines were let go and are not filled from MySQL yet. */
    PAIRS_TO_FILL("redisPairsToFill"),
    /** Gauge: 1 while lost klines are not filled from MySQL yet, else 0. */
    LOSS_TO_FILL("redisLossToFill"),
    /** Gauge: 1 while Redis has no memory for new klines, else 0. */
    FULL("redisFull");

    private final String metricName;

    RedisCacheMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

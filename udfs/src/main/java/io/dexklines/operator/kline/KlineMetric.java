package io.dexklines.operator.kline;

/**
 * The metrics of the stage that turns swaps into klines, each of one subtask. What is computed
 * again after a restart counts again.
 */
public enum KlineMetric {
    /** Counter: trades that are in a kline of every interval. */
    TRADES_COUNTED("tradesCounted"),
    /**
     * Counter, one for each reason: trades that this stage excluded. The reason is the value of
     * {@link #REASON}: {@code late} or {@code duplicate}.
     */
    TRADES_EXCLUDED("tradesExcluded"),
    /**
     * Counter, one for each kind: klines that were emitted, each version of one again. The kind is
     * the value of {@link #KIND}: {@code open} or {@code closed}.
     */
    KLINES_OUT("klinesOut"),
    /**
     * Gauge: how far the watermark is behind the wall clock, in milliseconds; -1 while there is
     * none, 0 when the input has ended.
     */
    WATERMARK_LAG_MS("watermarkLagMs"),
    /**
     * Histogram: milliseconds from the moment at which Kafka was given a record to the emission of
     * the klines that it changed. One sample for each flush: of the oldest record in it, so the
     * quantiles are those of the worst.
     */
    KLINE_LATENCY_MS("klineLatencyMs"),
    /**
     * Gauge, one for each interval: when its first whole kline opens, epoch milliseconds; there are
     * none before. 0 if the job has counted every trade from the first on. The interval's code is
     * the value of {@link #INTERVAL}.
     */
    WHOLE_FROM_MS("wholeFromMs");

    /** What tells the counters of {@link #TRADES_EXCLUDED} apart. */
    public static final String REASON = "reason";

    /** What tells the counters of {@link #KLINES_OUT} apart. */
    public static final String KIND = "kind";

    /** What tells the gauges of {@link #WHOLE_FROM_MS} apart. */
    public static final String INTERVAL = "interval";

    private final String metricName;

    KlineMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

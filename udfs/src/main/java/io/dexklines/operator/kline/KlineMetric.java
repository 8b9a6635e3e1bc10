package io.dexklines.operator.kline;

/**
 * The metrics of the kline operator, one set for each subtask. Counters include trades that are
 * processed again after a restart.
 */
public enum KlineMetric {
    /** Counter: trades added to a kline of every interval. */
    TRADES_COUNTED("tradesCounted"),
    /**
     * Counter, one for each reason: trades that the operator excluded. The reason is the value of
     * {@link #REASON}: {@code late} or {@code duplicate}.
     */
    TRADES_EXCLUDED("tradesExcluded"),
    /**
     * Counter, one for each kind: emitted versions of klines. The kind is the value of {@link
     * #KIND}: {@code open} or {@code closed}.
     */
    KLINES_OUT("klinesOut"),
    /**
     * Gauge, one for each chain: how far the chain's clock is behind the wall clock, in
     * milliseconds; -1 if the clock has not started. The chain is the value of {@link #CHAIN}. It
     * appears with the first trade or time of the chain.
     */
    CLOCK_LAG_MS("clockLagMs"),
    /**
     * Histogram: milliseconds from the Kafka timestamp of a record to the emission of the klines
     * that it changed. There is one sample for each flush, that of its oldest record.
     */
    KLINE_LATENCY_MS("klineLatencyMs"),
    /**
     * Gauge, one for each interval: when the first kline opens, epoch milliseconds; 0 if the job
     * has counted all trades. The interval's code is the value of {@link #INTERVAL}.
     */
    WHOLE_FROM_MS("wholeFromMs");

    /** The key of the metric group of {@link #TRADES_EXCLUDED}. */
    public static final String REASON = "reason";

    /** The key of the metric group of {@link #KLINES_OUT}. */
    public static final String KIND = "kind";

    /** The key of the metric group of {@link #CLOCK_LAG_MS}. */
    public static final String CHAIN = "chain";

    /** The key of the metric group of {@link #WHOLE_FROM_MS}. */
    public static final String INTERVAL = "interval";

    private final String metricName;

    KlineMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

package io.dexklines.operator.smartmoney;

/**
 * The metrics of the smart-money operators, one set for each subtask. Counters include trades that
 * are processed again after a restart.
 */
public enum SmartMoneyMetric {
    /** Counter: trades that passed the filter because their wallet may be listed. */
    FILTER_HITS("walletFilterHits"),
    /** Counter: trades that the filter dropped, and those that the prefilter dropped. */
    FILTER_DROPPED("walletFilterDropped"),
    /** Counter: trades that passed unfiltered because too many waited for the lists. */
    FILTER_UNFILTERED("walletFilterUnfiltered"),
    /** Gauge: trades that wait for the lists in the filter, and those that do in the prefilter. */
    FILTER_WAITING("walletFilterWaiting"),
    /** Gauge: trades that passed the filter and wait behind it, in state, for the lists. */
    UNDECIDED("smartMoneyUndecided"),
    /** Counter: trades that were let go because too many waited for the lists. */
    LET_GO("smartMoneyLetGo"),
    /**
     * Gauge: wallets in the filters of all chains without the stale ones, as of the last list
     * watermark. All subtasks of the filter report the same value.
     */
    WALLETS_LISTED("walletsListed"),
    /**
     * Gauge: wallets that were unlisted since the last rebuild of the filters and still pass them.
     */
    FILTER_STALE("walletFilterStale"),
    /** Gauge: bytes of the filters of all chains, as of the last checkpoint. */
    FILTER_BYTES("walletFilterBytes"),
    /**
     * Gauge: layers of the filters of all chains. A chain with more wallets than expected has more
     * than one.
     */
    FILTER_LAYERS("walletFilterLayers"),
    /** Counter: trades that passed the filter although their wallet is not listed. */
    FALSE_POSITIVES("walletFilterFalsePositives"),
    /** Counter: trades of smart-money wallets. */
    TRADES("smartMoneyTrades"),
    /** Counter: redelivered trades of smart-money wallets. */
    DUPLICATES("smartMoneyDuplicates"),
    /** Counter: notifications. */
    NOTIFICATIONS("smartMoneyNotifications"),
    /** Counter: cluster alerts. */
    CLUSTERS("clusterAlerts");

    private final String metricName;

    SmartMoneyMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }
}

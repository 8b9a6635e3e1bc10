package io.dexklines.operator.smartmoney;

/**
 * The metrics of the stage that finds the trades of listed wallets, each of one subtask. What is
 * computed again after a restart counts again.
 */
public enum SmartMoneyMetric {
    /** Counter: trades that the filter let pass because their wallet may be listed. */
    FILTER_HITS("walletFilterHits"),
    /** Counter: trades that the filter dropped. */
    FILTER_DROPPED("walletFilterDropped"),
    /** Counter: trades that passed unfiltered because too many waited for the lists. */
    FILTER_UNFILTERED("walletFilterUnfiltered"),
    /** Gauge: trades that wait in the filter for the lists. */
    FILTER_WAITING("walletFilterWaiting"),
    /**
     * Gauge: wallets in the filters of all chains, less the stale ones, as of the last progress of
     * the lists. Every subtask of the filter tells the same.
     */
    WALLETS_LISTED("walletsListed"),
    /**
     * Gauge: wallets that were unlisted since the filters were built, and still pass them. A
     * rebuild brings it down.
     */
    FILTER_STALE("walletFilterStale"),
    /** Gauge: bytes of the filters of all chains, as of the last checkpoint. */
    FILTER_BYTES("walletFilterBytes"),
    /**
     * Gauge: layers of the filters of all chains; a chain that outgrew what was expected has more.
     */
    FILTER_LAYERS("walletFilterLayers"),
    /** Counter: trades that passed the filter, and their wallet is not listed. */
    FALSE_POSITIVES("walletFilterFalsePositives"),
    /** Counter: trades of listed wallets. */
    TRADES("smartMoneyTrades"),
    /** Counter: trades of listed wallets that had been found before. */
    DUPLICATES("smartMoneyDuplicates"),
    /** Counter: notifications. */
    NOTIFICATIONS("smartMoneyNotifications"),
    /** Counter: clusters that were told of. */
    CLUSTERS("clusterAlerts");

    private final String metricName;

    SmartMoneyMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

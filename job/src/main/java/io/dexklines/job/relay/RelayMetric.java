package io.dexklines.job.relay;

/** The metrics of the relay writer: gauges of one subtask, over all relays. */
public enum RelayMetric {
    /** How many relays are connected. */
    CONNECTED("relayConnected"),
    /** How many connections were made; more than relays means reconnects. */
    CONNECTIONS("relayConnections"),
    /** Klines that were sent. */
    KLINES_SENT("relayKlinesSent"),
    /** Klines that were not sent because a newer version of them came first. */
    KLINES_CONFLATED("relayKlinesConflated"),
    /** Klines that were given up because too many waited. */
    KLINES_DROPPED("relayKlinesDropped"),
    /** Klines that wait. */
    KLINES_WAITING("relayKlinesWaiting");

    private final String metricName;

    RelayMetric(String metricName) {
        this.metricName = metricName;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }
}

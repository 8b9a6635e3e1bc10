package io.dexklines.job.sink.relay;

import java.util.List;
import java.util.function.ToLongFunction;

/** The metrics of the relay writers: gauges of one subtask, over all relays. */
public enum RelayMetric {
    /** How many relays are connected. */
    CONNECTED("relayConnected", publisher -> publisher.connected() ? 1 : 0),
    /** How many connections were made; more than relays means reconnects. */
    CONNECTIONS("relayConnections", RelayPublisher::connections),
    /** Klines that were sent. */
    KLINES_SENT("relayKlinesSent", RelayPublisher::linesSent),
    /** Klines that were not sent because a newer version of them came first. */
    KLINES_CONFLATED("relayKlinesConflated", publisher -> publisher.outgoing().conflated()),
    /** Klines that were given up because too many waited. */
    KLINES_DROPPED("relayKlinesDropped", publisher -> publisher.outgoing().dropped()),
    /** Klines that wait. */
    KLINES_WAITING("relayKlinesWaiting", publisher -> publisher.outgoing().size()),
    /** Events that were sent. */
    EVENTS_SENT("relayEventsSent", RelayPublisher::linesSent),
    /** Events that were given up because too many waited. */
    EVENTS_DROPPED("relayEventsDropped", publisher -> publisher.outgoing().dropped()),
    /** Events that wait. */
    EVENTS_WAITING("relayEventsWaiting", publisher -> publisher.outgoing().size());

    /** Those of a writer of klines. */
    static final List<RelayMetric> OF_KLINES =
            List.of(
                    CONNECTED,
                    CONNECTIONS,
                    KLINES_SENT,
                    KLINES_CONFLATED,
                    KLINES_DROPPED,
                    KLINES_WAITING);

    /** Those of a writer of events. */
    static final List<RelayMetric> OF_EVENTS =
            List.of(CONNECTED, CONNECTIONS, EVENTS_SENT, EVENTS_DROPPED, EVENTS_WAITING);

    private final String metricName;
    private final transient ToLongFunction<RelayPublisher<?>> value;

    RelayMetric(String metricName, ToLongFunction<RelayPublisher<?>> value) {
        this.metricName = metricName;
        this.value = value;
    }

    /** Its name in Flink. */
    public String metricName() {
        return metricName;
    }

    /** What it is of one relay. */
    ToLongFunction<RelayPublisher<?>> value() {
        return value;
    }
}

package io.dexklines.job.sink.relay;

import java.util.List;
import java.util.function.ToLongFunction;

/** The metrics of the relay writers: gauges of one subtask, summed over all relays. */
public enum RelayMetric {
    /** The number of connected relays. */
    CONNECTED("relayConnected", publisher -> publisher.connected() ? 1 : 0),
    /** The number of connections made. More connections than relays means reconnects. */
    CONNECTIONS("relayConnections", RelayPublisher::connections),
    /** The number of klines sent. */
    KLINES_SENT("relayKlinesSent", RelayPublisher::linesSent),
    /** The number of klines not sent because a newer version replaced them first. */
    KLINES_CONFLATED("relayKlinesConflated", publisher -> publisher.outgoing().conflated()),
    /** The number of klines dropped because the queue was full. */
    KLINES_DROPPED("relayKlinesDropped", publisher -> publisher.outgoing().dropped()),
    /** The number of klines in the queue. */
    KLINES_WAITING("relayKlinesWaiting", publisher -> publisher.outgoing().size()),
    /** The number of events sent. */
    EVENTS_SENT("relayEventsSent", RelayPublisher::linesSent),
    /** The number of events dropped because the queue was full. */
    EVENTS_DROPPED("relayEventsDropped", publisher -> publisher.outgoing().dropped()),
    /** The number of events in the queue. */
    EVENTS_WAITING("relayEventsWaiting", publisher -> publisher.outgoing().size()),
    /** The number of trades of the tape sent. */
    TRADES_SENT("relayTradesSent", RelayPublisher::linesSent),
    /** The number of trades left out of the tape because there were too many. */
    TRADES_OMITTED(
            "relayTradesOmitted",
            publisher -> publisher.outgoing().conflated() + publisher.outgoing().dropped()),
    /** The number of trades in the queue. */
    TRADES_WAITING("relayTradesWaiting", publisher -> publisher.outgoing().size());

    /** The metrics of a writer of klines. */
    static final List<RelayMetric> OF_KLINES =
            List.of(
                    CONNECTED,
                    CONNECTIONS,
                    KLINES_SENT,
                    KLINES_CONFLATED,
                    KLINES_DROPPED,
                    KLINES_WAITING);

    /** The metrics of a writer of events. */
    static final List<RelayMetric> OF_EVENTS =
            List.of(CONNECTED, CONNECTIONS, EVENTS_SENT, EVENTS_DROPPED, EVENTS_WAITING);

    /** The metrics of a writer of the tape. */
    static final List<RelayMetric> OF_TAPE =
            List.of(CONNECTED, CONNECTIONS, TRADES_SENT, TRADES_OMITTED, TRADES_WAITING);

    private final String metricName;
    private final transient ToLongFunction<RelayPublisher<?>> value;

    RelayMetric(String metricName, ToLongFunction<RelayPublisher<?>> value) {
        this.metricName = metricName;
        this.value = value;
    }

    /** Returns the name under which the metric is registered with Flink. */
    public String metricName() {
        return metricName;
    }

    /** Returns the function that reads the value of one relay. */
    ToLongFunction<RelayPublisher<?>> value() {
        return value;
    }
}

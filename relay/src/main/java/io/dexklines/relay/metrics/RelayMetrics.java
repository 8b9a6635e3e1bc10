package io.dexklines.relay.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the relay counts since it started. The names in {@link #prometheusText} are for dashboards
 * and alerts to rely on.
 */
public final class RelayMetrics {

    /** Gauges. */
    public final LongAdder subscribers = new LongAdder();

    public final LongAdder publishers = new LongAdder();
    public final LongAdder subscriptions = new LongAdder();
    public final LongAdder followers = new LongAdder();
    public final LongAdder upstreams = new LongAdder();

    /** Publications taken in. */
    public final LongAdder published = new LongAdder();

    /** Publications that were older than what was held. */
    public final LongAdder refusedOlder = new LongAdder();

    /** Events that were held already. */
    public final LongAdder refusedKnown = new LongAdder();

    /** Publishers' lines that were no publications. */
    public final LongAdder malformed = new LongAdder();

    /** Streams forgotten because too many others were more alive. */
    public final LongAdder streamsForgotten = new LongAdder();

    /** Messages handed to the operating system for a subscriber, replies not included. */
    public final LongAdder delivered = new LongAdder();

    /**
     * Messages that a newer version of the same kline replaced before a slow subscriber took them.
     */
    public final LongAdder conflated = new LongAdder();

    /** Subscribers disconnected because they took too little of what they asked for. */
    public final LongAdder disconnectedSlow = new LongAdder();

    /** Subscribers disconnected because they sent too much, too often or nothing at all. */
    public final LongAdder disconnectedLimit = new LongAdder();

    /** Handshakes answered with an error. */
    public final LongAdder refusedHandshakes = new LongAdder();

    /** Questions about history. */
    public final LongAdder historyRequests = new LongAdder();

    /** Questions about history refused because stores were away or too many waited. */
    public final LongAdder historyUnavailable = new LongAdder();

    /** Members in Redis, and payloads held, that were to be klines and are none. */
    public final LongAdder historyMalformed = new LongAdder();

    /** All of it in Prometheus' text format. */
    public String prometheusText(long heldStreams) {
        StringBuilder text = new StringBuilder(2048);
        gauge(text, "subscribers", "Open subscriber connections.", subscribers.sum());
        gauge(text, "publishers", "Open publisher connections.", publishers.sum());
        gauge(text, "subscriptions", "Streams subscribed to, over all.", subscriptions.sum());
        gauge(text, "followers", "Relays that follow this one.", followers.sum());
        gauge(text, "upstreams", "Relays that this one follows, connected.", upstreams.sum());
        gauge(text, "streams", "Kline streams held.", heldStreams);
        counter(text, "published", "Messages taken in from publishers.", published);
        counter(text, "refused_older", "Klines older than the one held.", refusedOlder);
        counter(text, "refused_known", "Events that were sent again.", refusedKnown);
        counter(text, "malformed", "Publishers' lines that were no messages.", malformed);
        counter(text, "streams_forgotten", "Quiet streams given up.", streamsForgotten);
        counter(text, "delivered", "Messages sent to subscribers.", delivered);
        counter(text, "conflated", "Messages replaced by newer ones unsent.", conflated);
        counter(text, "disconnected_slow", "Subscribers too slow.", disconnectedSlow);
        counter(text, "disconnected_limit", "Subscribers beyond a limit.", disconnectedLimit);
        counter(text, "refused_handshakes", "Handshakes refused.", refusedHandshakes);
        counter(text, "history_requests", "Questions about history.", historyRequests);
        counter(text, "history_unavailable", "Of them answered by 503.", historyUnavailable);
        counter(text, "history_malformed", "Klines read that are none.", historyMalformed);
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String help, long value) {
        sample(text, "klines_relay_" + name, "gauge", help, value);
    }

    private static void counter(StringBuilder text, String name, String help, LongAdder value) {
        sample(text, "klines_relay_" + name + "_total", "counter", help, value.sum());
    }

    private static void sample(
            StringBuilder text, String name, String type, String help, long value) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        text.append(name).append(' ').append(value).append('\n');
    }
}

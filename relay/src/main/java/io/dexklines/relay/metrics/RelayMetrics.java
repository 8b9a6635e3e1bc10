package io.dexklines.relay.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The metrics of a relay since its start. Their names in {@link #prometheusText} are a stable
 * interface for dashboards and alerts. Thread-safe.
 */
public final class RelayMetrics {

    private record Metric(String name, String type, String help, LongAdder value) {}

    private final List<Metric> all = new ArrayList<>();

    public final LongAdder subscribers = gauge("subscribers", "Open subscriber connections.");
    public final LongAdder publishers = gauge("publishers", "Open publisher connections.");
    public final LongAdder subscriptions =
            gauge("subscriptions", "Subscriptions of all connections.");
    public final LongAdder followers = gauge("followers", "Relays that follow this one.");
    public final LongAdder upstreams = gauge("upstreams", "Connections to upstream relays.");

    public final LongAdder connections = gauge("connections", "Open connections of all kinds.");

    /** Bytes that were not sent yet, because clients do not read fast enough. */
    public final LongAdder outboundBytes =
            gauge("outbound_bytes", "Bytes that wait to be sent, over all connections.");

    public final LongAdder refusedConnections =
            counter("refused_connections", "Connections closed at once, beyond a quota or rate.");

    /**
     * New connections, handshakes and requests of subscribers that did not begin at once, because
     * others came before.
     */
    public final LongAdder waited =
            counter("waited", "Connections, handshakes and messages that waited.");

    /** Connections closed because they took too long to send a request or to read an answer. */
    public final LongAdder closedOverdue =
            counter("closed_overdue", "Connections closed after a time limit.");

    /** Connections that were among the slowest while too many bytes waited to be sent. */
    public final LongAdder closedOutbound =
            counter("closed_outbound", "Slowest connections closed to free memory.");

    public final LongAdder published = counter("published", "Messages accepted from publishers.");
    public final LongAdder refusedOlder =
            counter("refused_older", "Klines older than the version held.");

    /** Klines that contradicted the pair's held klines when they came. */
    public final LongAdder withheld =
            counter("withheld", "Klines withheld until all of their pair fit together.");

    public final LongAdder refusedKnown = counter("refused_known", "Redelivered events.");

    /** Lines from publishers that are not publications. */
    public final LongAdder malformed = counter("malformed", "Malformed lines from publishers.");

    public final LongAdder heldBytes = gauge("held_bytes", "Memory of the held klines and events.");

    /** Streams evicted because the most memory for held klines and events was reached. */
    public final LongAdder streamsForgotten = counter("streams_forgotten", "Evicted streams.");

    /** Messages written to subscribers' connections, without replies to requests. */
    public final LongAdder delivered = counter("delivered", "Messages sent to subscribers.");

    /** Flushes of what was written to subscribers, each a system call with one or more messages. */
    public final LongAdder flushes =
            counter("flushes", "Flushes of messages to subscribers, one or more messages each.");

    /** Klines compressed, each once for all subscribers that get it in the same form. */
    public final LongAdder compressed = counter("compressed", "Messages compressed.");

    /** Messages in a backlog that a newer version of the same kline replaced. */
    public final LongAdder conflated =
            counter("conflated", "Unsent messages replaced by newer ones.");

    /** Subscribers disconnected because their backlog was too large or blocked for too long. */
    public final LongAdder disconnectedSlow =
            counter("disconnected_slow", "Slow subscribers disconnected.");

    /** Subscribers disconnected because they sent too much, too often or nothing at all. */
    public final LongAdder disconnectedLimit =
            counter("disconnected_limit", "Subscribers disconnected for exceeding a limit.");

    public final LongAdder refusedHandshakes =
            counter("refused_handshakes", "WebSocket handshakes refused.");
    public final LongAdder historyRequests =
            counter("history_requests", "Requests to the history API.");

    /** History requests whose stores were unreachable, that waited or that took too long. */
    public final LongAdder historyUnavailable =
            counter("history_unavailable", "History requests answered with 503.");

    public final LongAdder historyRefused =
            counter("history_refused", "History requests answered with 400 or 404.");

    /** History requests of clients that asked for more than their share. */
    public final LongAdder historyLimited =
            counter("history_limited", "History requests answered with 429.");

    /** History requests whose client was gone before they were answered. */
    public final LongAdder historyCancelled =
            counter("history_cancelled", "History requests ended since their client was gone.");

    public final LongAdder historyTimedOut =
            counter("history_timed_out", "History requests ended at their deadline.");

    /** Rows of MySQL, members of Redis and held payloads that were skipped. */
    public final LongAdder historyMalformed =
            counter(
                    "history_malformed",
                    "Stored rows and held klines skipped because they cannot be shown.");

    public final LongAdder follows = gauge("follows", "Follows of all users that are held.");

    public final LongAdder followRequests =
            counter("follow_requests", "Requests to read or change the follows of a user.");

    /** Requests without a valid token, or for something that cannot be followed. */
    public final LongAdder followRefused =
            counter("follow_refused", "Requests for follows answered with 4xx.");

    /** Requests while Kafka did not answer, and changes that it did not confirm. */
    public final LongAdder followUnavailable =
            counter("follow_unavailable", "Requests for follows answered with 501 or 503.");

    /** Tokens of users that were refused, in handshakes and in requests. */
    public final CounterByReason refusedTokens =
            new CounterByReason("klines_relay_refused_tokens_total", "User tokens refused.");

    /** Subscriptions to alerts that the relay ended because their token is no longer valid. */
    public final CounterByReason endedSubscriptions =
            new CounterByReason(
                    "klines_relay_ended_subscriptions_total",
                    "Subscriptions ended because of their token.");

    /** Attempts to read the keys or revocations of user tokens again that failed. */
    public final LongAdder tokenReloadFailures =
            counter("token_reload_failures", "Failures to reload user token keys or revocations.");

    /**
     * Returns all metrics in Prometheus' text format.
     *
     * @param heldStreams the number of kline streams in memory
     */
    public String prometheusText(long heldStreams) {
        StringBuilder text = new StringBuilder(2048);
        sample(text, "streams", "gauge", "Kline streams in memory.", heldStreams);
        for (Metric metric : all) {
            sample(text, metric.name, metric.type, metric.help, metric.value.sum());
        }
        refusedTokens.appendTo(text);
        endedSubscriptions.appendTo(text);
        return text.toString();
    }

    private LongAdder gauge(String name, String help) {
        return register(new Metric(name, "gauge", help, new LongAdder()));
    }

    private LongAdder counter(String name, String help) {
        return register(new Metric(name + "_total", "counter", help, new LongAdder()));
    }

    private LongAdder register(Metric metric) {
        all.add(metric);
        return metric.value;
    }

    private static void sample(
            StringBuilder text, String name, String type, String help, long value) {
        String fullName = "klines_relay_" + name;
        text.append("# HELP ").append(fullName).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(fullName).append(' ').append(type).append('\n');
        text.append(fullName).append(' ').append(value).append('\n');
    }
}

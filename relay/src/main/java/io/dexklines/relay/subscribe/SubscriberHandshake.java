package io.dexklines.relay.subscribe;

import io.dexklines.relay.resume.Since;
import io.dexklines.relay.stream.StreamName;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The target of a subscriber's handshake: {@code /ws}, {@code /ws/a/b} or {@code
 * /stream?streams=a/b}.
 *
 * @param streams the initial subscriptions, in the given order
 * @param since from where the subscriptions go on; null for now
 * @param combined whether messages contain the name of their stream, as they do on {@code /stream}
 */
record SubscriberHandshake(Set<StreamName> streams, Long since, boolean combined) {

    private static final String RAW = "/ws";
    private static final String COMBINED = "/stream";
    private static final String SINCE = "since";

    /** Returns whether subscribers may connect to this path. */
    static boolean isAt(String path) {
        return path.equals(RAW) || path.startsWith(RAW + "/") || path.equals(COMBINED);
    }

    /**
     * Parses the target of a request.
     *
     * @throws IllegalArgumentException if it contains an invalid stream name or {@code since}
     */
    static SubscriberHandshake parse(String uri) {
        QueryStringDecoder target = new QueryStringDecoder(uri);
        List<String> values = target.parameters().getOrDefault(SINCE, List.of());
        Long since = values.isEmpty() ? null : (Long) Since.parse(values.get(0));
        if (target.path().equals(COMBINED)) {
            List<String> parameter = target.parameters().getOrDefault("streams", List.of());
            return new SubscriberHandshake(streams(String.join("/", parameter)), since, true);
        }
        return new SubscriberHandshake(
                streams(target.path().substring(RAW.length())), since, false);
    }

    private static Set<StreamName> streams(String names) {
        Set<StreamName> streams = new LinkedHashSet<>();
        for (String name : names.split("/")) {
            if (!name.isEmpty()) {
                streams.add(StreamName.parse(name));
            }
        }
        return streams;
    }
}

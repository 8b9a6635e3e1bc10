package io.dexklines.relay.subscribe;

import io.dexklines.relay.stream.StreamName;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a subscriber asks for by the address it connects to: {@code /ws}, {@code /ws/a/b} or {@code
 * /stream?streams=a/b}.
 *
 * @param streams those to subscribe to from the start, in the order given
 * @param combined whether messages carry the name of their stream; {@code /ws} sends them bare
 */
record SubscriberHandshake(Set<StreamName> streams, boolean combined) {

    private static final String RAW = "/ws";
    private static final String COMBINED = "/stream";

    /** Whether a subscriber can connect to that path. */
    static boolean isAt(String path) {
        return path.equals(RAW) || path.startsWith(RAW + "/") || path.equals(COMBINED);
    }

    /**
     * Reads the request's target.
     *
     * @throws IllegalArgumentException if it names something that is no stream
     */
    static SubscriberHandshake parse(String uri) {
        QueryStringDecoder target = new QueryStringDecoder(uri);
        if (target.path().equals(COMBINED)) {
            List<String> parameter = target.parameters().getOrDefault("streams", List.of());
            return new SubscriberHandshake(streams(String.join("/", parameter)), true);
        }
        return new SubscriberHandshake(streams(target.path().substring(RAW.length())), false);
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

package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;

/**
 * The response to an API request.
 *
 * @param body JSON in UTF-8, must not be modified
 * @param maxAgeSeconds how long clients may cache the response; 0 forbids caching
 */
public record Response(int status, byte[] body, int maxAgeSeconds) {

    /** Late trades may correct klines for less than one day. */
    private static final long SETTLED_AFTER_SECONDS = 86_400;

    private static final int SETTLED_MAX_AGE_SECONDS = 60;
    private static final int MAX_AGE_SECONDS = 1;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns a successful response, whose body is the value as JSON. */
    static Response ok(Object value, int maxAgeSeconds) {
        return new Response(200, bytes(value), maxAgeSeconds);
    }

    /**
     * Returns a successful response with klines.
     *
     * @param body JSON in UTF-8, must not be modified
     * @param to the end of the requested range, in epoch seconds
     * @param isWhole whether all stores were read
     * @param now epoch seconds
     */
    public static Response klines(byte[] body, long to, boolean isWhole, long now) {
        return new Response(200, body, maxAgeSeconds(to, isWhole, now));
    }

    /** Returns how long klines may be cached: longer if no late trade changes them any more. */
    static int maxAgeSeconds(long to, boolean isWhole, long now) {
        boolean settled = to < now - SETTLED_AFTER_SECONDS;
        return settled && isWhole ? SETTLED_MAX_AGE_SECONDS : MAX_AGE_SECONDS;
    }

    /** Returns an error, which clients must not cache. */
    static Response error(int status, ObjectNode value) {
        return new Response(status, bytes(value), 0);
    }

    /** Returns an empty JSON object, whose fields keep the order in which they are added. */
    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** Returns the value, or null if it is not finite, since JSON has no such numbers. */
    static Double finite(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    private static byte[] bytes(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

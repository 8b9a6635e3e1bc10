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
record Response(int status, byte[] body, int maxAgeSeconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Returns a successful response, whose body is the value as JSON. */
    static Response ok(Object value, int maxAgeSeconds) {
        return new Response(200, bytes(value), maxAgeSeconds);
    }

    /** Returns an error, which clients must not cache. */
    static Response error(int status, ObjectNode value) {
        return new Response(status, bytes(value), 0);
    }

    /** Returns an empty JSON object, whose fields keep the order in which they are added. */
    static ObjectNode object() {
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

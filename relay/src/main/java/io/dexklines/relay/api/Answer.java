package io.dexklines.relay.api;

import java.nio.charset.StandardCharsets;

/**
 * What a request is answered with.
 *
 * @param body JSON in UTF-8, not to be modified
 * @param maxAgeSeconds how long it may be kept; 0 for not at all
 */
record Answer(int status, byte[] body, int maxAgeSeconds) {

    static Answer ok(byte[] body, int maxAgeSeconds) {
        return new Answer(200, body, maxAgeSeconds);
    }

    static Answer ok(String body, int maxAgeSeconds) {
        return ok(body.getBytes(StandardCharsets.UTF_8), maxAgeSeconds);
    }
}

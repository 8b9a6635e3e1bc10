package io.dexklines.relay.publish;

import java.net.URI;
import java.util.List;

/**
 * The address of an upstream relay.
 *
 * @param uri {@code ws://host:port/follow} or {@code wss://…}
 * @param token the token of its publishers; never part of {@link #toString}
 */
public record UpstreamAddress(URI uri, String token) {

    /**
     * @throws IllegalArgumentException if the URI has another scheme, no path, or contains
     *     credentials
     */
    public UpstreamAddress {
        if (!List.of("ws", "wss").contains(uri.getScheme())
                || uri.getHost() == null
                || uri.getRawPath().isEmpty()
                || uri.getUserInfo() != null) {
            throw new IllegalArgumentException("expected ws://host:port/follow");
        }
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}

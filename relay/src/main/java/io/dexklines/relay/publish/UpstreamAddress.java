package io.dexklines.relay.publish;

import java.net.URI;
import java.util.List;

/**
 * Where a relay is that is followed.
 *
 * @param uri {@code ws://host:port/follow} or {@code wss://…}
 * @param token what it has its publishers present; in no text of this object
 */
public record UpstreamAddress(URI uri, String token) {

    /**
     * @throws IllegalArgumentException if the URI is another kind, names no path, or carries
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

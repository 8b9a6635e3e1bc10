package io.dexklines.relay.subscribe;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which web pages may subscribe: those served by the relay itself and those from allowed
 * origins. Clients without an origin are not browsers and are always admitted.
 */
public final class OriginPolicy {

    private final Set<String> allowed;

    /**
     * @param allowed origins such as {@code https://charts.example.com}, compared
     *     case-insensitively
     */
    public OriginPolicy(Set<String> allowed) {
        this.allowed =
                allowed.stream()
                        .map(origin -> origin.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns whether the client may subscribe.
     *
     * @param origin the {@code Origin} header, null if missing
     * @param host the {@code Host} header, including the port, null if missing
     */
    public boolean admits(String origin, String host) {
        return origin == null
                || allowed.contains(origin.toLowerCase(Locale.ROOT))
                || host != null && host.equalsIgnoreCase(authority(origin));
    }

    private static String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

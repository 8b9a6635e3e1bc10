package io.dexklines.relay.subscribe;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose pages may subscribe: those that the relay itself serves, and those of the origins listed.
 * Whoever sends no origin is no browser and may.
 */
public final class OriginPolicy {

    private final Set<String> allowed;

    /**
     * @param allowed origins such as {@code https://charts.example.com}, compared exactly but for
     *     case
     */
    public OriginPolicy(Set<String> allowed) {
        this.allowed =
                allowed.stream()
                        .map(origin -> origin.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * @param origin the {@code Origin} header, null if missing
     * @param host the {@code Host} header, with the port if it has one
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

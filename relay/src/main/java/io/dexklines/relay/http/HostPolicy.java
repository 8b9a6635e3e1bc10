package io.dexklines.relay.http;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides under which names the relay can be reached. A page from elsewhere whose name was made to
 * resolve to the relay's address sends its own name as {@code Host}, and its requests would pass
 * for those of the relay's own page.
 */
public final class HostPolicy {

    private final Set<String> names;

    /**
     * @param names names such as {@code charts.example.com}, without ports; compared
     *     case-insensitively
     */
    public HostPolicy(Set<String> names) {
        this.names =
                names.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Returns whether a request is meant for this relay: its {@code Host} is one of the names, the
     * address that the client connected to, or, on the same machine, {@code localhost}.
     *
     * @param host the {@code Host} header, with or without a port; null if missing
     * @param local the address at this end of the connection
     */
    public boolean admits(String host, InetAddress local) {
        if (host == null) {
            return false;
        }
        String name;
        try {
            name = HostAndPort.fromString(host).getHost().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return false;
        }
        if (names.contains(name)) {
            return true;
        }
        return InetAddresses.isInetAddress(name)
                ? InetAddresses.forString(name).equals(local)
                : name.equals("localhost") && local.isLoopbackAddress();
    }
}

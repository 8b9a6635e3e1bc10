package io.dexklines.relay.http;

import com.google.common.net.InetAddresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;

/** Computes whose request it is from addresses. */
public final class ClientAddress {

    private ClientAddress() {}

    /**
     * Returns the name under which a client is counted: an IPv4 address, or the first 64 bits of an
     * IPv6 address, since every subscriber of a provider has that many addresses.
     */
    public static String key(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        ByteBuffer network = ByteBuffer.wrap(address.getAddress());
        return "%x:%x:%x:%x::/64"
                .formatted(
                        network.getShort(),
                        network.getShort(),
                        network.getShort(),
                        network.getShort());
    }

    /**
     * Returns the client for which trusted proxies forward a request: the last address of {@code
     * X-Forwarded-For} that is not a trusted proxy. What is further left was written by the client
     * and proves nothing.
     *
     * @param peer the address at the other end of the connection. The headers count only if it is
     *     trusted
     * @param forwardedFor the values of all {@code X-Forwarded-For} headers, in order
     */
    static InetAddress of(InetAddress peer, List<String> forwardedFor, AddressRanges trusted) {
        InetAddress client = peer;
        String[] hops = String.join(",", forwardedFor).split(",");
        for (int i = hops.length - 1; i >= 0 && trusted.contains(client); i--) {
            String hop = hops[i].strip();
            if (!InetAddresses.isInetAddress(hop)) {
                break;
            }
            client = InetAddresses.forString(hop);
        }
        return client;
    }
}

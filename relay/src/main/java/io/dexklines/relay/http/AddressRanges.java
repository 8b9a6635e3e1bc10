package io.dexklines.relay.http;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;

/** A set of IP addresses, given as networks such as {@code 10.0.0.0/8} or single addresses. */
public final class AddressRanges {

    public static final AddressRanges NONE = new AddressRanges(List.of());

    private record Range(byte[] network, int bits) {
        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += Byte.SIZE) {
                int mask = 0xff << Math.max(0, bit + Byte.SIZE - bits);
                if (((address[bit / Byte.SIZE] ^ network[bit / Byte.SIZE]) & mask & 0xff) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = ranges;
    }

    /**
     * Parses networks in CIDR notation.
     *
     * @throws IllegalArgumentException if one is not {@code address/bits} or an address
     */
    public static AddressRanges parse(Collection<String> networks) {
        return new AddressRanges(networks.stream().map(AddressRanges::range).toList());
    }

    private static Range range(String network) {
        int slash = network.indexOf('/');
        String address = slash < 0 ? network : network.substring(0, slash);
        if (InetAddresses.isInetAddress(address)) {
            byte[] bytes = InetAddresses.forString(address).getAddress();
            int most = bytes.length * Byte.SIZE;
            int bits = slash < 0 ? most : bits(network.substring(slash + 1));
            if (bits >= 0 && bits <= most) {
                return new Range(bytes, bits);
            }
        }
        throw new IllegalArgumentException("'" + network + "' is not a network such as 10.0.0.0/8");
    }

    private static int bits(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (Range range : ranges) {
            if (range.contains(bytes)) {
                return true;
            }
        }
        return false;
    }
}

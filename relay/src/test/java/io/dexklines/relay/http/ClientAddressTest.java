package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final AddressRanges TRUSTED =
            AddressRanges.parse(List.of("10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"));

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "::ffff:203.0.113.7, 203.0.113.7",
        "2001:db8:a:b:1:2:3:4, 2001:db8:a:b::/64",
        "2001:db8:a:b:ffff::1, 2001:db8:a:b::/64",
        "2001:db8:a:c::1, 2001:db8:a:c::/64",
        "fe80::1, fe80:0:0:0::/64"
    })
    void theAddressesOfOneSubscriberOfAProviderAreOneClient(String address, String key) {
        assertThat(ClientAddress.key(InetAddresses.forString(address))).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({
        "10.255.0.1, true",
        "11.0.0.1, false",
        "192.0.2.1, true",
        "192.0.2.2, false",
        "2001:db8:1:ffff::1, true",
        "2001:db8:2::1, false",
        "::1, false"
    })
    void networksContainTheirAddresses(String address, boolean contained) {
        assertThat(TRUSTED.contains(InetAddresses.forString(address))).isEqualTo(contained);
    }

    @Test
    void aPrefixMayEndWithinAByte() {
        AddressRanges ranges = AddressRanges.parse(List.of("172.16.0.0/12", "0.0.0.0/0"));
        AddressRanges twelve = AddressRanges.parse(List.of("172.16.0.0/12"));

        assertThat(twelve.contains(InetAddresses.forString("172.31.255.255"))).isTrue();
        assertThat(twelve.contains(InetAddresses.forString("172.32.0.0"))).isFalse();
        assertThat(ranges.contains(InetAddresses.forString("172.32.0.0"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "10"})
    void whatIsNoNetworkIsRefused(String network) {
        assertThatThrownBy(() -> AddressRanges.parse(List.of(network)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + network + "' is not a network such as 10.0.0.0/8");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                // peer | X-Forwarded-For | client
                "203.0.113.7 | 198.51.100.1 | 203.0.113.7",
                "10.0.0.1 | - | 10.0.0.1",
                "10.0.0.1 | 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 1.1.1.1, 198.51.100.1 | 198.51.100.1",
                "10.0.0.1 | 1.1.1.1, 198.51.100.1, 10.9.9.9 | 198.51.100.1",
                "10.0.0.1 | 10.1.1.1, 10.2.2.2 | 10.1.1.1",
                "10.0.0.1 | 1.1.1.1, nonsense | 10.0.0.1",
                "10.0.0.1 | 1.1.1.1, 2001:db8::1 | 2001:db8::1"
            })
    void onlyTrustedProxiesNameAClient(String peer, String header, String client) {
        assertThat(
                        ClientAddress.of(
                                InetAddresses.forString(peer),
                                header == null ? List.of() : List.of(header),
                                TRUSTED))
                .isEqualTo(InetAddresses.forString(client));
    }
}

package io.dexklines.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPolicyTest {

    private final HostPolicy policy = new HostPolicy(Set.of("Charts.example.com"));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // host, address that the client connected to
                "charts.example.com, 203.0.113.7, true",
                "CHARTS.example.com:8080, 203.0.113.7, true",
                "evil.example, 127.0.0.1, false",
                "charts.example.com.evil.example, 203.0.113.7, false",
                "localhost, 127.0.0.1, true",
                "localhost:8080, '::1', true",
                "localhost, 203.0.113.7, false",
                "127.0.0.1:8080, 127.0.0.1, true",
                "203.0.113.7, 203.0.113.7, true",
                "127.0.0.1, 203.0.113.7, false",
                "198.51.100.1, 203.0.113.7, false",
                "'[::1]:8080', '::1', true",
                "-, 127.0.0.1, false",
                "'', 127.0.0.1, false",
                "a:b:c, 127.0.0.1, false",
                "127.0.0.1:x, 127.0.0.1, false"
            })
    void onlyTheNamesAndTheAddressOfTheRelayAreAdmitted(
            String host, String local, boolean admitted) {
        assertThat(policy.admits(host, InetAddresses.forString(local))).isEqualTo(admitted);
    }
}

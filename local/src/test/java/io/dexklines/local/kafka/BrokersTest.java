package io.dexklines.local.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dexklines.local.command.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokersTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nonsense", "kafka:", ":9092", "kafka:x", "kafka:70000", "a:1,,b:2"})
    void anAddressHasAHostAndAPort(String addresses) {
        assertThatThrownBy(() -> Brokers.open(addresses))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("is not the address of a broker: expected HOST:PORT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka:9092", "10.0.0.1:9092, 10.0.0.2:9092", "[::1]:9092"})
    void addressesAreSeparatedByCommas(String addresses) {
        assertThat(Brokers.open(addresses).addresses()).isEqualTo(addresses);
    }

    @Test
    void oneAddressThatAcceptsConnectionsIsEnough() throws IOException {
        int closed = closedPort();
        try (ServerSocket open = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Brokers brokers =
                    Brokers.open(
                            "127.0.0.1:%d,127.0.0.1:%d".formatted(closed, open.getLocalPort()));

            assertThatCode(brokers::requireReachable).doesNotThrowAnyException();
        }
    }

    @Test
    void addressesThatAcceptNoConnectionAreNamed() throws IOException {
        String addresses = "127.0.0.1:%d,no-such-host.invalid:9092".formatted(closedPort());

        CommandFailure failure =
                catchThrowableOfType(
                        CommandFailure.class, () -> Brokers.open(addresses).requireReachable());

        assertThat(failure)
                .hasMessage(
                        "no broker can be reached at %s (Connection refused, unknown host"
                                + " no-such-host.invalid): is it running, and is the address"
                                + " right?",
                        addresses);
        assertThat(failure.getExitCode()).isEqualTo(4);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class StackSettingsTest {

    @Test
    void aTakenPortIsNamedWithTheFlagThatMovesIt() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            int port = other.getLocalPort();

            assertThat(new StackSettings.Ports(port, 0, 0, 0, 0).taken())
                    .containsExactly(
                            "port %d is taken, and Kafka needs it: free it, or move Kafka with --kafka-port PORT"
                                    .formatted(port));
        }
    }

    @Test
    void aPortThatSomeoneTookOnAllAddressesIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertThat(new StackSettings.Ports(0, 0, 0, 0, other.getLocalPort()).taken())
                    .singleElement()
                    .asString()
                    .endsWith("move Flink's web UI with --flink-port PORT");
        }
    }

    @Test
    void freePortsAndThoseLeftToChanceAreNotTaken() {
        assertThat(new StackSettings.Ports(Ports.free(), 0, 0, 0, 0).taken()).isEmpty();
    }
}

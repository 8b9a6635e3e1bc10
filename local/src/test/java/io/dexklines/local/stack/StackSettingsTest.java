package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StackSettingsTest {

    @Test
    void aPortInUseIsReportedWithTheOptionThatChangesIt() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            int port = other.getLocalPort();

            assertThat(new StackSettings.Ports(port, 0, 0, 0, 0, 0).taken())
                    .containsExactly(
                            "port %d is in use, but Kafka needs it: free it, or choose another with --kafka-port PORT"
                                    .formatted(port));
        }
    }

    @Test
    void aPortThatIsBoundOnAllAddressesIsInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            assertThat(new StackSettings.Ports(0, 0, 0, 0, other.getLocalPort(), 0).taken())
                    .singleElement()
                    .asString()
                    .endsWith(
                            "Flink's web UI needs it: free it, or choose another with --flink-port PORT");
        }
    }

    @Test
    void freePortsAndPortZeroAreNotReported() {
        assertThat(new StackSettings.Ports(Ports.free(), 0, 0, 0, 0, 0).taken()).isEmpty();
    }

    @Test
    void theFolderOfASimulatedStackHasALimitThatGrowsWithTheRate() {
        StackSettings.Simulation usual =
                new StackSettings.Simulation(
                        OptionalDouble.empty(), OptionalLong.empty(), 6, false);
        StackSettings.Simulation fast =
                new StackSettings.Simulation(
                        OptionalDouble.of(4_000), OptionalLong.empty(), 6, false);

        assertThat(usual.partitionBytes()).isEqualTo(128L << 20);
        assertThat(usual.maxFolderGb()).isEqualTo(9);
        assertThat(fast.partitionBytes()).isEqualTo(512L << 20);
        assertThat(fast.maxFolderGb()).isEqualTo(17);
    }
}

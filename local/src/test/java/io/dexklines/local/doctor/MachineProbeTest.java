package io.dexklines.local.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.doctor.MachineFacts.Port;
import io.dexklines.local.doctor.MachineFacts.Use;
import io.dexklines.local.stack.Ports;
import io.dexklines.local.stack.ProjectHome;
import io.dexklines.local.stack.StackSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of the machine on which this test runs. */
class MachineProbeTest {

    @TempDir private Path folder;

    @Test
    void thisMachineRunsThisTest() throws Exception {
        Path missing = folder.resolve("a/stack");

        MachineFacts facts = MachineProbe.read(ProjectHome.find(), missing);

        assertThat(facts.javaVersion()).isGreaterThanOrEqualTo(17);
        assertThat(facts.ports())
                .extracting(Port::number)
                .containsExactly(8080, 8081, 3306, 6379, 9092);
        assertThat(facts.availableMb()).isPositive().isLessThanOrEqualTo(facts.totalMb());
        assertThat(facts.freeDiskMb()).isPositive();
        assertThat(facts.isWritable()).isTrue();
        assertThat(facts.stack()).isEmpty();
        assertThat(missing).as("nothing is changed").doesNotExist();
    }

    @Test
    void whoHasAPortIsNamed() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName(Ports.HOST))) {
            int taken = server.getLocalPort();
            StackSettings.Ports needed =
                    new StackSettings.Ports(Ports.free(), Ports.free(), Ports.free(), taken, 0, 0);

            List<Port> ports = MachineProbe.ports(needed, folder, false);

            Optional<String> here =
                    Files.exists(Path.of("/proc/net/tcp"))
                            ? Optional.of(
                                    "process %d (java)".formatted(ProcessHandle.current().pid()))
                            : Optional.empty();
            assertThat(ports.get(0))
                    .isEqualTo(new Port(taken, "the relay", "--relay-port", Use.by(here)));
            assertThat(ports).hasSize(4);
            assertThat(ports.get(3).use()).isEqualTo(Use.FREE);
        }
    }

    @Test
    void aPortIsFoundInTheTableOfSockets() {
        List<String> table =
                List.of(
                        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt"
                                + "   uid  timeout inode",
                        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000"
                                + "  1000        0 4711 1 0000000000000000 100 0 0 10 0",
                        "   1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000"
                                + "  1000        0 4712 1 0000000000000000 20 4 30 10 -1");

        assertThat(PortOwners.sockets(table, 8080)).containsExactly("socket:[4711]");
        assertThat(PortOwners.sockets(table, 8081)).isEmpty();
    }
}

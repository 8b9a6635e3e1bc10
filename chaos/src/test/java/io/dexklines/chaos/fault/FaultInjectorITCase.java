package io.dexklines.chaos.fault;

import static io.dexklines.chaos.fault.FaultKind.BROKER_KILLED;
import static io.dexklines.chaos.fault.FaultKind.LEADER_KILLED;
import static io.dexklines.chaos.fault.FaultKind.MYSQL_DOWN;
import static io.dexklines.chaos.fault.FaultKind.REDIS_DOWN;
import static io.dexklines.chaos.fault.FaultKind.RELAY_DOWN;
import static io.dexklines.chaos.fault.FaultKind.TASK_MANAGER_KILLED_IN_CHECKPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.cluster.ChaosCluster.Layout;
import io.dexklines.chaos.cluster.Node;
import io.dexklines.chaos.cluster.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process of each kind while the job runs. */
class FaultInjectorITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final FaultSchedule ONE_OF_EACH =
            new FaultSchedule(
                    0,
                    List.of(
                            killed(TASK_MANAGER_KILLED_IN_CHECKPOINT),
                            killed(LEADER_KILLED),
                            killed(BROKER_KILLED),
                            killed(MYSQL_DOWN),
                            killed(REDIS_DOWN),
                            killed(RELAY_DOWN)));

    @TempDir Path folder;

    @Test
    void everyProcessIsKilledAndComesBackAndNoneIsLeft() throws Exception {
        List<Long> pids = new ArrayList<>();
        try (ChaosCluster cluster = ChaosCluster.start(folder, layout())) {
            assertThat(cluster.nodes()).extracting(Node::role).containsExactly(Role.values());
            pids.addAll(pids(cluster));
            String job = cluster.submit();
            cluster.awaitRunning(0, PATIENCE);

            List<FaultRecord> records =
                    new FaultInjector(cluster, System.out::println).run(ONE_OF_EACH);

            assertThat(records)
                    .allMatch(FaultRecord::proven)
                    .allMatch(record -> record.recoveredMs() >= record.toMs())
                    .extracting(record -> record.planned().kind())
                    .containsExactlyInAnyOrderElementsOf(
                            ONE_OF_EACH.faults().stream().map(PlannedFault::kind).toList());
            assertThat(pids(cluster)).doesNotContainAnyElementsOf(pids);
            assertThat(cluster.nodes()).allMatch(Node::isAlive);
            assertThat(cluster.rest().job(job).state()).isEqualTo("RUNNING");
            pids.addAll(pids(cluster));
        }

        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).isEmpty());
        assertThat(pidFiles()).isEmpty();
    }

    private static PlannedFault killed(FaultKind kind) {
        return new PlannedFault(0, kind, 0, 0);
    }

    /** Fewer seconds until a dead leader is noticed and until the next checkpoint. */
    private static Layout layout() {
        return Layout.small()
                .withFlink("high-availability.zookeeper.client.session-timeout", "4 s")
                .withFlink("execution.checkpointing.interval", "1 s")
                .withFlink("heartbeat.interval", "500 ms");
    }

    private static List<Long> pids(ChaosCluster cluster) {
        return cluster.nodes().stream().map(Node::pid).toList();
    }

    private List<Path> pidFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> file.toString().endsWith(".pid")).toList();
        }
    }
}

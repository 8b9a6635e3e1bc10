package io.dexklines.chaos.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.cluster.Node;
import io.dexklines.chaos.cluster.Role;
import io.dexklines.local.stack.EmbeddedRedis;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledITCase {

    @TempDir Path folder;

    @Test
    void aKillIsProvenByAnotherProcessThatAnswersInItsPlace() {
        try (EmbeddedRedis redis = EmbeddedRedis.start(folder, 0)) {
            Node node = new Node("redis-0", Role.REDIS, redis);
            long former = node.pid();

            Killed killed = Killed.of(List.of(node));

            assertThat(killed.proof())
                    .isEqualTo(new Proof("redis-0", false, "pid %d -> %1$d".formatted(former)));

            node.restart();

            String text = "pid %d -> %d".formatted(former, node.pid());
            assertThat(killed.proof()).isEqualTo(new Proof("redis-0", true, text));
            assertThat(killed.proof(false, "checkpoint 3 had completed"))
                    .isEqualTo(new Proof("redis-0", false, text + ", checkpoint 3 had completed"));
        }
    }
}

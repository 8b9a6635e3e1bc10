package io.dexklines.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.chaos.cluster.ChaosCluster;
import io.dexklines.chaos.fault.FaultKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A short run with one process of each kind: a JobManager, a TaskManager, a broker, a MySQL server,
 * a Redis server and a relay. {@code -Dchaos.seed} is another seed than the one of the build.
 */
class ChaosITCase {

    @Test
    void aSmallClusterUnderFireIsExact() throws Exception {
        long seed = Long.getLong("chaos.seed", 1);
        System.out.println("chaos.seed=" + seed);
        Path folder = Files.createTempDirectory(Path.of("target"), "chaos");

        List<String> lines =
                ChaosRun.run(
                        new ChaosRun.Settings(
                                folder,
                                seed,
                                Duration.ofSeconds(100),
                                ChaosCluster.Layout.small(),
                                EnumSet.allOf(FaultKind.class),
                                50),
                        System.out);

        lines.forEach(System.out::println);
        assertThat(lines.get(lines.size() - 1)).endsWith("verdict=passed");
    }
}

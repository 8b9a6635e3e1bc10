package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.KlineJob;
import io.dexklines.job.deployment.FlinkOptions;
import io.dexklines.job.deployment.RepositoryFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.ResourceManagerOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flink accepts every key and value of {@code flink-conf/config.yaml}. */
class FlinkConfigurationTest {

    /** Keys that contain a reporter's name, so no constant of Flink holds them. */
    private static final Set<String> OF_A_REPORTER =
            Set.of(
                    "metrics.reporter.prom.factory.class",
                    "metrics.reporter.prom.port",
                    "metrics.reporter.prom.filterLabelValueCharacters");

    private static final String FOLDER = "flink-conf";

    @Test
    void flinkKnowsEveryKey() {
        Configuration configuration = configuration(FOLDER);
        Map<String, ConfigOption<?>> options = FlinkOptions.all();
        assertThat(options).hasSizeGreaterThan(400);

        Set<String> unknown = new TreeSet<>(configuration.keySet());
        unknown.removeAll(options.keySet());
        unknown.removeAll(OF_A_REPORTER);
        assertThat(unknown).isEmpty();
        assertThat(configuration.keySet()).containsAll(OF_A_REPORTER);
        assertThat(configuration.keySet()).hasSizeGreaterThan(35);
    }

    @Test
    void everyNumberSaysWhatIsTooLowAndTooHigh() {
        assertThat(withoutBothDirections(RepositoryFiles.text(FOLDER + "/config.yaml"))).isEmpty();
    }

    @Test
    void checkpointsAreAlignedWhateverTheClusterSays() {
        assertThat(KlineJob.environment().getCheckpointConfig().isUnalignedCheckpointsEnabled())
                .isFalse();
        assertThat(KlineJob.environment().getConfiguration().toMap())
                .containsEntry(CheckpointingOptions.ENABLE_UNALIGNED.key(), "false");
    }

    @Test
    void aNumberWithoutBothDirectionsIsFound() {
        assertThat(
                        withoutBothDirections(
                                """
                                timeouts:
                                  # Too low: one thing. Too
                                  # high: another.
                                  first: 5 min
                                  # Too low: one thing.
                                  second: 10
                                  port: 80
                                  mode: any
                                  third: 0.1
                                """))
                .containsExactly("second: 10", "third: 0.1");
    }

    /**
     * Returns the numbers, durations, sizes and fractions, except ports, without both directions.
     */
    private static List<String> withoutBothDirections(String yaml) {
        List<String> without = new ArrayList<>();
        StringBuilder comment = new StringBuilder();
        for (String line : yaml.lines().map(String::strip).toList()) {
            if (line.startsWith("#")) {
                comment.append(line.substring(1));
                continue;
            }
            if (line.matches("[\\w-]+: \\d.*")
                    && !line.startsWith("port:")
                    && !comment.toString().matches(".*Too (low|few).*Too (high|many).*")) {
                without.add(line);
            }
            comment.setLength(0);
        }
        return without;
    }

    @Test
    void everyValueHasTheTypeOfItsKey() {
        Configuration configuration = configuration(FOLDER);
        Map<String, ConfigOption<?>> options = FlinkOptions.all();

        for (String key : configuration.keySet()) {
            if (options.containsKey(key)) {
                assertThat((Object) configuration.get(options.get(key))).as(key).isNotNull();
            }
        }
    }

    @Test
    void checkpointsAreExactlyOnceAndRetained() {
        Configuration configuration = configuration(FOLDER);

        assertThat(configuration.get(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE))
                .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
        assertThat(configuration.get(CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION))
                .isEqualTo(ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        assertThat(configuration.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isTrue();
        assertThat(configuration.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("rocksdb");
        assertThat(configuration.get(RestartStrategyOptions.RESTART_STRATEGY))
                .isEqualTo("exponential-delay");
    }

    /**
     * A cluster that is up for months still waits for a TaskManager that is being restarted. The
     * scheduler of the JobManager refuses longer delays than 2³¹ ticks of 10 ms.
     */
    @Test
    void aRestartWaitsForSlotsAsLongAsTheSchedulerAllows() {
        assertThat(
                        configuration(FOLDER)
                                .get(ResourceManagerOptions.STANDALONE_CLUSTER_STARTUP_PERIOD_TIME))
                .isEqualTo(Duration.ofDays(240))
                .isLessThan(Duration.ofMillis(10L * Integer.MAX_VALUE));
    }

    @Test
    void theJvmOptionsOpenWhatFlinkNeeds() {
        Configuration configuration = configuration(FOLDER);
        String pom = RepositoryFiles.text("pom.xml");
        String opens =
                pom.substring(
                        pom.indexOf("<flink.add.opens>") + "<flink.add.opens>".length(),
                        pom.indexOf("</flink.add.opens>"));

        assertThat(configuration.get(CoreOptions.FLINK_DEFAULT_JVM_OPTIONS)).isEqualTo(opens);
        assertThat(configuration.contains(CoreOptions.FLINK_JVM_OPTIONS)).isFalse();
    }

    @Test
    void theMemoryOfTheSmallMachineAddsUp() {
        memoryAddsUp(configuration(FOLDER));
    }

    @Test
    void theMemoryOfTheLargeMachineAddsUp(@TempDir Path folder) throws IOException {
        String file = RepositoryFiles.text(FOLDER + "/config.yaml");
        int begin = file.indexOf("# jobmanager:\n");
        int end = file.indexOf("# and under state.backend.rocksdb");
        assertThat(begin).isPositive();
        assertThat(end).isGreaterThan(begin);
        Files.writeString(
                folder.resolve("config.yaml"),
                file.substring(begin, end).replaceAll("(?m)^# ?", ""));

        Configuration large = configuration(folder);

        assertThat(large.get(CoreOptions.DEFAULT_PARALLELISM)).isEqualTo(16);
        memoryAddsUp(large);
    }

    private static void memoryAddsUp(Configuration configuration) {
        assertThat(
                        TaskExecutorProcessUtils.processSpecFromConfig(configuration)
                                .getTaskHeapSize()
                                .getMebiBytes())
                .isGreaterThan(256);
        assertThat(
                        JobManagerProcessUtils.processSpecFromConfig(configuration)
                                .getJvmHeapMemorySize()
                                .getMebiBytes())
                .isGreaterThan(256);
    }

    private static Configuration configuration(String folder) {
        return configuration(RepositoryFiles.root().resolve(folder));
    }

    private static Configuration configuration(Path folder) {
        return GlobalConfiguration.loadConfiguration(folder.toString());
    }
}

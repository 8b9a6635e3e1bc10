package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.KlineJob;
import io.dexklines.job.deployment.RepositoryFiles;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;

/**
 * Flink's checkpoints in the form of {@code config.yaml}, without the prefix {@code
 * execution.checkpointing}.
 */
class CheckpointCheckTest {

    private static final String PREFIX = "execution.checkpointing.";

    /** A transaction may be open for 2 min 5 s and 2 min. */
    private static final Map<String, String> SOUND =
            Map.of(
                    "interval",
                    "10 s",
                    "timeout",
                    "2 min",
                    "min-pause",
                    "5 s",
                    "tolerable-failed-checkpoints",
                    "0");

    @Test
    void theShippedConfigurationIsAcceptedWithoutAWarning() {
        Configuration shipped =
                GlobalConfiguration.loadConfiguration(
                        RepositoryFiles.root().resolve("flink-conf").toString());
        KafkaSettings kafka =
                KlineJobSettings.load(
                                "--config",
                                RepositoryFiles.root()
                                        .resolve("flink-conf/klines.properties")
                                        .toString(),
                                "--kafka.bootstrap-servers=broker:9092")
                        .kafka();

        assertThat(CheckpointCheck.check(shipped, kafka)).isEmpty();
    }

    @Test
    void aJobWithoutCheckpointsIsRefusedBeforeItIsDefined() {
        assertThatThrownBy(() -> KlineJob.main(new String[] {"--kafka.bootstrap-servers=b:1"}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "execution.checkpointing.interval: is not set, so there are no checkpoints:"
                                + " no excluded trade and no notification would ever be committed,"
                                + " and a restart would begin anew. Set it in Flink's"
                                + " configuration, for example to 10 s; see flink-conf/config.yaml");
    }

    @Test
    void checkpointsThatCountTwiceAreRefused() {
        assertThatThrownBy(() -> check("15 min", Map.of("mode", "AT_LEAST_ONCE")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "execution.checkpointing.mode: is AT_LEAST_ONCE, with which trades would be"
                                + " counted twice after a failure. Set it to EXACTLY_ONCE");
    }

    @Test
    void aTransactionOutlivesTwoCheckpointsThatTakeAsLongAsTheyMay() {
        assertThat(check("305 s", Map.of())).isEmpty();
        assertThatThrownBy(() -> check("244 s", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "kafka.transaction-timeout: is 244 s. A checkpoint commits transactions"
                                + " that may be open for 245 s, with execution.checkpointing.interval"
                                + " 10 s, execution.checkpointing.timeout 2 min and"
                                + " execution.checkpointing.min-pause 5 s, and what the broker"
                                + " aborts before is lost. Lower them, or raise"
                                + " kafka.transaction-timeout to at least 245 s and, if it is lower"
                                + " than that, the broker's transaction.max.timeout.ms (15 min by"
                                + " default)");
    }

    @Test
    void aLongIntervalCountsInsteadOfATimeout() {
        Map<String, String> rare = Map.of("interval", "10 min");

        assertThat(check("13 min", rare)).isEmpty();
        assertThatThrownBy(() -> check("719 s", rare))
                .hasMessageContaining("may be open for 12 min");
    }

    @Test
    void flinksDefaultTimeoutIsTooLongForADefaultBroker() {
        Map<String, String> onlyTheInterval = Map.of(PREFIX + "interval", "10 s");

        assertThatThrownBy(
                        () ->
                                CheckpointCheck.check(
                                        Configuration.fromMap(onlyTheInterval), kafka("15 min")))
                .hasMessageContaining("may be open for 20 min");
    }

    @Test
    void warnsWhereARestartMayTakeTooLong() {
        assertThat(check("245 s", Map.of()).orElseThrow())
                .endsWith(
                        ", which leaves less than 1 min for a restart. Excluded trades, refused"
                                + " rows and notifications are lost if it takes longer");
    }

    @Test
    void warnsWhereMoreCheckpointsMayFailThanATransactionOutlives() {
        Map<String, String> patient = Map.of("tolerable-failed-checkpoints", "4");
        int neededSeconds = 245 + 4 * 125 + 60;

        assertThat(check(neededSeconds + " s", patient)).isEmpty();
        assertThat(check(neededSeconds - 1 + " s", patient).orElseThrow())
                .contains(
                        "leaves time for 3 checkpoints that time out, and"
                                + " execution.checkpointing.tolerable-failed-checkpoints is 4");
    }

    private static Optional<String> check(
            String transactionTimeout, Map<String, String> checkpointing) {
        Map<String, String> all = new TreeMap<>(SOUND);
        all.putAll(checkpointing);
        Configuration flink = new Configuration();
        all.forEach((key, value) -> flink.setString(PREFIX + key, value));
        return CheckpointCheck.check(flink, kafka(transactionTimeout));
    }

    private static KafkaSettings kafka(String transactionTimeout) {
        return KlineJobSettings.load(
                        "--kafka.bootstrap-servers=broker:9092",
                        "--kafka.transaction-timeout=" + transactionTimeout)
                .kafka();
    }
}

package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TransactionListing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Transactional topics of a real broker that allows transactions of up to 15 minutes. */
@Timeout(120)
class TransactionalTopicITCase {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(1)
                            .build());

    @TempDir private static Path folder;

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start(folder, 0);
        kafka.createTopic("out", 1);
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    @Test
    void theDefaultTimeoutIsBelowTheBrokersMaximumAndTheIdsBeginWithThePrefix() throws Exception {
        write();

        try (Admin admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers()))) {
            Collection<TransactionListing> transactions = admin.listTransactions().all().get();
            assertThat(transactions)
                    .isNotEmpty()
                    .allSatisfy(
                            transaction ->
                                    assertThat(transaction.transactionalId())
                                            .startsWith("mine-purpose-"));
        }
    }

    @Test
    void aLongerTimeoutThanTheBrokerAllowsFailsTheJobAndSaysSo() {
        assertThatThrownBy(() -> write("--kafka.transaction-timeout=16 min"))
                .rootCause()
                .hasMessageContaining("transaction timeout is larger than the maximum value")
                .hasMessageContaining("transaction.max.timeout.ms");
    }

    private static void write(String... more) throws Exception {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--kafka.bootstrap-servers=" + kafka.bootstrapServers();
        arguments[1] = "--kafka.transactional-id-prefix=mine";
        System.arraycopy(more, 0, arguments, 2, more.length);
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.enableCheckpointing(500);
        env.fromData("a", "b")
                .sinkTo(
                        TransactionalTopic.sink(
                                KlineJobSettings.load(arguments).kafka(),
                                "out",
                                "purpose",
                                text -> null,
                                text -> text.getBytes(StandardCharsets.UTF_8)));
        env.execute();
    }
}

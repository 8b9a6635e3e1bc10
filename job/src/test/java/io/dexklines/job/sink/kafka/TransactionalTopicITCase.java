package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.local.stack.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.runtime.operators.sink.SinkWriterOperatorFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
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

        try (Admin admin = admin()) {
            assertThat(transactionalIds(admin, "mine-purpose-")).isNotEmpty();
            assertThat(transactionalIds(admin, ""))
                    .allSatisfy(id -> assertThat(id).startsWith("mine-"));
        }
    }

    @Test
    void aLongerTimeoutThanTheBrokerAllowsFailsTheJobAndSaysSo() {
        assertThatThrownBy(() -> write("--kafka.transaction-timeout=16 min"))
                .rootCause()
                .hasMessageContaining("transaction timeout is larger than the maximum value")
                .hasMessageContaining("transaction.max.timeout.ms");
    }

    @Test
    void aFencedWriterCanBeClosed() {
        KafkaSettings settings = settings();

        assertThatCode(
                        () ->
                                closeFenced(
                                        TransactionalTopic.sink(
                                                settings,
                                                "out",
                                                "fenced",
                                                text -> null,
                                                TransactionalTopicITCase::utf8)))
                .doesNotThrowAnyException();
        assertThatThrownBy(
                        () ->
                                closeFenced(
                                        TransactionalTopic.kafkaSink(
                                                settings,
                                                "out",
                                                "fenced",
                                                text -> null,
                                                TransactionalTopicITCase::utf8)))
                .as("the connector's own")
                .hasRootCauseInstanceOf(InvalidProducerEpochException.class);
    }

    /** Fences the producer of a writer, lets a record fail, and closes the writer. */
    @SuppressWarnings("try") // the close() of Flink's harness is declared to throw anything
    private static void closeFenced(Sink<String> sink) throws Exception {
        try (Admin admin = admin();
                OneInputStreamOperatorTestHarness<String, CommittableMessage<KafkaCommittable>>
                        harness =
                                new OneInputStreamOperatorTestHarness<>(
                                        new SinkWriterOperatorFactory<>(sink))) {
            harness.open();
            admin.fenceProducers(transactionalIds(admin, "mine-fenced-")).all().get();
            harness.processElement("refused", 0);
            // the task is canceled before it learns of the failure
            await().pollInSameThread().until(() -> harness.getTaskMailbox().hasMail());
        }
    }

    private static Admin admin() {
        return Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KafkaSettings settings(String... more) {
        String[] arguments = new String[more.length + 2];
        arguments[0] = "--kafka.bootstrap-servers=" + kafka.bootstrapServers();
        arguments[1] = "--kafka.transactional-id-prefix=mine";
        System.arraycopy(more, 0, arguments, 2, more.length);
        return KlineJobSettings.load(arguments).kafka();
    }

    private static List<String> transactionalIds(Admin admin, String prefix)
            throws InterruptedException, ExecutionException {
        return admin.listTransactions().all().get().stream()
                .map(TransactionListing::transactionalId)
                .filter(id -> id.startsWith(prefix))
                .toList();
    }

    private static void write(String... more) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(1);
        env.enableCheckpointing(500);
        env.fromData("a", "b")
                .sinkTo(
                        TransactionalTopic.sink(
                                settings(more),
                                "out",
                                "purpose",
                                text -> null,
                                TransactionalTopicITCase::utf8));
        env.execute();
    }
}

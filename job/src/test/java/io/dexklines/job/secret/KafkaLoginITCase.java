package io.dexklines.job.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.KlineJob;
import io.dexklines.job.KlinePipeline;
import io.dexklines.job.Sinks;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.sink.JobSink;
import io.dexklines.job.sink.kafka.ExcludedTradesSink;
import io.dexklines.job.topics.CommittedRecords;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Source and sink log in to Kafka with a password that is not in the job graph. */
class KafkaLoginITCase {

    @RegisterExtension
    private static final MiniClusterExtension FLINK =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir private static Path folder;

    private static PasswordProtectedKafka kafka;

    @BeforeAll
    static void startTheBroker() throws Exception {
        Files.writeString(folder.resolve("password"), "let-me-in\n");
        kafka = PasswordProtectedKafka.start(folder, "let-me-in");
    }

    @AfterAll
    static void stopTheBroker() {
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SCRAM-SHA-512", "PLAIN"})
    void sourceAndSinkLogIn(String mechanism) throws Exception {
        String trades = "trades-" + mechanism;
        String excluded = "excluded-" + mechanism;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.openServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(trades, 2, (short) 1),
                                    new NewTopic(excluded, 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        publish(trades, "[{\"type\":\"gift\"}]", "no JSON", "[]", "[7]");

        JobClient job = start(settings(mechanism, trades, excluded));
        try {
            List<String> arrived = readCommitted(excluded, 3);

            assertThat(arrived)
                    .containsExactlyInAnyOrder(
                            "{\"reason\":\"unsupported_type\",\"detail\":\"type is gift\",\"topic\":\""
                                    + trades
                                    + "\",\"partition\":0,\"offset\":0,\"index\":0,\"trade\":{\"type\":\"gift\"}}",
                            "{\"reason\":\"malformed\",\"detail\":\"not JSON at byte 0: Unrecognized token"
                                    + " 'no': was expecting (JSON String, Number, Array, Object or token"
                                    + " 'null', 'true' or 'false')\",\"topic\":\""
                                    + trades
                                    + "\",\"partition\":0,\"offset\":1,\"index\":-1,\"trade\":\"no JSON\"}",
                            "{\"reason\":\"invalid\",\"detail\":\"not an object\",\"topic\":\""
                                    + trades
                                    + "\",\"partition\":0,\"offset\":3,\"index\":0,\"trade\":7}");
        } finally {
            job.cancel().get(30, TimeUnit.SECONDS);
        }
    }

    private static KlineJobSettings settings(String mechanism, String trades, String excluded) {
        return KlineJobSettings.load(
                "--kafka.bootstrap-servers=" + kafka.guardedServers(),
                "--kafka.security-protocol=SASL_PLAINTEXT",
                "--kafka.sasl-mechanism=" + mechanism,
                "--kafka.username=" + PasswordProtectedKafka.USERNAME,
                "--kafka.password=file:" + folder.resolve("password"),
                "--kafka.transactional-id-prefix=" + mechanism,
                "--ingest.topics=" + trades + "=56",
                "--excluded.topic=" + excluded,
                "--smart-money.enabled=false");
    }

    private static JobClient start(KlineJobSettings settings) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        StreamExecutionEnvironment env = KlineJob.environment();
        env.configure(configuration);
        env.setParallelism(2);
        KlinePipeline.define(
                env,
                KlineJob.pipeline(settings),
                Sources.kafka(settings, Clock.systemUTC()),
                new Sinks(
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        JobSink.none(),
                        new ExcludedTradesSink(settings.kafka(), settings.ingest().excludedTopic()),
                        JobSink.none()));
        return env.executeAsync();
    }

    private static void publish(String topic, String... values) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.openServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            for (String value : values) {
                byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
                producer.send(new ProducerRecord<>(topic, 0, null, utf8)).get(30, TimeUnit.SECONDS);
            }
        }
    }

    private static List<String> readCommitted(String topic, int count) {
        return Awaitility.await("excluded trades on " + topic)
                .atMost(90, TimeUnit.SECONDS)
                .until(
                        () -> CommittedRecords.of(kafka.openServers(), topic),
                        values -> values.size() >= count);
    }
}

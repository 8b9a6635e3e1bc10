package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.Sources;
import io.dexklines.job.config.KafkaSettings;
import io.dexklines.job.config.KlineJobSettings;
import io.dexklines.job.source.trades.TradeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSecretsTest {

    private static final String CANARY = "canary-of-the-password";

    @TempDir private Path folder;

    private KlineJobSettings settings(String startOffset) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), CANARY);
        return KlineJobSettings.load(
                "--kafka.bootstrap-servers=127.0.0.1:9092",
                "--kafka.start-offset=" + startOffset,
                "--kafka.security-protocol=SASL_PLAINTEXT",
                "--kafka.username=reader",
                "--kafka.password=file:" + password,
                "--kafka.transactional-id-prefix=mine");
    }

    private static String serialized(Object object) throws IOException {
        return new String(InstantiationUtil.serializeObject(object), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"first", "last", "committed", "1704412823000"})
    void theSourceTravelsWithoutThePassword(String startOffset) throws IOException {
        Sources sources = Sources.kafka(settings(startOffset), Clock.systemUTC());

        assertThat(sources.trades().getBoundedness()).isEqualTo(Boundedness.CONTINUOUS_UNBOUNDED);
        assertThat(((TradeSource) sources.trades()).getProducedType().getTypeClass())
                .isEqualTo(DecodedRecord.class);
        assertThat(serialized(sources.trades())).contains("file:" + folder).doesNotContain(CANARY);
        assertThat(serialized(sources.lists().orElseThrow()))
                .contains("ReferencedPasswordLoginModule", "file:" + folder)
                .doesNotContain(CANARY);
    }

    @Test
    void theSinksTravelWithoutThePassword() throws IOException {
        KafkaSettings kafka = settings("first").kafka();

        assertThat(serialized(ExcludedTradesSink.topic(kafka, "trades-excluded")))
                .contains("mine-excluded", "trades-excluded")
                .satisfies(KafkaSecretsTest::isTransactionalAndWithoutThePassword);
        assertThat(serialized(RefusedTopic.sink(kafka, "klines-refused", "smart-money-refused")))
                .contains("mine-smart-money-refused", "klines-refused")
                .satisfies(KafkaSecretsTest::isTransactionalAndWithoutThePassword);
        assertThat(serialized(AlertsSink.notifications(kafka, "told")))
                .contains("mine-notifications", "told")
                .satisfies(KafkaSecretsTest::isTransactionalAndWithoutThePassword);
        assertThat(serialized(AlertsSink.clusters(kafka, "bought")))
                .contains("mine-clusters", "bought")
                .satisfies(KafkaSecretsTest::isTransactionalAndWithoutThePassword);
        assertThat(serialized(RefusedTopic.sink(kafka, "klines-refused", "refused")))
                .contains("mine-refused", "klines-refused")
                .satisfies(KafkaSecretsTest::isTransactionalAndWithoutThePassword);
    }

    private static void isTransactionalAndWithoutThePassword(String serialized) {
        assertThat(serialized)
                .contains("ReferencedPasswordLoginModule")
                .contains("EXACTLY_ONCE")
                .contains("transaction.timeout.ms")
                .doesNotContain(CANARY);
    }
}

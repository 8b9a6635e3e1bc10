package io.dexklines.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.goconfig.ImportConfigCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The job takes what {@code klines import-config} writes. */
class ImportedConfigurationTest {

    @TempDir private Path folder;

    @Test
    void theJobTakesTheConfigurationOfTheGoConsumers() throws Exception {
        KlineJobSettings settings =
                imported(
                        """
KqSol: &kq
  Brokers: [kafka-1:9093, kafka-2:9093]
  Group: dex-dataflow
  Topic: sol-trades
  Offset: first
  Consumers: 3
  Processors: 4
  MinBytes: 10240
  MaxBytes: 10485760
  Username: "wri: ter=\\\\"
  Password: secret-of-kafka
  CaFile: /etc/kafka/ca.pem
KqBsc: {<<: *kq, Topic: bsc-trades}
KqEvm: {<<: *kq, Topic: evm-trades-v4}
Mysql:
  DataSource: "root:secret@tcp(db:3306)/dex?charset=utf8mb4&parseTime=True&loc=Local&timeout=5s"
redis: {Host: "cache:6379", Type: node, User: klines, Pass: secret-of-redis, Tls: true, Db: 3}
""");

        KafkaSettings kafka = settings.kafka();
        assertThat(kafka.bootstrapServers()).isEqualTo("kafka-1:9093,kafka-2:9093");
        assertThat(kafka.groupId()).isEqualTo("dex-dataflow-klines");
        assertThat(kafka.startOffset()).isEqualTo(StartOffset.of("first"));
        assertThat(kafka.fetchMinBytes()).isEqualTo(10_240);
        assertThat(kafka.fetchMaxBytes()).isEqualTo(10_485_760);
        assertThat(kafka.security().protocol()).isEqualTo("SASL_SSL");
        assertThat(kafka.security().saslMechanism()).isEqualTo("PLAIN");
        assertThat(kafka.security().username()).isEqualTo("wri: ter=\\");
        assertThat(kafka.security().password().resolve()).isEqualTo("secret-of-kafka");
        assertThat(kafka.security().caFile()).isEqualTo("/etc/kafka/ca.pem");
        assertThat(settings.ingest().chainsByTopic())
                .isEqualTo(
                        KlineJobSettings.of(Map.of("kafka.bootstrap-servers", "localhost:9092"))
                                .ingest()
                                .chainsByTopic());
        assertThat(settings.ingest().parallelism()).isEqualTo(9);
        assertThat(settings.klines().parallelism()).isEqualTo(12);
        MySqlSettings mysql = settings.mysql().orElseThrow();
        assertThat(mysql.urls()).isEqualTo(List.of("jdbc:mysql://db:3306/dex?connectTimeout=5000"));
        assertThat(mysql.password().resolve()).isEqualTo("secret");
        RedisSettings redis = settings.redis().orElseThrow();
        assertThat(redis.uri()).isEqualTo("rediss://cache:6379/3");
        assertThat(redis.keyPrefix()).isEqualTo("shadow:");
        assertThat(redis.username()).isEqualTo("klines");
        assertThat(redis.password().resolve()).isEqualTo("secret-of-redis");
    }

    @Test
    void theSmallestFileIsAJobWithoutStores() throws Exception {
        KlineJobSettings settings = imported("{Brokers: 'a:1', Group: g, Topic: bsc-trades}");

        assertThat(settings.kafka().security().protocol()).isEqualTo("PLAINTEXT");
        assertThat(settings.kafka().startOffset()).isEqualTo(StartOffset.of("last"));
        assertThat(settings.mysql()).isEqualTo(Optional.empty());
        assertThat(settings.redis()).isEqualTo(Optional.empty());
    }

    private KlineJobSettings imported(String yaml) throws Exception {
        Path in = Files.writeString(folder.resolve("in.yaml"), yaml);
        Path out = folder.resolve("klines.properties");
        assertThat(
                        new CommandLine(new ImportConfigCommand())
                                .execute(in.toString(), "--output", out.toString()))
                .isZero();
        return KlineJobSettings.load("--config", out.toString());
    }
}

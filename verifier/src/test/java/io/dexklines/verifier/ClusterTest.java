package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.text.RedisUri;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterTest {

    @TempDir Path folder;

    @Test
    void theAddressesAreThoseOfTheJobsOwnFile() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "s3\"cret\n");
        Cluster cluster =
                cluster(
                        """
                        kafka.bootstrap-servers=a:1,b:2
                        kafka.security-protocol=SASL_SSL
                        kafka.username=job
                        kafka.password=file:%1$s
                        kafka.ca-file=/ca.pem
                        mysql.url=jdbc:mysql://db:3306/klines jdbc:mysql://db2:3306/klines
                        mysql.former-url=jdbc:mysql://db:3306/klines
                        mysql.username=writer
                        mysql.password=file:%1$s
                        redis.uri=rediss-sentinel://a,b:7000/klines
                        redis.key-prefix=prod:
                        """
                                .formatted(password));

        assertThat(cluster.kafka().clientProperties())
                .containsEntry("bootstrap.servers", "a:1,b:2")
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("ssl.truststore.location", "/ca.pem")
                .containsEntry("ssl.truststore.type", "PEM")
                .containsEntry(
                        "sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"job\" password=\"s3\\\"cret\";");
        assertThat(cluster.mysql())
                .extracting(Cluster.Store::url)
                .containsExactly("jdbc:mysql://db:3306/klines", "jdbc:mysql://db2:3306/klines");
        assertThat(cluster.formerMysql())
                .extracting(Cluster.Store::url)
                .containsExactly("jdbc:mysql://db:3306/klines");
        assertThat(cluster.mysql().get(1).username()).contains("writer");
        assertThat(cluster.mysql().get(1).resolvedPassword()).isEqualTo("s3\"cret");
        assertThat(cluster.redis().orElseThrow())
                .isEqualTo(
                        new Cluster.Redis(
                                new RedisUri(
                                        RedisUri.Topology.SENTINEL,
                                        List.of("a:26379", "b:7000"),
                                        "klines",
                                        true,
                                        0),
                                "prod:",
                                Optional.empty(),
                                Optional.empty()));
        assertThat(cluster.flinkRest()).isEqualTo("http://flink:8081");
        assertThat(cluster.relays()).containsExactly("http://relay:8080", "http://other:8090");
        assertThat(cluster.toString()).doesNotContain("cret");
    }

    @Test
    void aJobWithoutStoresAndWithoutALoginIsOneToo() throws Exception {
        Cluster cluster = cluster("kafka.bootstrap-servers=a:1");

        assertThat(cluster.mysql()).isEmpty();
        assertThat(cluster.redis()).isEmpty();
        assertThat(cluster.kafka().clientProperties())
                .containsOnlyKeys("bootstrap.servers", "security.protocol");
    }

    @Test
    void aFileThatNoJobCouldReadIsRefused() {
        assertThatThrownBy(() -> cluster("")).hasMessage("kafka.bootstrap-servers is required");
        assertThatThrownBy(
                        () ->
                                cluster(
                                        "kafka.bootstrap-servers=a:1\n"
                                                + "kafka.security-protocol=SASL_PLAINTEXT"))
                .hasMessage("kafka.username is required");
        assertThatThrownBy(() -> cluster("kafka.bootstrap-servers=a:1\nkafka.password=hunter2"))
                .hasMessageStartingWith("kafka.password: a secret must be given as env:NAME")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(
                        () ->
                                cluster(
                                        "kafka.bootstrap-servers=a:1\n"
                                                + "mysql.url=jdbc:mysql://h/d jdbc:mysql://h/d"))
                .hasMessage("mysql.url: the server of 'jdbc:mysql://h/d' is there twice");
    }

    @Test
    void anAddressOfRedisThatNoJobCouldReadIsRefused() {
        assertThatThrownBy(() -> cluster("kafka.bootstrap-servers=a:1\nredis.uri=cache:6379"))
                .hasMessageStartingWith("redis.uri: 'cache:6379' is not of the form redis://");
    }

    private Cluster cluster(String properties) throws IOException {
        return Cluster.of(
                Files.writeString(folder.resolve("klines.properties"), properties),
                "http://flink:8081/",
                List.of("http://relay:8080/", "http://other:8090"),
                Optional.empty());
    }
}

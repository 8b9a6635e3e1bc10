package io.dexklines.verifier;

import io.dexklines.secret.SecretReference;
import io.dexklines.secret.TlsIdentity;
import io.dexklines.text.JdbcUrls;
import io.dexklines.text.RedisUri;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * A klines job and the addresses of everything that it reads and writes. Secrets are references,
 * which are resolved when a client connects.
 *
 * @param shape the part of the job's configuration on which its results depend
 * @param mysql the servers that share the rows, in the order of the job's list; empty if the job
 *     does not write to MySQL
 * @param formerMysql those of the former list, which the job writes too; empty for none
 * @param redis empty if the job does not write to Redis
 * @param relays the addresses of the relays, {@code http://host:port}; empty if none is compared
 * @param flinkRest the address of Flink's REST API, {@code https://host:port}
 * @param flinkIdentity the certificate for the REST API; empty if the cluster asks for none
 * @param jobId the Flink job, 32 hexadecimal digits; empty for the newest job of the cluster
 */
public record Cluster(
        JobShape shape,
        Kafka kafka,
        List<Store> mysql,
        List<Store> formerMysql,
        Optional<Redis> redis,
        List<String> relays,
        String flinkRest,
        Optional<TlsIdentity> flinkIdentity,
        Optional<String> jobId) {

    /**
     * The brokers and how a client logs in.
     *
     * @param bootstrapServers {@code host:port}, separated by commas
     * @param protocol {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}
     * @param mechanism {@code PLAIN} or one of SCRAM; ignored unless the protocol uses SASL
     * @param caFile a PEM file of trusted authorities; empty for Java's own
     */
    public record Kafka(
            String bootstrapServers,
            String protocol,
            String mechanism,
            Optional<String> username,
            Optional<SecretReference> password,
            Optional<String> caFile) {

        static Kafka of(JobProperties job) {
            Kafka kafka =
                    new Kafka(
                            job.required("kafka.bootstrap-servers"),
                            job.text("kafka.security-protocol", "PLAINTEXT"),
                            job.text("kafka.sasl-mechanism", "SCRAM-SHA-512"),
                            job.text("kafka.username"),
                            job.secret("kafka.password"),
                            job.text("kafka.ca-file"));
            if (kafka.sasl()) {
                job.required("kafka.username");
                job.required("kafka.password");
            }
            return kafka;
        }

        private boolean sasl() {
            return protocol.startsWith("SASL_");
        }

        /**
         * Returns the properties of a client, with the password in them.
         *
         * @throws IllegalStateException if the password cannot be read
         */
        public Map<String, Object> clientProperties() {
            Map<String, Object> properties = new HashMap<>();
            properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            properties.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
            caFile.ifPresent(
                    file -> {
                        properties.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
                        properties.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, file);
                    });
            if (sasl()) {
                Class<?> module =
                        mechanism.equals("PLAIN") ? PlainLoginModule.class : ScramLoginModule.class;
                properties.put(SaslConfigs.SASL_MECHANISM, mechanism);
                properties.put(
                        SaslConfigs.SASL_JAAS_CONFIG,
                        "%s required username=%s password=%s;"
                                .formatted(
                                        module.getName(),
                                        quoted(username.orElseThrow()),
                                        quoted(password.orElseThrow().resolve())));
            }
            return properties;
        }

        private static String quoted(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /**
     * The cache.
     *
     * @param keyPrefix the text in front of all keys; may be empty
     */
    public record Redis(
            RedisUri uri,
            String keyPrefix,
            Optional<String> username,
            Optional<SecretReference> password) {

        /** Reads the keys of the cache; empty if the job does not write to one. */
        static Optional<Redis> of(JobProperties job) {
            return job.text("redis.uri")
                    .map(
                            uri ->
                                    new Redis(
                                            parsed(uri),
                                            job.text("redis.key-prefix", ""),
                                            job.text("redis.username"),
                                            job.secret("redis.password")));
        }

        private static RedisUri parsed(String uri) {
            try {
                return RedisUri.parse(uri);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("redis.uri: " + e.getMessage(), e);
            }
        }

        /**
         * Returns the resolved password; null if there is none.
         *
         * @throws IllegalStateException if the password cannot be read
         */
        public String resolvedPassword() {
            return password.map(SecretReference::resolve).orElse(null);
        }
    }

    /**
     * A server of MySQL.
     *
     * @param url its JDBC URL
     */
    public record Store(String url, Optional<String> username, Optional<SecretReference> password) {

        /** Reads the keys of MySQL. Returns no servers if there is no list under the key. */
        static List<Store> mysql(JobProperties job, String urlKey) {
            List<String> urls;
            try {
                urls = job.text(urlKey).map(JdbcUrls::parse).orElse(List.of());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(urlKey + ": " + e.getMessage(), e);
            }
            return urls.stream()
                    .map(
                            url ->
                                    new Store(
                                            url,
                                            job.text("mysql.username"),
                                            job.secret("mysql.password")))
                    .toList();
        }

        /**
         * Returns the resolved password; null if there is none.
         *
         * @throws IllegalStateException if the password cannot be read
         */
        public String resolvedPassword() {
            return password.map(SecretReference::resolve).orElse(null);
        }
    }

    /**
     * Reads the job's properties file.
     *
     * @param relay the relay's address; empty if no relay is compared
     * @throws IllegalArgumentException if the file contains an invalid value
     * @throws java.io.UncheckedIOException if it cannot be read
     */
    public static Cluster of(
            Path jobProperties, String flinkRest, List<String> relays, Optional<String> jobId) {
        JobProperties job = JobProperties.load(jobProperties);
        return new Cluster(
                JobShape.of(job),
                Kafka.of(job),
                Store.mysql(job, "mysql.url"),
                Store.mysql(job, "mysql.former-url"),
                Redis.of(job),
                relays.stream().map(Cluster::withoutSlash).toList(),
                withoutSlash(flinkRest),
                Optional.empty(),
                jobId);
    }

    /** Returns the same cluster, whose REST API asks for the certificate. */
    public Cluster withFlinkIdentity(TlsIdentity identity) {
        return new Cluster(
                shape,
                kafka,
                mysql,
                formerMysql,
                redis,
                relays,
                flinkRest,
                Optional.of(identity),
                jobId);
    }

    /** Returns the chains whose trades the job counts. */
    public Set<String> chains() {
        return shape.chains();
    }

    /** Returns the chains whose trades the job counts if they are on the topic; may be empty. */
    public Set<String> chains(String topic) {
        return shape.chainsByTopic().getOrDefault(topic, Set.of());
    }

    /**
     * Returns by how much the clock of a chain has to be ahead of a trade so that the job excludes
     * every such trade as late.
     */
    public Duration lateAfter() {
        return shape.lateAfter();
    }

    private static String withoutSlash(String address) {
        return address.replaceFirst("/+$", "");
    }
}

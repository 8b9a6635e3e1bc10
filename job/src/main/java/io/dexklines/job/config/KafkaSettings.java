package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * How Kafka is reached, read and written.
 *
 * @param bootstrapServers the brokers, {@code host:port}, separated by commas
 * @param groupId the consumer group
 * @param startOffset where a job without a checkpoint starts
 * @param fetchMinBytes how many bytes a broker gathers before it answers
 * @param fetchMaxBytes how many bytes it answers at most
 * @param fetchMaxWait how long it waits for the least
 * @param security who we are to the brokers, and how
 * @param transactionalIdPrefix begins the ids of all transactions of this job
 * @param transactionTimeout after which a broker aborts one
 * @param partitionDiscoveryInterval how often new partitions are looked for
 */
public record KafkaSettings(
        String bootstrapServers,
        String groupId,
        StartOffset startOffset,
        int fetchMinBytes,
        int fetchMaxBytes,
        Duration fetchMaxWait,
        Security security,
        String transactionalIdPrefix,
        Duration transactionTimeout,
        Duration partitionDiscoveryInterval)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /**
     * Who we are to the brokers.
     *
     * @param protocol {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}
     * @param saslMechanism {@code PLAIN}, {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}; without
     *     meaning where the protocol is not SASL's
     * @param username the SASL user; null where the protocol is not SASL's
     * @param password where its password is found; null where the protocol is not SASL's
     * @param caFile a PEM file with the authorities to trust; null for Java's own
     */
    public record Security(
            String protocol,
            String saslMechanism,
            String username,
            SecretReference password,
            String caFile)
            implements Serializable {

        private static final long serialVersionUID = 1L;

        /** Whether a user and a password are sent. */
        public boolean sasl() {
            return protocol.startsWith("SASL_");
        }
    }

    /**
     * What every Kafka client of the job needs to get in. They travel in the job graph, so the
     * password is not among them: {@link ReferencedPasswordLoginModule} reads it in the process
     * that connects.
     */
    public Properties clientProperties() {
        Properties properties = new Properties();
        properties.setProperty(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.setProperty(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, security.protocol());
        if (security.caFile() != null) {
            properties.setProperty(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
            properties.setProperty(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, security.caFile());
        }
        if (security.sasl()) {
            properties.setProperty(SaslConfigs.SASL_MECHANISM, security.saslMechanism());
            properties.setProperty(
                    SaslConfigs.SASL_JAAS_CONFIG, ReferencedPasswordLoginModule.entry(security));
        }
        return properties;
    }
}

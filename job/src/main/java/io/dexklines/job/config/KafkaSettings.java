package io.dexklines.job.config;

import io.dexklines.secret.SecretReference;
import java.io.Serializable;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;

/**
 * The Kafka cluster, and how the job reads and writes it.
 *
 * @param bootstrapServers the brokers, {@code host:port}, separated by commas
 * @param groupId the consumer group
 * @param startOffset the position from which a job without a checkpoint starts
 * @param fetchMinBytes the bytes that a broker gathers before it answers a fetch
 * @param fetchMaxBytes the most bytes of one answer
 * @param fetchMaxWait how long a broker waits for {@code fetchMinBytes}
 * @param security how the job authenticates
 * @param transactionalIdPrefix the prefix of all transactional ids of the job
 * @param transactionTimeout the time after which a broker aborts a transaction
 * @param partitionDiscoveryInterval how often the job looks for new partitions
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

    /**
     * The security of the connection to the brokers.
     *
     * @param protocol {@code PLAINTEXT}, {@code SSL}, {@code SASL_PLAINTEXT} or {@code SASL_SSL}
     * @param saslMechanism {@code PLAIN}, {@code SCRAM-SHA-256} or {@code SCRAM-SHA-512}; ignored
     *     unless the protocol uses SASL
     * @param username the SASL user; null unless the protocol uses SASL
     * @param password the reference to the password; null unless the protocol uses SASL
     * @param caFile a PEM file with the authorities to trust; null for Java's own
     */
    public record Security(
            String protocol,
            String saslMechanism,
            String username,
            SecretReference password,
            String caFile)
            implements Serializable {

        /** Returns whether the protocol uses SASL. */
        public boolean sasl() {
            return protocol.startsWith("SASL_");
        }
    }

    /**
     * Returns the properties with which every Kafka client of the job connects. They are part of
     * the job graph and hold no password: {@link ReferencedPasswordLoginModule} reads it in the
     * process that connects.
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

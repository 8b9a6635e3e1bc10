package io.dexklines.relay.follow;

import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;

/**
 * Where the follows of users are.
 *
 * @param bootstrapServers the brokers, {@code host:port}, separated by commas
 * @param clientProperties properties of Kafka's clients, such as the login. A password is among
 *     them, so they are never part of {@link #toString}
 * @param topic the name of the compacted topic
 * @param maxPerUser the most wallets that a user can follow, positive
 * @param maxBytes the most memory for the follows of all users, in bytes
 */
public record FollowSettings(
        String bootstrapServers,
        Map<String, String> clientProperties,
        String topic,
        int maxPerUser,
        long maxBytes) {

    /**
     * @throws IllegalArgumentException if Kafka's clients do not accept the properties. The message
     *     has no value of a property, which can be a password
     */
    public FollowSettings {
        clientProperties = Map.copyOf(clientProperties);
        Map<String, Object> all = KafkaClients.properties(bootstrapServers, clientProperties);
        try {
            ProducerConfig.configDef().parse(KafkaClients.producer(all));
            ConsumerConfig.configDef().parse(KafkaClients.consumer(all));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(
                    e.getMessage().replaceFirst("^Invalid value .* for configuration", "invalid"),
                    e);
        }
    }

    /** Returns all properties that both clients share. */
    Map<String, Object> shared() {
        return KafkaClients.properties(bootstrapServers, clientProperties);
    }

    @Override
    public String toString() {
        Object protocol =
                clientProperties.getOrDefault(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                        CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL);
        return topic + " at " + bootstrapServers + " by " + protocol;
    }
}

package io.dexklines.relay.follow;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** Adds a login to the properties of Kafka's clients, so that no file has to have the password. */
public final class KafkaLogin {

    private KafkaLogin() {}

    /**
     * Returns the properties with a login.
     *
     * @param properties have the mechanism in {@code sasl.mechanism}
     * @throws IllegalArgumentException if the mechanism is none of {@code PLAIN}, {@code
     *     SCRAM-SHA-256} and {@code SCRAM-SHA-512}
     */
    public static Map<String, String> add(
            Map<String, String> properties, String user, String password) {
        String mechanism = properties.getOrDefault(SaslConfigs.SASL_MECHANISM, "");
        Class<?> module =
                switch (mechanism) {
                    case "PLAIN" -> PlainLoginModule.class;
                    case "SCRAM-SHA-256", "SCRAM-SHA-512" -> ScramLoginModule.class;
                    default ->
                            throw new IllegalArgumentException(
                                    "needs sasl.mechanism PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 in"
                                            + " --kafka-properties");
                };
        Map<String, String> all = new HashMap<>(properties);
        all.put(
                SaslConfigs.SASL_JAAS_CONFIG,
                "%s required username=%s password=%s;"
                        .formatted(module.getName(), quoted(user), quoted(password)));
        return all;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}

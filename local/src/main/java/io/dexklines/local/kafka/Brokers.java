package io.dexklines.local.kafka;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;

/** The brokers of a cluster, and how a client logs in to them. */
public final class Brokers {

    private final String addresses;

    /** Properties of a client. A password is among them, so they are never printed. */
    private final Map<String, Object> login;

    private Brokers(String addresses, Map<String, Object> login) {
        this.addresses = addresses;
        this.login = Map.copyOf(login);
    }

    /**
     * Returns brokers that accept clients without a login.
     *
     * @param addresses {@code host:port}, separated by commas
     */
    public static Brokers open(String addresses) {
        return new Brokers(addresses, Map.of());
    }

    /**
     * Returns brokers to which clients log in.
     *
     * @param addresses {@code host:port}, separated by commas
     * @param clientProperties a properties file of Kafka's clients
     * @throws IllegalArgumentException if the file cannot be read
     */
    public static Brokers of(String addresses, Path clientProperties) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(clientProperties)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the properties of Kafka's clients cannot be read: " + clientProperties, e);
        }
        Map<String, Object> login = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> login.put(key, properties.get(key)));
        return new Brokers(addresses, login);
    }

    /** Returns the addresses, {@code host:port}, separated by commas. */
    public String addresses() {
        return addresses;
    }

    /**
     * Returns the properties of a client, with the login.
     *
     * @param own the client's own properties, which win over those of the login
     */
    public Map<String, Object> client(Map<String, Object> own) {
        Map<String, Object> all = new HashMap<>(login);
        all.putAll(own);
        all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, addresses);
        return all;
    }
}

package io.dexklines.local.kafka;

import io.dexklines.local.command.CommandErrors;
import io.dexklines.local.command.CommandFailure;
import io.dexklines.local.command.ExitStatus;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.utils.Utils;

/** The brokers of a cluster, and how a client logs in to them. */
public final class Brokers {

    private static final int CONNECT_TIMEOUT_MS = 3_000;
    private static final int MAX_PORT = 65_535;

    private final String addresses;

    /** Properties of a client. A password is among them, so they are never printed. */
    private final Map<String, Object> login;

    private Brokers(String addresses, Map<String, Object> login) {
        for (String address : addresses.split(",", -1)) {
            String host = Utils.getHost(address.strip());
            Integer port = Utils.getPort(address.strip());
            if (host == null || host.isEmpty() || port == null || port > MAX_PORT) {
                throw new IllegalArgumentException(
                        "'%s' is not the address of a broker: expected HOST:PORT"
                                .formatted(address));
            }
        }
        this.addresses = addresses;
        this.login = Map.copyOf(login);
    }

    /**
     * Returns brokers that accept clients without a login.
     *
     * @param addresses {@code host:port}, separated by commas
     * @throws IllegalArgumentException if one has another form; the message is for the user
     */
    public static Brokers open(String addresses) {
        return new Brokers(addresses, Map.of());
    }

    /**
     * Returns brokers to which clients log in.
     *
     * @param addresses {@code host:port}, separated by commas
     * @param clientProperties a properties file of Kafka's clients
     * @throws IllegalArgumentException if an address has another form; the message is for the user
     * @throws CommandFailure if the file cannot be read, with the status {@link ExitStatus#MACHINE}
     */
    public static Brokers of(String addresses, Path clientProperties) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(clientProperties)) {
            properties.load(reader);
        } catch (IOException e) {
            throw unreadable(CommandErrors.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw unreadable(clientProperties + ": " + e.getMessage(), e);
        }
        Map<String, Object> login = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> login.put(key, properties.get(key)));
        return new Brokers(addresses, login);
    }

    private static CommandFailure unreadable(String why, Exception e) {
        return new CommandFailure(
                ExitStatus.MACHINE, "cannot read the properties of Kafka's clients: " + why, e);
    }

    /**
     * Checks that one of the addresses accepts connections, without a request. A client of Kafka
     * would try for its whole timeout.
     *
     * @throws CommandFailure if none does, with the status {@link ExitStatus#SERVER}
     */
    public void requireReachable() {
        List<String> reasons = new ArrayList<>();
        for (String address : addresses.split(",")) {
            String host = Utils.getHost(address.strip());
            Integer port = Utils.getPort(address.strip());
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
                return;
            } catch (UnknownHostException e) {
                reasons.add("unknown host " + host);
            } catch (IOException e) {
                reasons.add(e.getMessage());
            }
        }
        throw new CommandFailure(
                ExitStatus.SERVER,
                "no broker can be reached at %s (%s): is it running, and is the address right?"
                        .formatted(addresses, String.join(", ", reasons)));
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

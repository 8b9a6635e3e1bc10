package io.dexklines.connector.redis.table;

import io.dexklines.connector.redis.connection.RedisConnectionSettings;
import io.dexklines.connector.redis.connection.RedisConnectionSettings.Topology;
import io.dexklines.connector.redis.connection.RedisSecret;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.api.ValidationException;

/** Reads the connection settings from the options of a table. */
final class TableConnection {
    private final ReadableConfig options;

    TableConnection(ReadableConfig options) {
        this.options = options;
    }

    /**
     * Returns the settings.
     *
     * @throws ValidationException if an option is missing, invalid or contradicts another
     * @throws IllegalArgumentException for the same reason, from the builder of the settings
     */
    RedisConnectionSettings settings() {
        RedisConnectionSettings.Builder builder = builder();
        options.getOptional(RedisConnectorOptions.DATABASE).ifPresent(builder::database);
        options.getOptional(RedisConnectorOptions.USERNAME).ifPresent(builder::username);
        secret(RedisConnectorOptions.PASSWORD).ifPresent(builder::password);
        options.getOptional(RedisConnectorOptions.CLIENT_NAME).ifPresent(builder::clientName);
        options.getOptional(RedisConnectorOptions.SENTINEL_USERNAME)
                .ifPresent(builder::sentinelUsername);
        secret(RedisConnectorOptions.SENTINEL_PASSWORD).ifPresent(builder::sentinelPassword);
        options.getOptional(RedisConnectorOptions.SENTINEL_TLS).ifPresent(builder::sentinelTls);
        if (options.get(RedisConnectorOptions.TLS)) {
            builder.tls();
        }
        builder.verifyHostname(options.get(RedisConnectorOptions.TLS_VERIFY_HOSTNAME));
        options.getOptional(RedisConnectorOptions.TLS_TRUST_STORE)
                .ifPresent(
                        path ->
                                builder.trustStore(
                                        path,
                                        secret(RedisConnectorOptions.TLS_TRUST_STORE_PASSWORD)
                                                .orElse(null)));
        options.getOptional(RedisConnectorOptions.TLS_KEY_STORE)
                .ifPresent(
                        path ->
                                builder.keyStore(
                                        path,
                                        secret(RedisConnectorOptions.TLS_KEY_STORE_PASSWORD)
                                                .orElse(null)));
        return builder.connectTimeout(options.get(RedisConnectorOptions.CONNECT_TIMEOUT))
                .requestTimeout(options.get(RedisConnectorOptions.REQUEST_TIMEOUT))
                .build();
    }

    private RedisConnectionSettings.Builder builder() {
        Optional<String> uri = options.getOptional(RedisConnectorOptions.URI);
        Optional<List<String>> nodes = options.getOptional(RedisConnectorOptions.NODES);
        Optional<String> master = options.getOptional(RedisConnectorOptions.SENTINEL_MASTER);
        Topology topology = options.get(RedisConnectorOptions.TOPOLOGY);
        if (uri.isPresent() == nodes.isPresent()) {
            throw new ValidationException("Set either 'uri' or 'nodes'.");
        }
        if (master.isPresent() != (topology == Topology.SENTINEL)) {
            throw new ValidationException(
                    "'sentinel.master' is required with 'topology' = 'SENTINEL', and allowed only"
                            + " then.");
        }
        if (uri.isPresent()) {
            if (topology != Topology.STANDALONE
                    || options.getOptional(RedisConnectorOptions.DATABASE).isPresent()) {
                throw new ValidationException(
                        "'uri' is one server with its database and excludes 'topology' and"
                                + " 'database'.");
            }
            return RedisConnectionSettings.uri(uri.get());
        }
        String[] each = nodes.get().toArray(new String[0]);
        for (String node : each) {
            if (node.contains(",")) {
                throw new ValidationException("'nodes' must be separated by ';', not by ','.");
            }
        }
        return switch (topology) {
            case STANDALONE -> server(each);
            case SENTINEL -> RedisConnectionSettings.sentinel(master.get(), each);
            case CLUSTER -> RedisConnectionSettings.cluster(each);
        };
    }

    private static RedisConnectionSettings.Builder server(String[] nodes) {
        if (nodes.length != 1) {
            throw new ValidationException(
                    "'topology' = 'STANDALONE' allows one node, but 'nodes' has "
                            + nodes.length
                            + "; use 'CLUSTER' or 'SENTINEL'.");
        }
        return RedisConnectionSettings.standalone(nodes[0]);
    }

    private Optional<RedisSecret> secret(ConfigOption<String> option) {
        return options.getOptional(option)
                .map(
                        reference -> {
                            try {
                                return RedisSecret.reference(reference);
                            } catch (IllegalArgumentException e) {
                                throw new ValidationException(
                                        "'" + option.key() + "': " + e.getMessage(), e);
                            }
                        });
    }
}

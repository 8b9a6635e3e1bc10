package io.dexklines.connector.redis.connection;

import static org.apache.flink.util.Preconditions.checkArgument;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The settings of a connection to Redis. Immutable and serializable. Contains no secrets, only
 * references that the TaskManager resolves ({@link RedisSecret}).
 *
 * <pre>{@code
 * RedisConnectionSettings.standalone("redis.internal", 6379)
 *         .username("klines")
 *         .password(RedisSecret.fromEnvironment("REDIS_PASSWORD"))
 *         .tls()
 *         .build();
 * }</pre>
 */
public final class RedisConnectionSettings implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The default port of a Redis server. */
    public static final int DEFAULT_PORT = 6379;

    /** Default time to establish a connection: 2 s. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** Default time for a pipelined batch: 5 s. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** The kinds of Redis deployments. */
    public enum Topology {
        /** One server, or a proxy that behaves like one. */
        STANDALONE,
        /** A master that sentinels name. */
        SENTINEL,
        /** A Redis Cluster, which distributes keys over its masters by slot. */
        CLUSTER
    }

    private final Topology topology;
    private final List<String> nodes;
    final String sentinelMaster;
    final String username;
    private final RedisSecret password;
    final String sentinelUsername;
    private final RedisSecret sentinelPassword;
    final int database;
    final String clientName;
    final boolean tls;
    final boolean sentinelTls;
    final boolean hostnameVerified;
    final String trustStore;
    private final RedisSecret trustStorePassword;
    final String keyStore;
    private final RedisSecret keyStorePassword;
    private final Duration connectTimeout;
    private final Duration requestTimeout;

    private RedisConnectionSettings(Builder builder) {
        this.topology = builder.topology;
        this.nodes = builder.nodes;
        this.sentinelMaster = builder.sentinelMaster;
        this.username = builder.username;
        this.password = builder.password;
        this.sentinelUsername = builder.sentinelUsername;
        this.sentinelPassword = builder.sentinelPassword;
        this.database = builder.database;
        this.clientName = builder.clientName;
        this.tls = builder.tls;
        this.sentinelTls = builder.sentinelTls == null ? builder.tls : builder.sentinelTls;
        this.hostnameVerified = builder.hostnameVerified;
        this.trustStore = builder.trustStore;
        this.trustStorePassword = builder.trustStorePassword;
        this.keyStore = builder.keyStore;
        this.keyStorePassword = builder.keyStorePassword;
        this.connectTimeout = builder.connectTimeout;
        this.requestTimeout = builder.requestTimeout;
    }

    /** Connects to one server. */
    public static Builder standalone(String host, int port) {
        return standalone(requireText(host, "host") + ":" + port);
    }

    /**
     * Connects to one server.
     *
     * @param node {@code host:port} of the server
     */
    public static Builder standalone(String node) {
        return new Builder(Topology.STANDALONE, List.of(node));
    }

    /**
     * Connects to the master that the sentinels name.
     *
     * @param sentinels one or more {@code host:port} of sentinels, not of the master
     */
    public static Builder sentinel(String masterName, String... sentinels) {
        Builder builder = new Builder(Topology.SENTINEL, List.of(sentinels));
        builder.sentinelMaster = requireText(masterName, "masterName");
        return builder;
    }

    /**
     * Connects to a Redis Cluster.
     *
     * @param nodes {@code host:port} of one or more nodes, from which the others are discovered
     */
    public static Builder cluster(String... nodes) {
        return new Builder(Topology.CLUSTER, List.of(nodes));
    }

    /**
     * Connects to one server by its URI, {@code redis://user@host:port/database}, or {@code
     * rediss://…} for TLS. The user, the port and the database are optional.
     *
     * @throws IllegalArgumentException if the URI is invalid, or if it contains a password, which
     *     the job graph, logs and the web interface would show
     */
    public static Builder uri(String redisUri) {
        URI uri;
        try {
            uri = new URI(redisUri);
        } catch (URISyntaxException e) {
            // without the URI and the cause, which quotes it, because it may contain a password
            throw new IllegalArgumentException(
                    "not a URI of Redis: expected redis://host:port/database or rediss://…");
        }
        boolean tls = "rediss".equals(uri.getScheme());
        checkArgument(
                (tls || "redis".equals(uri.getScheme())) && uri.getHost() != null,
                "not a URI of Redis: expected redis://host:port/database or rediss://…");
        String user = uri.getUserInfo();
        checkArgument(
                user == null || !user.contains(":"),
                "the URI of Redis contains a password; use password(RedisSecret), which the"
                        + " TaskManager resolves and which is never part of the job graph");
        Builder builder =
                standalone(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
        if (user != null) {
            builder.username(user);
        }
        if (tls) {
            builder.tls();
        }
        String path = uri.getPath();
        if (path != null && path.length() > 1) {
            try {
                builder.database(Integer.parseInt(path.substring(1)));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "the path of the URI of Redis must be the number of a database, not '"
                                + path.substring(1)
                                + "'");
            }
        }
        return builder;
    }

    public Topology topology() {
        return topology;
    }

    /** Returns {@code host:port} of the server, the sentinels, or some nodes of the cluster. */
    public List<String> nodes() {
        return nodes;
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public Duration requestTimeout() {
        return requestTimeout;
    }

    /** Reads all secrets. Called on the TaskManager. */
    Secrets resolveSecrets() throws IOException {
        return new Secrets(
                resolve(password),
                resolve(sentinelPassword),
                resolve(trustStorePassword),
                resolve(keyStorePassword));
    }

    private static String resolve(RedisSecret secret) throws IOException {
        return secret == null ? null : secret.resolve();
    }

    /** Returns the nodes, the topology, the database and the user, without secrets. */
    @Override
    public String toString() {
        return (tls ? "rediss" : "redis")
                + "://"
                + String.join(",", nodes)
                + (topology == Topology.SENTINEL ? " (sentinels of " + sentinelMaster + ")" : "")
                + (topology == Topology.CLUSTER ? " (cluster)" : "")
                + (database == 0 ? "" : " database " + database)
                + (username == null ? "" : " user " + username);
    }

    private static String requireText(String value, String name) {
        Objects.requireNonNull(value, name);
        checkArgument(!value.isBlank(), "%s is blank", name);
        return value;
    }

    /** The resolved secrets. They stay in memory and are never serialized or printed. */
    record Secrets(String password, String sentinelPassword, String trustStore, String keyStore) {
        @Override
        public String toString() {
            return "Secrets[…]";
        }
    }

    /** A builder of {@link RedisConnectionSettings}. Each setter names the default. */
    public static final class Builder {
        private final Topology topology;
        private final List<String> nodes;
        private String sentinelMaster;
        private String username;
        private RedisSecret password;
        private String sentinelUsername;
        private RedisSecret sentinelPassword;
        private int database;
        private String clientName;
        private boolean tls;
        private Boolean sentinelTls;
        private boolean hostnameVerified = true;
        private String trustStore;
        private RedisSecret trustStorePassword;
        private String keyStore;
        private RedisSecret keyStorePassword;
        private Duration connectTimeout = DEFAULT_CONNECT_TIMEOUT;
        private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;

        private Builder(Topology topology, List<String> nodes) {
            this.topology = topology;
            this.nodes = nodes;
        }

        /** Sets the ACL user. Default: {@code default}. Requires a password. */
        public Builder username(String username) {
            this.username = requireText(username, "username");
            return this;
        }

        /** Sets the reference to the password. Default: no authentication. */
        public Builder password(RedisSecret password) {
            this.password = Objects.requireNonNull(password, "password");
            return this;
        }

        /** Sets the ACL user for the sentinels. Default: {@code default}. Requires a password. */
        public Builder sentinelUsername(String username) {
            this.sentinelUsername = requireText(username, "sentinelUsername");
            return this;
        }

        /** Sets the reference to the sentinels' password. Default: no authentication. */
        public Builder sentinelPassword(RedisSecret password) {
            this.sentinelPassword = Objects.requireNonNull(password, "sentinelPassword");
            return this;
        }

        /** Sets the number of the database. Default 0, the only one of a cluster. */
        public Builder database(int database) {
            this.database = database;
            return this;
        }

        /**
         * Sets the name that {@code CLIENT LIST} shows. Default: none. An ACL user needs {@code
         * +client|setname}.
         */
        public Builder clientName(String clientName) {
            this.clientName = requireText(clientName, "clientName");
            return this;
        }

        /** Enables TLS, also for the sentinels unless set otherwise. Default: plain text. */
        public Builder tls() {
            this.tls = true;
            return this;
        }

        /** Sets whether to use TLS for the sentinels. Default: the same as for Redis. */
        public Builder sentinelTls(boolean sentinelTls) {
            this.sentinelTls = sentinelTls;
            return this;
        }

        /**
         * Sets whether the server's certificate has to name the host. Default true. The certificate
         * chain is verified in any case.
         */
        public Builder verifyHostname(boolean verified) {
            this.hostnameVerified = verified;
            return this;
        }

        /**
         * Sets a trust store (PKCS12 or JKS) on the TaskManager with the trusted authorities.
         * Default: those of the Java runtime. It is read for each connection, so that it can be
         * replaced while the job runs.
         *
         * @param password null if the store has none
         */
        public Builder trustStore(String path, RedisSecret password) {
            this.trustStore = requireText(path, "trustStore");
            this.trustStorePassword = password;
            return this;
        }

        /**
         * Sets a key store (PKCS12 or JKS) on the TaskManager with the client certificate. Default:
         * no client certificate.
         *
         * @param password null if the store has none
         */
        public Builder keyStore(String path, RedisSecret password) {
            this.keyStore = requireText(path, "keyStore");
            this.keyStorePassword = password;
            return this;
        }

        /** Sets the longest time to establish a connection. Default 2 s. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = positive(timeout, "connectTimeout");
            return this;
        }

        /**
         * Sets the longest time for a node to read a pipelined batch and to reply to all of it.
         * After that, the connection is closed and the batch is retried, although Redis may still
         * carry out the first attempt. Default 5 s. If it is too low, a busy server does its work
         * twice. If it is too high, a hanging server is detected late, and checkpoints wait for
         * that long.
         */
        public Builder requestTimeout(Duration timeout) {
            this.requestTimeout = positive(timeout, "requestTimeout");
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws IllegalArgumentException if a setting is invalid or contradicts another
         */
        public RedisConnectionSettings build() {
            checkArgument(!nodes.isEmpty(), "no node of Redis is given");
            nodes.forEach(Builder::checkNode);
            checkArgument(database >= 0, "the database must not be negative, is %s", database);
            checkArgument(
                    topology != Topology.CLUSTER || database == 0,
                    "a Redis Cluster has only database 0, not %s",
                    database);
            checkArgument(
                    username == null || password != null,
                    "the user '%s' needs a password",
                    username);
            checkArgument(
                    topology == Topology.SENTINEL
                            || (sentinelUsername == null
                                    && sentinelPassword == null
                                    && sentinelTls == null),
                    "sentinel settings are given, but Redis is reached without sentinels");
            checkArgument(
                    sentinelUsername == null || sentinelPassword != null,
                    "the sentinel user '%s' needs a password",
                    sentinelUsername);
            boolean anyTls = tls || Boolean.TRUE.equals(sentinelTls);
            checkArgument(
                    anyTls || (trustStore == null && keyStore == null && hostnameVerified),
                    "a key store or host name check is given without tls(): the connection would be"
                            + " plain text");
            return new RedisConnectionSettings(this);
        }

        private static void checkNode(String node) {
            int colon = node.lastIndexOf(':');
            try {
                int port = Integer.parseInt(node.substring(colon + 1));
                if (colon > 0 && port > 0 && port < 65536) {
                    return;
                }
            } catch (NumberFormatException e) {
                // falls through to the exception below
            }
            throw new IllegalArgumentException("not a host:port: '" + node + "'");
        }

        private static Duration positive(Duration timeout, String name) {
            Objects.requireNonNull(timeout, name);
            checkArgument(
                    timeout.toMillis() >= 1 && timeout.toMillis() <= Integer.MAX_VALUE,
                    "%s must be at least 1 ms and at most 24 days, is %s",
                    name,
                    timeout);
            return timeout;
        }
    }
}

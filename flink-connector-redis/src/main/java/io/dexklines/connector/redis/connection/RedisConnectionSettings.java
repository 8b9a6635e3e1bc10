package io.dexklines.connector.redis.connection;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Where Redis is and how to be let in. Immutable and serializable; holds no secret, only where the
 * TaskManager finds it ({@link RedisSecret}).
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

    /** The port of a Redis server that says nothing else. */
    public static final int DEFAULT_PORT = 6379;

    /** How long a connection may take to be made unless told otherwise: 2 s. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** How long a pipelined batch may take unless told otherwise: 5 s. */
    public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(5);

    /** Who answers at the nodes. */
    public enum Topology {
        /** One server, or a proxy that looks like one. */
        STANDALONE,
        /** Sentinels that know which server is the master now. */
        SENTINEL,
        /** A Redis Cluster: keys are spread over the masters by their slot. */
        CLUSTER
    }

    private final Topology topology;
    private final List<String> nodes;
    private final String sentinelMaster;
    private final String username;
    private final RedisSecret password;
    private final String sentinelUsername;
    private final RedisSecret sentinelPassword;
    private final int database;
    private final String clientName;
    private final boolean tls;
    private final boolean sentinelTls;
    private final boolean hostnameVerified;
    private final String trustStore;
    private final RedisSecret trustStorePassword;
    private final String keyStore;
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

    /** One server. */
    public static Builder standalone(String host, int port) {
        return new Builder(Topology.STANDALONE, List.of(node(host, port)));
    }

    /**
     * The master of that name, as the sentinels tell it.
     *
     * @param sentinels one or more {@code host:port} of sentinels, not of the master
     */
    public static Builder sentinel(String masterName, String... sentinels) {
        Builder builder = new Builder(Topology.SENTINEL, List.of(sentinels));
        builder.sentinelMaster = requireText(masterName, "masterName");
        return builder;
    }

    /**
     * A Redis Cluster.
     *
     * @param nodes one or more {@code host:port} to ask for the rest
     */
    public static Builder cluster(String... nodes) {
        return new Builder(Topology.CLUSTER, List.of(nodes));
    }

    /**
     * One server by its address, {@code redis://host:port/database} or {@code rediss://…} for TLS;
     * port and database may be left out, a user may stand before the host.
     *
     * @throws IllegalArgumentException when it is no such address, or when it holds a password: the
     *     job graph, logs and the web interface would show it
     */
    public static Builder uri(String address) {
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            // neither the address nor the cause, which quotes it: there may be a password in it
            throw new IllegalArgumentException(
                    "not an address of Redis: expected redis://host:port/database");
        }
        boolean tls = "rediss".equals(uri.getScheme());
        if ((!tls && !"redis".equals(uri.getScheme())) || uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "not an address of Redis: expected redis://host:port/database or rediss://…");
        }
        String user = uri.getUserInfo();
        if (user != null && user.contains(":")) {
            throw new IllegalArgumentException(
                    "the address of Redis holds a password; give it by password(RedisSecret), which"
                            + " is resolved on the TaskManager and never stands in the job graph");
        }
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
                        "the path of the address of Redis is the number of a database, not '"
                                + path.substring(1)
                                + "'");
            }
        }
        return builder;
    }

    public Topology topology() {
        return topology;
    }

    /** {@code host:port} each: the server, the sentinels, or some nodes of the cluster. */
    public List<String> nodes() {
        return nodes;
    }

    public Duration connectTimeout() {
        return connectTimeout;
    }

    public Duration requestTimeout() {
        return requestTimeout;
    }

    String sentinelMaster() {
        return sentinelMaster;
    }

    String username() {
        return username;
    }

    String sentinelUsername() {
        return sentinelUsername;
    }

    int database() {
        return database;
    }

    String clientName() {
        return clientName;
    }

    boolean tls() {
        return tls;
    }

    boolean sentinelTls() {
        return sentinelTls;
    }

    boolean hostnameVerified() {
        return hostnameVerified;
    }

    String trustStore() {
        return trustStore;
    }

    String keyStore() {
        return keyStore;
    }

    /** Reads every secret from its place; called where the connection is made. */
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

    /** The topology and the nodes; no secret is known here, so none is shown. */
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

    private static String node(String host, int port) {
        return requireText(host, "host") + ":" + port;
    }

    private static String requireText(String value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is blank");
        }
        return value;
    }

    /** The secrets in the clear; kept in memory of the TaskManager, never serialized or printed. */
    record Secrets(String password, String sentinelPassword, String trustStore, String keyStore) {
        @Override
        public String toString() {
            return "Secrets[…]";
        }
    }

    /** Builds {@link RedisConnectionSettings}; what is not set has the default named here. */
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

        /** The ACL user. Default: the server's user {@code default}. Needs a password. */
        public Builder username(String username) {
            this.username = requireText(username, "username");
            return this;
        }

        /** Where the password is found. Default: no authentication. */
        public Builder password(RedisSecret password) {
            this.password = Objects.requireNonNull(password, "password");
            return this;
        }

        /** The ACL user at the sentinels. Default: their user {@code default}. */
        public Builder sentinelUsername(String username) {
            this.sentinelUsername = requireText(username, "sentinelUsername");
            return this;
        }

        /** Where the password of the sentinels is found. Default: no authentication there. */
        public Builder sentinelPassword(RedisSecret password) {
            this.sentinelPassword = Objects.requireNonNull(password, "sentinelPassword");
            return this;
        }

        /** The number of the database. Default 0, the only one a cluster has. */
        public Builder database(int database) {
            this.database = database;
            return this;
        }

        /**
         * The name that {@code CLIENT LIST} shows. Default: none; an ACL user needs {@code
         * +client|setname} for it.
         */
        public Builder clientName(String clientName) {
            this.clientName = requireText(clientName, "clientName");
            return this;
        }

        /** Speak TLS to Redis, and to the sentinels unless told otherwise. Default: plain text. */
        public Builder tls() {
            this.tls = true;
            return this;
        }

        /** Whether to speak TLS to the sentinels. Default: as to Redis. */
        public Builder sentinelTls(boolean sentinelTls) {
            this.sentinelTls = sentinelTls;
            return this;
        }

        /**
         * Whether the server's certificate has to name the host that was connected to. Default
         * true. The chain of trust is checked in any case.
         */
        public Builder verifyHostname(boolean verified) {
            this.hostnameVerified = verified;
            return this;
        }

        /**
         * A key store (PKCS12 or JKS) on the TaskManager with the authorities to trust. Default:
         * those of the Java runtime. Read again for each connection, so it may be renewed.
         *
         * @param password null when the store has none
         */
        public Builder trustStore(String path, RedisSecret password) {
            this.trustStore = requireText(path, "trustStore");
            this.trustStorePassword = password;
            return this;
        }

        /**
         * A key store (PKCS12 or JKS) on the TaskManager with the certificate to show the server.
         * Default: none is shown.
         *
         * @param password null when the store has none
         */
        public Builder keyStore(String path, RedisSecret password) {
            this.keyStore = requireText(path, "keyStore");
            this.keyStorePassword = password;
            return this;
        }

        /** How long a connection may take to be made. Default 2 s. */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = positive(timeout, "connectTimeout");
            return this;
        }

        /**
         * How long one node may take to take in a pipelined batch and answer all of it. Then the
         * connection is cut and the batch is sent again, though the first may still land. Default 5
         * s. Too low: a server under load is asked to do its work twice. Too high: a server that
         * hangs is noticed late, and a checkpoint waits as long.
         */
        public Builder requestTimeout(Duration timeout) {
            this.requestTimeout = positive(timeout, "requestTimeout");
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException when they contradict each other
         */
        public RedisConnectionSettings build() {
            if (nodes.isEmpty()) {
                throw new IllegalArgumentException("no node of Redis is given");
            }
            for (String node : nodes) {
                checkNode(node);
            }
            if (database < 0) {
                throw new IllegalArgumentException("a database has no negative number " + database);
            }
            if (topology == Topology.CLUSTER && database != 0) {
                throw new IllegalArgumentException(
                        "a Redis Cluster has only database 0, not " + database);
            }
            if (username != null && password == null) {
                throw new IllegalArgumentException(
                        "the user '" + username + "' needs a password: Redis has no login without");
            }
            if (topology != Topology.SENTINEL
                    && (sentinelUsername != null
                            || sentinelPassword != null
                            || sentinelTls != null)) {
                throw new IllegalArgumentException(
                        "sentinel settings are given, but Redis is reached without sentinels");
            }
            if (sentinelUsername != null && sentinelPassword == null) {
                throw new IllegalArgumentException(
                        "the sentinel user '" + sentinelUsername + "' needs a password");
            }
            boolean anyTls = tls || Boolean.TRUE.equals(sentinelTls);
            if (!anyTls && (trustStore != null || keyStore != null || !hostnameVerified)) {
                throw new IllegalArgumentException(
                        "a key store or host name check is given without tls(): the connection"
                                + " would be plain text");
            }
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
                // said below, with the node
            }
            throw new IllegalArgumentException("not a host:port: '" + node + "'");
        }

        private static Duration positive(Duration timeout, String name) {
            Objects.requireNonNull(timeout, name);
            if (timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        name + " is at least 1 ms and at most 24 days, not " + timeout);
            }
            return timeout;
        }
    }
}

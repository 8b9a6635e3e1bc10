package io.dexklines.relay;

import io.dexklines.kline.Interval;
import io.dexklines.relay.api.HistoryLimits;
import io.dexklines.relay.follow.FollowSettings;
import io.dexklines.relay.http.AddressRanges;
import io.dexklines.relay.http.ConnectionLimits;
import io.dexklines.relay.http.HostPolicy;
import io.dexklines.relay.http.TlsFiles;
import io.dexklines.relay.publish.PublisherToken;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberLimits;
import io.dexklines.relay.token.UserTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The settings of a relay. Immutable; the {@link Builder} has the defaults.
 *
 * @param address where browsers connect
 * @param admin where metrics and the held klines are served, and where publishers connect
 * @param userTokens null if alerts cannot be read
 * @param userTokenReloadMs time between two reloads of the keys and revocations of user tokens, in
 *     milliseconds
 * @param hosts the names under which the relay can be reached
 * @param trustedProxies the proxies that are believed when they name a client
 * @param proxyProtocol whether they do so by the PROXY protocol
 * @param eventLoops number of threads that serve connections of the public port
 * @param maxHeldBytes the most memory for the newest klines and events of all streams, in bytes
 * @param historyLimits what the history API may take
 * @param compressFrames whether subscribers can negotiate compressed frames
 * @param pingIntervalMs time between two pings of a connection, in milliseconds
 * @param stores the stores to read history from
 * @param follows null if users cannot follow wallets
 * @param upstreams the relays to follow
 * @param intervals the intervals that the history API serves, ascending
 * @param compatibility whether the endpoints of the Go consumers' services are served
 */
public record RelaySettings(
        ListenAddress address,
        ListenAddress admin,
        PublisherToken publisherToken,
        UserTokens userTokens,
        long userTokenReloadMs,
        HostPolicy hosts,
        OriginPolicy origins,
        AddressRanges trustedProxies,
        boolean proxyProtocol,
        int eventLoops,
        long maxHeldBytes,
        HistoryLimits historyLimits,
        ConnectionLimits connectionLimits,
        boolean compressFrames,
        long pingIntervalMs,
        SubscriberLimits subscriberLimits,
        StoreSettings stores,
        FollowSettings follows,
        List<Interval> intervals,
        List<UpstreamAddress> upstreams,
        boolean compatibility) {

    private static final long MEGABYTE = 1024 * 1024;

    /**
     * Returns a builder with the defaults and the given token for publishers. The admin port is any
     * free one.
     */
    public static Builder builder(String publisherToken) {
        return new Builder().publisherToken(publisherToken).adminPort(0);
    }

    /** Converts an option in seconds to milliseconds. */
    private static final class Seconds implements ITypeConverter<Long> {
        @Override
        public Long convert(String seconds) {
            try {
                return Integer.parseInt(seconds) * 1000L;
            } catch (NumberFormatException e) {
                throw new TypeConversionException("'" + seconds + "' is not a number of seconds");
            }
        }
    }

    /** Converts a number of bytes, which may end with {@code k}, {@code m} or {@code g}. */
    static final class ByteSize implements ITypeConverter<Long> {
        private static final String UNITS = "kmg";

        @Override
        public Long convert(String size) {
            int unit = UNITS.indexOf(Character.toLowerCase(size.charAt(size.length() - 1)));
            String number = unit < 0 ? size : size.substring(0, size.length() - 1);
            try {
                return Math.multiplyExact(Long.parseLong(number), 1L << 10 * (unit + 1));
            } catch (NumberFormatException | ArithmeticException e) {
                throw new TypeConversionException("'" + size + "' is not a size such as 200m");
            }
        }
    }

    /**
     * Collects and checks settings, either from method calls or from the command line. All numbers
     * must be positive, except that ports may be 0.
     */
    public static final class Builder {

        private PublisherToken publisherToken;
        private UserTokens userTokens;
        private StoreSettings stores = StoreSettings.NONE;
        private FollowSettings follows;
        private List<UpstreamAddress> upstreams = List.of();

        @Option(
                names = "--host",
                paramLabel = "ADDRESS",
                description = "Address to listen on (default: ${DEFAULT-VALUE}).")
        private String host = "127.0.0.1";

        @Option(
                names = "--port",
                paramLabel = "PORT",
                description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
        private int port = 8080;

        @Option(
                names = "--tls-certificate",
                paramLabel = "FILE",
                description = "Certificate and its chain in PEM, for https and wss.")
        private Path certificate;

        @Option(
                names = "--tls-key",
                paramLabel = "FILE",
                description = "Private key of the certificate in PEM.")
        private Path key;

        @Option(
                names = "--admin-host",
                paramLabel = "ADDRESS",
                description =
                        "Address of the port for metrics, the state and publishers (default:"
                                + " ${DEFAULT-VALUE}).")
        private String adminHost = "127.0.0.1";

        @Option(
                names = "--admin-port",
                paramLabel = "PORT",
                description =
                        "Port for metrics, the state and publishers (default: ${DEFAULT-VALUE}).")
        private int adminPort = 8090;

        @Option(
                names = "--admin-tls-certificate",
                paramLabel = "FILE",
                description = "Certificate of the admin port. Without it, the port is plain.")
        private Path adminCertificate;

        @Option(
                names = "--admin-tls-key",
                paramLabel = "FILE",
                description = "Private key of the admin port's certificate.")
        private Path adminKey;

        @Option(
                names = "--public-names",
                paramLabel = "NAME",
                split = ",",
                description =
                        "Host names under which the relay can be reached, besides its address.")
        private Set<String> publicNames = Set.of();

        @Option(
                names = "--trusted-proxies",
                paramLabel = "NETWORK",
                split = ",",
                description = "Proxies that are believed when they name a client: 10.0.0.0/8.")
        private List<String> trustedProxies = List.of();

        @Option(
                names = "--proxy-protocol",
                description = "The trusted proxies use the PROXY protocol, not X-Forwarded-For.")
        private boolean proxyProtocol;

        @Option(
                names = "--allow-origins",
                paramLabel = "ORIGIN",
                split = ",",
                description = "Origins of web pages that may subscribe, besides the relay's own.")
        private Set<String> allowedOrigins = Set.of();

        @Option(
                names = "--intervals",
                paramLabel = "CODE",
                split = ",",
                description =
                        "Intervals that the job computes (default: 1m,5m,15m,30m,1h,4h,12h,1d,1w).")
        private List<Interval> intervals =
                List.of(
                        Interval.ONE_MINUTE,
                        Interval.FIVE_MINUTES,
                        Interval.FIFTEEN_MINUTES,
                        Interval.THIRTY_MINUTES,
                        Interval.ONE_HOUR,
                        Interval.FOUR_HOURS,
                        Interval.TWELVE_HOURS,
                        Interval.ONE_DAY,
                        Interval.ONE_WEEK);

        @Option(
                names = "--event-loops",
                paramLabel = "N",
                description = "Threads that serve connections (default: one per processor).")
        private int eventLoops = Runtime.getRuntime().availableProcessors();

        @Option(
                names = "--max-held-bytes",
                paramLabel = "SIZE",
                converter = ByteSize.class,
                description =
                        "Memory for the newest klines and events, such as 200m (default: a third"
                                + " of the heap).")
        private long maxHeldBytes = Runtime.getRuntime().maxMemory() / 3;

        @Option(
                names = "--max-pair-list-bytes",
                paramLabel = "SIZE",
                converter = ByteSize.class,
                description = "Memory for the list of pairs (default: a fifth of the heap).")
        private long maxPairListBytes = Runtime.getRuntime().maxMemory() / 5;

        @Option(
                names = "--max-requests-per-second",
                paramLabel = "N",
                description =
                        "History requests of one IP address, on average (default:"
                                + " ${DEFAULT-VALUE}).")
        private int maxRequestsPerSecond = 50;

        @Option(
                names = "--max-connections",
                paramLabel = "N",
                description = "Connections in total (default: ${DEFAULT-VALUE}).")
        private int maxConnections = 10_000;

        @Option(
                names = "--max-connections-per-address",
                paramLabel = "N",
                description = "Connections of one client (default: ${DEFAULT-VALUE}).")
        private int maxConnectionsPerAddress = 100;

        @Option(
                names = "--max-streams-per-connection",
                paramLabel = "N",
                description = "Streams per subscriber (default: ${DEFAULT-VALUE}).")
        private int maxStreamsPerConnection = 1024;

        @Option(
                names = "--max-frames-per-second",
                paramLabel = "N",
                description = "Frames that a subscriber may send (default: ${DEFAULT-VALUE}).")
        private int maxFramesPerSecond = 10;

        @Option(
                names = "--max-backlog",
                paramLabel = "N",
                description = "Messages queued for a slow subscriber (default: ${DEFAULT-VALUE}).")
        private int maxBacklog = 4096;

        @Option(
                names = "--max-blocked",
                paramLabel = "SECONDS",
                converter = Seconds.class,
                description = "How long a subscriber's connection may take no data (default: 10).")
        private long maxBlockedMs = 10_000;

        @Option(
                names = "--max-outbound",
                paramLabel = "MEGABYTES",
                description = "Bytes that wait for all slow clients (default: ${DEFAULT-VALUE}).")
        private int maxOutboundMegabytes = 64;

        @Option(
                names = "--compress-frames",
                description = "Compress klines for subscribers that offer permessage-deflate.")
        private boolean compressFrames;

        @Option(
                names = "--compatibility",
                description =
                        "Serve /ws/kline and /v1/market/get_candlestick, as front ends of the Go"
                                + " consumers expect them.")
        private boolean compatibility;

        @Option(
                names = "--header-timeout",
                paramLabel = "SECONDS",
                converter = Seconds.class,
                description = "How long the head of a request may take (default: 10).")
        private long headerTimeoutMs = 10_000;

        @Option(
                names = "--ping-interval",
                paramLabel = "SECONDS",
                converter = Seconds.class,
                description = "Time between two pings of a connection (default: 20).")
        private long pingIntervalMs = 20_000;

        @Option(
                names = "--idle-timeout",
                paramLabel = "SECONDS",
                converter = Seconds.class,
                description = "How long a connection may receive nothing (default: 60).")
        private long idleTimeoutMs = 60_000;

        @Option(
                names = "--user-token-reload",
                paramLabel = "SECONDS",
                converter = Seconds.class,
                description =
                        "Time between two reloads of the users' keys and revocations (default: 10).")
        private long userTokenReloadMs = 10_000;

        Builder() {}

        Builder publisherToken(String token) {
            this.publisherToken = new PublisherToken(token);
            return this;
        }

        public Builder port(int port) {
            this.port = port;
            return this;
        }

        public Builder adminPort(int adminPort) {
            this.adminPort = adminPort;
            return this;
        }

        /** Makes the public port one of https and wss. */
        public Builder tls(TlsFiles files) {
            this.certificate = files.certificate();
            this.key = files.key();
            return this;
        }

        /** Sets the host names of the relay, such as {@code charts.example.com}. */
        public Builder publicNames(Set<String> names) {
            this.publicNames = Set.copyOf(names);
            return this;
        }

        /** Sets the networks of proxies that are believed when they name a client. */
        public Builder trustedProxies(String... networks) {
            this.trustedProxies = List.of(networks);
            return this;
        }

        /** Sets whether the trusted proxies use the PROXY protocol. */
        public Builder proxyProtocol(boolean proxyProtocol) {
            this.proxyProtocol = proxyProtocol;
            return this;
        }

        public Builder maxConnections(int maxConnections) {
            this.maxConnections = maxConnections;
            return this;
        }

        public Builder maxOutboundMegabytes(int maxOutboundMegabytes) {
            this.maxOutboundMegabytes = maxOutboundMegabytes;
            return this;
        }

        /** Sets whether subscribers can negotiate compressed frames. */
        public Builder compressFrames(boolean compressFrames) {
            this.compressFrames = compressFrames;
            return this;
        }

        /** Sets whether front ends of the Go consumers are served. */
        public Builder compatibility(boolean compatibility) {
            this.compatibility = compatibility;
            return this;
        }

        public Builder headerTimeoutMs(long headerTimeoutMs) {
            this.headerTimeoutMs = headerTimeoutMs;
            return this;
        }

        /** Sets which tokens of users are valid. Without them, alerts cannot be read. */
        public Builder userTokens(UserTokens userTokens) {
            this.userTokens = userTokens;
            return this;
        }

        public Builder userTokenReloadMs(long userTokenReloadMs) {
            this.userTokenReloadMs = userTokenReloadMs;
            return this;
        }

        /** Sets the foreign origins that may subscribe, such as {@code https://a.example}. */
        public Builder allowedOrigins(Set<String> origins) {
            this.allowedOrigins = Set.copyOf(origins);
            return this;
        }

        /** Sets how many history requests one IP address may send a second, on average. */
        public Builder maxRequestsPerSecond(int maxRequestsPerSecond) {
            this.maxRequestsPerSecond = maxRequestsPerSecond;
            return this;
        }

        public Builder eventLoops(int eventLoops) {
            this.eventLoops = eventLoops;
            return this;
        }

        public Builder maxConnectionsPerAddress(int maxConnectionsPerAddress) {
            this.maxConnectionsPerAddress = maxConnectionsPerAddress;
            return this;
        }

        public Builder maxHeldBytes(long maxHeldBytes) {
            this.maxHeldBytes = maxHeldBytes;
            return this;
        }

        public Builder maxStreamsPerConnection(int maxStreamsPerConnection) {
            this.maxStreamsPerConnection = maxStreamsPerConnection;
            return this;
        }

        public Builder maxFramesPerSecond(int maxFramesPerSecond) {
            this.maxFramesPerSecond = maxFramesPerSecond;
            return this;
        }

        public Builder maxBacklog(int maxBacklog) {
            this.maxBacklog = maxBacklog;
            return this;
        }

        public Builder maxBlockedMs(long maxBlockedMs) {
            this.maxBlockedMs = maxBlockedMs;
            return this;
        }

        public Builder pingIntervalMs(long pingIntervalMs) {
            this.pingIntervalMs = pingIntervalMs;
            return this;
        }

        public Builder idleTimeoutMs(long idleTimeoutMs) {
            this.idleTimeoutMs = idleTimeoutMs;
            return this;
        }

        public Builder stores(StoreSettings stores) {
            this.stores = stores;
            return this;
        }

        /** Sets where the follows of users are. Without, users cannot follow wallets. */
        public Builder follows(FollowSettings follows) {
            this.follows = follows;
            return this;
        }

        /**
         * Sets the relays to follow. Their messages are passed on. Relays must form a tree, since
         * messages would circulate forever in a ring.
         */
        public Builder upstreams(List<UpstreamAddress> upstreams) {
            this.upstreams = List.copyOf(upstreams);
            return this;
        }

        /**
         * Builds the settings.
         *
         * @throws IllegalArgumentException if a number is out of range, or if connections would
         *     time out between two pings
         */
        public RelaySettings build() {
            requirePort("--port", port);
            requirePort("--admin-port", adminPort);
            if (port != 0 && port == adminPort) {
                throw new IllegalArgumentException("--admin-port: must not be the public port");
            }
            if (proxyProtocol && trustedProxies.isEmpty()) {
                throw new IllegalArgumentException("--proxy-protocol: needs --trusted-proxies");
            }
            requirePositive("--max-outbound", maxOutboundMegabytes);
            requirePositive("--header-timeout", headerTimeoutMs);
            requirePositive("--event-loops", eventLoops);
            requirePositive("--max-held-bytes", maxHeldBytes);
            requirePositive("--max-pair-list-bytes", maxPairListBytes);
            requirePositive("--max-requests-per-second", maxRequestsPerSecond);
            requirePositive("--max-connections", maxConnections);
            requirePositive("--max-connections-per-address", maxConnectionsPerAddress);
            requirePositive("--max-streams-per-connection", maxStreamsPerConnection);
            requirePositive("--max-frames-per-second", maxFramesPerSecond);
            requirePositive("--max-backlog", maxBacklog);
            requirePositive("--max-blocked", maxBlockedMs);
            requirePositive("--ping-interval", pingIntervalMs);
            requirePositive("--user-token-reload", userTokenReloadMs);
            if (follows != null && userTokens == null) {
                throw new IllegalArgumentException(
                        "--kafka-bootstrap-servers: needs --user-token-keys, since users follow");
            }
            if (idleTimeoutMs <= pingIntervalMs) {
                throw new IllegalArgumentException(
                        "--idle-timeout: must be longer than the ping interval");
            }
            return new RelaySettings(
                    new ListenAddress(host, port, tls("--tls", certificate, key)),
                    new ListenAddress(
                            adminHost, adminPort, tls("--admin-tls", adminCertificate, adminKey)),
                    publisherToken,
                    userTokens,
                    userTokenReloadMs,
                    new HostPolicy(publicNames),
                    new OriginPolicy(allowedOrigins),
                    trustedProxies(),
                    proxyProtocol,
                    eventLoops,
                    maxHeldBytes,
                    new HistoryLimits(maxRequestsPerSecond, maxPairListBytes),
                    new ConnectionLimits(
                            maxConnections,
                            maxConnectionsPerAddress,
                            headerTimeoutMs,
                            idleTimeoutMs,
                            maxBlockedMs,
                            maxOutboundMegabytes * MEGABYTE),
                    compressFrames,
                    pingIntervalMs,
                    new SubscriberLimits(
                            maxStreamsPerConnection,
                            maxFramesPerSecond,
                            maxBacklog,
                            maxBlockedMs,
                            idleTimeoutMs),
                    stores,
                    follows,
                    List.copyOf(new TreeSet<>(intervals)),
                    upstreams,
                    compatibility);
        }

        private AddressRanges trustedProxies() {
            try {
                return AddressRanges.parse(trustedProxies);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--trusted-proxies: " + e.getMessage(), e);
            }
        }

        private static TlsFiles tls(String option, Path certificate, Path key) {
            if ((certificate == null) != (key == null)) {
                throw new IllegalArgumentException(
                        option + "-certificate: needs " + option + "-key, and vice versa");
            }
            if (certificate == null) {
                return null;
            }
            for (Path file : List.of(certificate, key)) {
                if (!Files.isReadable(file)) {
                    throw new IllegalArgumentException(option + ": cannot read " + file);
                }
            }
            return new TlsFiles(certificate, key);
        }

        private static void requirePort(String option, int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(option + ": " + port + " is not a port");
            }
        }

        private static void requirePositive(String option, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(option + ": must be positive, not " + value);
            }
        }
    }
}

package io.dexklines.relay;

import io.dexklines.kline.Interval;
import io.dexklines.relay.publish.PublisherToken;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberLimits;
import io.dexklines.relay.token.UserTokens;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * The settings of a relay. Immutable; the {@link Builder} has the defaults.
 *
 * @param port 0 for any free port
 * @param userTokens null if alerts cannot be read
 * @param userTokenReloadMs time between two reloads of the keys and revocations of user tokens, in
 *     milliseconds
 * @param eventLoops number of threads that serve connections
 * @param maxHeldStreams maximum number of kline streams in memory, about 2 kB each
 * @param maxConnections maximum number of subscribers
 * @param maxConnectionsPerAddress maximum number of subscribers from one IP address
 * @param pingIntervalMs time between two pings of a connection, in milliseconds
 * @param stores the stores to read history from
 * @param upstreams the relays to follow
 * @param intervals the intervals that the history API serves, ascending
 */
public record RelaySettings(
        String host,
        int port,
        PublisherToken publisherToken,
        UserTokens userTokens,
        long userTokenReloadMs,
        OriginPolicy origins,
        int eventLoops,
        int maxHeldStreams,
        int maxConnections,
        int maxConnectionsPerAddress,
        long pingIntervalMs,
        SubscriberLimits subscriberLimits,
        StoreSettings stores,
        List<Interval> intervals,
        List<UpstreamAddress> upstreams) {

    /** Returns a builder with the defaults and the given token for publishers. */
    public static Builder builder(String publisherToken) {
        return new Builder().publisherToken(publisherToken);
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

    /**
     * Collects and checks settings, either from method calls or from the command line. All numbers
     * must be positive, except that the port may be 0.
     */
    public static final class Builder {

        private PublisherToken publisherToken;
        private UserTokens userTokens;
        private StoreSettings stores = StoreSettings.NONE;
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
                names = "--max-held-streams",
                paramLabel = "N",
                description = "Kline streams held in memory (default: ${DEFAULT-VALUE}).")
        private int maxHeldStreams = 100_000;

        @Option(
                names = "--max-connections",
                paramLabel = "N",
                description = "Subscribers in total (default: ${DEFAULT-VALUE}).")
        private int maxConnections = 10_000;

        @Option(
                names = "--max-connections-per-address",
                paramLabel = "N",
                description = "Subscribers from one IP address (default: ${DEFAULT-VALUE}).")
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

        public Builder eventLoops(int eventLoops) {
            this.eventLoops = eventLoops;
            return this;
        }

        public Builder maxConnectionsPerAddress(int maxConnectionsPerAddress) {
            this.maxConnectionsPerAddress = maxConnectionsPerAddress;
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
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("--port: " + port + " is not a port");
            }
            requirePositive("--event-loops", eventLoops);
            requirePositive("--max-held-streams", maxHeldStreams);
            requirePositive("--max-connections", maxConnections);
            requirePositive("--max-connections-per-address", maxConnectionsPerAddress);
            requirePositive("--max-streams-per-connection", maxStreamsPerConnection);
            requirePositive("--max-frames-per-second", maxFramesPerSecond);
            requirePositive("--max-backlog", maxBacklog);
            requirePositive("--max-blocked", maxBlockedMs);
            requirePositive("--ping-interval", pingIntervalMs);
            requirePositive("--user-token-reload", userTokenReloadMs);
            if (idleTimeoutMs <= pingIntervalMs) {
                throw new IllegalArgumentException(
                        "--idle-timeout: must be longer than the ping interval");
            }
            return new RelaySettings(
                    host,
                    port,
                    publisherToken,
                    userTokens,
                    userTokenReloadMs,
                    new OriginPolicy(allowedOrigins),
                    eventLoops,
                    maxHeldStreams,
                    maxConnections,
                    maxConnectionsPerAddress,
                    pingIntervalMs,
                    new SubscriberLimits(
                            maxStreamsPerConnection,
                            maxFramesPerSecond,
                            maxBacklog,
                            maxBlockedMs,
                            idleTimeoutMs),
                    stores,
                    List.copyOf(new TreeSet<>(intervals)),
                    upstreams);
        }

        private static void requirePositive(String option, long value) {
            if (value <= 0) {
                throw new IllegalArgumentException(option + ": must be positive, not " + value);
            }
        }
    }
}

package io.dexklines.relay;

import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.publish.PublisherToken;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.subscribe.OriginPolicy;
import io.dexklines.relay.subscribe.SubscriberLimits;
import io.dexklines.relay.subscribe.UserTokens;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * All that can be set on a relay. Immutable; {@link #builder} has the defaults.
 *
 * @param port 0 for any that is free
 * @param userTokens null if nobody may read alerts
 * @param eventLoops threads that serve connections
 * @param maxHeldStreams kline streams whose newest klines are held, about 2 kB each
 * @param maxConnections subscribers over all
 * @param maxConnectionsPerAddress subscribers from one IP address
 * @param pingIntervalMs how often every connection is pinged
 * @param stores where history is read from
 * @param upstreams the relays that this one follows
 * @param intervals of the klines whose history is served, ascending
 */
public record RelaySettings(
        String host,
        int port,
        PublisherToken publisherToken,
        UserTokens userTokens,
        OriginPolicy origins,
        int eventLoops,
        int maxHeldStreams,
        int maxConnections,
        int maxConnectionsPerAddress,
        long pingIntervalMs,
        SubscriberLimits subscriberLimits,
        StoreSettings stores,
        List<KlineInterval> intervals,
        List<UpstreamAddress> upstreams) {

    /** What the job computes unless it is told otherwise. */
    private static final List<KlineInterval> DEFAULT_INTERVALS =
            List.of(
                    KlineInterval.ONE_MINUTE,
                    KlineInterval.FIVE_MINUTES,
                    KlineInterval.FIFTEEN_MINUTES,
                    KlineInterval.THIRTY_MINUTES,
                    KlineInterval.ONE_HOUR,
                    KlineInterval.FOUR_HOURS,
                    KlineInterval.TWELVE_HOURS,
                    KlineInterval.ONE_DAY,
                    KlineInterval.ONE_WEEK);

    /** The defaults, with that token for publishers. */
    public static Builder builder(String publisherToken) {
        return new Builder(new PublisherToken(publisherToken));
    }

    /** Collects settings; every number has to be positive, but the port may be 0. */
    public static final class Builder {
        private final PublisherToken publisherToken;
        private String host = "127.0.0.1";
        private int port = 8080;
        private UserTokens userTokens;
        private Set<String> allowedOrigins = Set.of();
        private int eventLoops = Runtime.getRuntime().availableProcessors();
        private int maxHeldStreams = 100_000;
        private int maxConnections = 10_000;
        private int maxConnectionsPerAddress = 100;
        private int maxStreamsPerConnection = 1024;
        private int maxFramesPerSecond = 10;
        private int maxBacklog = 4096;
        private long maxBlockedMs = 10_000;
        private long pingIntervalMs = 20_000;
        private long idleTimeoutMs = 60_000;
        private StoreSettings stores = StoreSettings.NONE;
        private List<KlineInterval> intervals = DEFAULT_INTERVALS;
        private List<UpstreamAddress> upstreams = List.of();

        private Builder(PublisherToken publisherToken) {
            this.publisherToken = publisherToken;
        }

        public Builder host(String host) {
            this.host = host;
            return this;
        }

        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("no port: " + port);
            }
            this.port = port;
            return this;
        }

        /** The secret from which users' tokens are made; without one nobody may read alerts. */
        public Builder userTokenSecret(String secret) {
            this.userTokens = new UserTokens(secret);
            return this;
        }

        /**
         * Origins of other people's pages that may subscribe, such as {@code https://a.example}.
         */
        public Builder allowedOrigins(Set<String> origins) {
            this.allowedOrigins = Set.copyOf(origins);
            return this;
        }

        public Builder eventLoops(int eventLoops) {
            this.eventLoops = positive(eventLoops);
            return this;
        }

        public Builder maxHeldStreams(int maxHeldStreams) {
            this.maxHeldStreams = positive(maxHeldStreams);
            return this;
        }

        public Builder maxConnections(int maxConnections) {
            this.maxConnections = positive(maxConnections);
            return this;
        }

        public Builder maxConnectionsPerAddress(int maxConnectionsPerAddress) {
            this.maxConnectionsPerAddress = positive(maxConnectionsPerAddress);
            return this;
        }

        public Builder maxStreamsPerConnection(int maxStreamsPerConnection) {
            this.maxStreamsPerConnection = positive(maxStreamsPerConnection);
            return this;
        }

        public Builder maxFramesPerSecond(int maxFramesPerSecond) {
            this.maxFramesPerSecond = positive(maxFramesPerSecond);
            return this;
        }

        public Builder maxBacklog(int maxBacklog) {
            this.maxBacklog = positive(maxBacklog);
            return this;
        }

        public Builder maxBlockedMs(int maxBlockedMs) {
            this.maxBlockedMs = positive(maxBlockedMs);
            return this;
        }

        public Builder pingIntervalMs(int pingIntervalMs) {
            this.pingIntervalMs = positive(pingIntervalMs);
            return this;
        }

        public Builder idleTimeoutMs(int idleTimeoutMs) {
            this.idleTimeoutMs = positive(idleTimeoutMs);
            return this;
        }

        public Builder stores(StoreSettings stores) {
            this.stores = stores;
            return this;
        }

        /** Those that the job computes, in any order. */
        public Builder intervals(Collection<KlineInterval> intervals) {
            this.intervals = List.copyOf(new TreeSet<>(intervals));
            return this;
        }

        /**
         * The relays that this one follows: it passes on whatever they do. They form a tree: around
         * a ring messages would go for ever.
         */
        public Builder upstreams(List<UpstreamAddress> upstreams) {
            this.upstreams = List.copyOf(upstreams);
            return this;
        }

        private static int positive(int value) {
            if (value <= 0) {
                throw new IllegalArgumentException("not a positive number: " + value);
            }
            return value;
        }

        /**
         * @throws IllegalArgumentException if connections would time out between two pings
         */
        public RelaySettings build() {
            if (idleTimeoutMs <= pingIntervalMs) {
                throw new IllegalArgumentException(
                        "the idle timeout has to be longer than the ping interval");
            }
            return new RelaySettings(
                    host,
                    port,
                    publisherToken,
                    userTokens,
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
                    intervals,
                    upstreams);
        }
    }
}

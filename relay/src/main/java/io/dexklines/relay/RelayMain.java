package io.dexklines.relay;

import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Starts a relay: {@code RelayMain --port 8080 --publisher-token env:KLINES_RELAY_TOKEN}. */
public final class RelayMain {

    private static final String USAGE =
            """
            Relays klines from publishers to subscribers over WebSocket.

              --host ADDRESS                     where to listen (127.0.0.1)
              --port PORT                        where to listen (8080)
              --publisher-token REFERENCE        env:NAME or file:/path (env:KLINES_RELAY_TOKEN)
              --user-token-secret REFERENCE      env:NAME or file:/path; without it nobody reads alerts
              --allow-origins ORIGIN,…           whose pages may subscribe, besides its own
              --mysql-url URL                    jdbc:mysql://host:3306/klines, for history
              --mysql-user NAME
              --mysql-password REFERENCE         env:NAME or file:/path
              --redis-uri URI                    redis://host:6379 or rediss:…, for recent history
              --redis-user NAME
              --redis-password REFERENCE         env:NAME or file:/path
              --intervals CODE,…                 that the job computes (1m,5m,15m,30m,1h,4h,12h,1d,1w)
              --upstream URL,…                   relays to follow, ws://host:port/follow each
              --upstream-token REFERENCE         of their publishers (this relay's own)
              --event-loops N                    threads that serve connections (one per processor)
              --max-held-streams N               streams whose newest klines are held (100000)
              --max-connections N                subscribers over all (10000)
              --max-connections-per-address N    subscribers from one address (100)
              --max-streams-per-connection N     (1024)
              --max-frames-per-second N          that a subscriber may send (10)
              --max-backlog N                    messages that wait for a slow subscriber (4096)
              --max-blocked SECONDS              that a subscriber's connection may stay full (10)
              --ping-interval SECONDS            (20)
              --idle-timeout SECONDS             that a connection may be silent (60)
            """;

    private static final String PUBLISHER_TOKEN = "--publisher-token";
    private static final String DEFAULT_PUBLISHER_TOKEN = "env:KLINES_RELAY_TOKEN";

    private static final String MYSQL_URL = "--mysql-url";
    private static final String MYSQL_USER = "--mysql-user";
    private static final String MYSQL_PASSWORD = "--mysql-password";
    private static final String REDIS_URI = "--redis-uri";
    private static final String REDIS_USER = "--redis-user";
    private static final String REDIS_PASSWORD = "--redis-password";

    private static final String UPSTREAM = "--upstream";
    private static final String UPSTREAM_TOKEN = "--upstream-token";

    private RelayMain() {}

    static {
        // before the first logger: so that, alone in its process, it says what it does
        if (System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty("log4j2.configurationFile", "relay-log4j2.properties");
        }
    }

    /** Runs until the process is told to end, and then takes leave of everyone. */
    public static void main(String[] args) throws InterruptedException {
        if (Arrays.asList(args).contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        RelaySettings settings;
        try {
            settings = settings(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n\n" + USAGE);
            System.exit(2);
            return;
        }
        RelayServer server = RelayServer.start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "relay-shutdown"));
        System.out.printf("relay on http://%s:%d%n", settings.host(), server.port());
        Thread.currentThread().join();
    }

    /**
     * Reads the arguments.
     *
     * @throws IllegalArgumentException naming the one that is wrong
     */
    static RelaySettings settings(String... args) {
        Map<String, String> options = options(args);
        RelaySettings.Builder builder = RelaySettings.builder(publisherToken(options));
        options.forEach(
                (name, value) -> {
                    named(
                            name,
                            () -> {
                                apply(builder, name, value);
                                return builder;
                            });
                });
        if (options.containsKey(UPSTREAM)) {
            String token = upstreamToken(options);
            named(UPSTREAM, () -> builder.upstreams(upstreams(options.get(UPSTREAM), token)));
        }
        return builder.stores(stores(options)).build();
    }

    private static List<UpstreamAddress> upstreams(String urls, String token) {
        return Arrays.stream(urls.split(","))
                .map(url -> new UpstreamAddress(URI.create(url), token))
                .toList();
    }

    private static StoreSettings stores(Map<String, String> options) {
        return new StoreSettings(
                store(options, MYSQL_URL, "jdbc:mysql://", MYSQL_USER, MYSQL_PASSWORD),
                store(options, REDIS_URI, "redis", REDIS_USER, REDIS_PASSWORD));
    }

    private static Optional<StoreAddress> store(
            Map<String, String> options, String url, String scheme, String user, String password) {
        if (!options.containsKey(url)) {
            for (String needless : List.of(user, password)) {
                if (options.containsKey(needless)) {
                    throw new IllegalArgumentException(needless + ": of no use without " + url);
                }
            }
            return Optional.empty();
        }
        String reference = options.get(password);
        String secret = reference == null ? null : secret(password, reference);
        return Optional.of(
                named(
                        url,
                        () -> {
                            if (!options.get(url).startsWith(scheme)) {
                                throw new IllegalArgumentException("expected " + scheme + "…");
                            }
                            return new StoreAddress(options.get(url), options.get(user), secret);
                        }));
    }

    private static List<KlineInterval> intervals(String codes) {
        return Arrays.stream(codes.split(",")).map(KlineInterval::ofCode).toList();
    }

    private static Map<String, String> options(String... args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int index = 0; index < args.length; index += 2) {
            if (index + 1 == args.length) {
                throw new IllegalArgumentException(args[index] + ": a value is missing");
            }
            options.put(args[index], args[index + 1]);
        }
        return options;
    }

    private static String publisherToken(Map<String, String> options) {
        return secret(
                PUBLISHER_TOKEN, options.getOrDefault(PUBLISHER_TOKEN, DEFAULT_PUBLISHER_TOKEN));
    }

    private static String upstreamToken(Map<String, String> options) {
        return options.containsKey(UPSTREAM_TOKEN)
                ? secret(UPSTREAM_TOKEN, options.get(UPSTREAM_TOKEN))
                : publisherToken(options);
    }

    private static String secret(String option, String reference) {
        return named(option, () -> SecretReference.resolve(reference));
    }

    private static <T> T named(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
        }
    }

    private static void apply(RelaySettings.Builder builder, String name, String value) {
        switch (name) {
            case PUBLISHER_TOKEN,
                    MYSQL_URL,
                    MYSQL_USER,
                    MYSQL_PASSWORD,
                    REDIS_URI,
                    REDIS_USER,
                    REDIS_PASSWORD,
                    UPSTREAM,
                    UPSTREAM_TOKEN -> {}
            case "--intervals" -> builder.intervals(intervals(value));
            case "--host" -> builder.host(value);
            case "--port" -> builder.port(Integer.parseInt(value));
            case "--user-token-secret" -> builder.userTokenSecret(SecretReference.resolve(value));
            case "--allow-origins" -> builder.allowedOrigins(Set.of(value.split(",")));
            case "--event-loops" -> builder.eventLoops(Integer.parseInt(value));
            case "--max-held-streams" -> builder.maxHeldStreams(Integer.parseInt(value));
            case "--max-connections" -> builder.maxConnections(Integer.parseInt(value));
            case "--max-connections-per-address" ->
                    builder.maxConnectionsPerAddress(Integer.parseInt(value));
            case "--max-streams-per-connection" ->
                    builder.maxStreamsPerConnection(Integer.parseInt(value));
            case "--max-frames-per-second" -> builder.maxFramesPerSecond(Integer.parseInt(value));
            case "--max-backlog" -> builder.maxBacklog(Integer.parseInt(value));
            case "--max-blocked" -> builder.maxBlockedMs(millis(value));
            case "--ping-interval" -> builder.pingIntervalMs(millis(value));
            case "--idle-timeout" -> builder.idleTimeoutMs(millis(value));
            default -> throw new IllegalArgumentException("no such option");
        }
    }

    private static int millis(String seconds) {
        return Math.multiplyExact(Integer.parseInt(seconds), 1000);
    }
}

package io.dexklines.relay;

import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import io.dexklines.relay.follow.FollowSettings;
import io.dexklines.relay.follow.KafkaLogin;
import io.dexklines.relay.publish.UpstreamAddress;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.StoreAddress;
import io.dexklines.relay.store.StoreSettings;
import io.dexklines.relay.token.UserTokens;
import io.dexklines.secret.SecretReference;
import io.dexklines.text.AddressCase;
import io.dexklines.text.JdbcUrls;
import io.dexklines.text.RedisUri;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Starts a relay: {@code RelayMain --port 8080 --publisher-token env:KLINES_RELAY_TOKEN}. */
@Command(
        name = "klines-relay",
        description = "Relays klines from publishers to subscribers over WebSocket.",
        footer = "A secret's REFERENCE is env:NAME or file:/path.",
        usageHelpWidth = 100,
        abbreviateSynopsis = true,
        sortOptions = false)
public final class RelayMain implements Callable<Integer> {

    static {
        // before the first logger is created, so that a standalone relay logs to the console
        if (System.getProperty("log4j2.configurationFile") == null) {
            System.setProperty("log4j2.configurationFile", "relay-log4j2.properties");
        }
    }

    @Spec private CommandSpec spec;

    @Mixin private RelaySettings.Builder settings = new RelaySettings.Builder();

    @Option(
            names = "--publisher-token",
            paramLabel = "REFERENCE",
            description = "Token of the publishers (default: ${DEFAULT-VALUE}).")
    private String publisherToken = "env:KLINES_RELAY_TOKEN";

    /** The options for tokens of users. */
    private static final class UserTokenOptions {
        @Option(
                names = "--user-token-keys",
                required = true,
                paramLabel = "REFERENCE",
                description =
                        "Keys of the users' tokens, one `kid: secret` a line. Without them, alerts"
                                + " cannot be read.")
        private String keys;

        @Option(
                names = "--user-token-revocations",
                paramLabel = "FILE",
                description =
                        "Revoked tokens, one `user ID TIME`, `all TIME` or `token JTI` a line.")
        private Path revocations;

        @Option(
                names = "--max-user-token-lifetime",
                paramLabel = "SECONDS",
                description =
                        "Longest time from issue to expiry of a token (default: 86400, a day).")
        private long maxLifetimeSeconds = UserTokens.MAX_LIFETIME.toSeconds();
    }

    @ArgGroup(exclusive = false)
    private UserTokenOptions userTokens;

    @Option(names = "--user-token-secret", hidden = true)
    private String formerUserTokenSecret;

    /** The options for MySQL. */
    private static final class MySqlOptions {
        @Option(
                names = "--mysql-url",
                required = true,
                paramLabel = "URL",
                description =
                        "MySQL for the history: jdbc:mysql://host:3306/klines; several servers,"
                                + " as the job's mysql.url, separated by white space.")
        private String url;

        @Option(names = "--mysql-user", paramLabel = "NAME", description = "User of MySQL.")
        private String user;

        @Option(
                names = "--mysql-password",
                paramLabel = "REFERENCE",
                description = "Password of MySQL's user.")
        private String password;
    }

    /** The options for Redis. */
    private static final class RedisOptions {
        @Option(
                names = "--redis-uri",
                required = true,
                paramLabel = "URI",
                description =
                        "Redis for recent history, as the job's redis.uri: redis://host:port,"
                                + " redis-sentinel://host:port,host:port/master or"
                                + " redis-cluster://host:port,host:port; rediss… for TLS.")
        private String uri;

        @Option(
                names = "--redis-key-prefix",
                paramLabel = "TEXT",
                description = "Text in front of all keys, as the job's redis.key-prefix.")
        private String keyPrefix = "";

        @Option(
                names = "--redis-retention",
                paramLabel = "NAME",
                description = "Which klines Redis keeps, as the job's redis.retention.")
        private String retention = CacheRetention.NEWEST.code();

        @Option(
                names = "--redis-address-case",
                paramLabel = "NAME",
                description = "Case of EVM addresses in keys, as the job's redis.address-case.")
        private String addressCase = AddressCase.LOWER.code();

        @Option(names = "--redis-user", paramLabel = "NAME", description = "User of Redis.")
        private String user;

        @Option(
                names = "--redis-password",
                paramLabel = "REFERENCE",
                description = "Password of Redis' user.")
        private String password;
    }

    /** The options for the follows of users. */
    private static final class FollowOptions {
        @Option(
                names = "--kafka-bootstrap-servers",
                required = true,
                paramLabel = "HOST:PORT",
                description =
                        "Kafka brokers, separated by commas, so that users can follow wallets. Needs"
                                + " --user-token-keys.")
        private String bootstrapServers;

        @Option(
                names = "--kafka-properties",
                paramLabel = "FILE",
                description = "Properties of Kafka's clients, such as those for TLS and SASL.")
        private Path properties;

        @Option(
                names = "--kafka-user",
                paramLabel = "NAME",
                description = "User of Kafka, who reads and writes the follows and nothing else.")
        private String user;

        @Option(
                names = "--kafka-password",
                paramLabel = "REFERENCE",
                description = "Password of Kafka's user.")
        private String password;

        @Option(
                names = "--follows-topic",
                paramLabel = "NAME",
                description =
                        "Topic of the follows, as the job's smart-money.follows-topic (default:"
                                + " smart-money-follows).")
        private String topic = "smart-money-follows";

        @Option(
                names = "--max-follows-per-user",
                paramLabel = "N",
                description = "Wallets that a user can follow (default: 200).")
        private int maxPerUser = 200;

        @Option(
                names = "--max-follow-list-bytes",
                paramLabel = "SIZE",
                converter = RelaySettings.ByteSize.class,
                description = "Memory for the follows of all users (default: a tenth of the heap).")
        private long maxBytes = Runtime.getRuntime().maxMemory() / 10;
    }

    @ArgGroup(exclusive = false)
    private FollowOptions follows;

    @ArgGroup(exclusive = false)
    private MySqlOptions mysql;

    @ArgGroup(exclusive = false)
    private RedisOptions redis;

    @Option(
            names = "--upstream",
            paramLabel = "URL",
            split = ",",
            description = "Relays to follow: ws://host:port/follow.")
    private List<String> upstreams = List.of();

    @Option(
            names = "--upstream-token",
            paramLabel = "REFERENCE",
            description = "Token of the upstream relays' publishers (default: this relay's).")
    private String upstreamToken;

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    private RelayMain() {}

    /** Runs until SIGTERM, then closes every connection with status 1001 (going away). */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new RelayMain())
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .registerConverter(Interval.class, RelayMain::interval)
                .setParameterExceptionHandler(
                        (e, args) -> {
                            PrintWriter errors = e.getCommandLine().getErr();
                            errors.println("klines-relay: " + e.getMessage());
                            errors.flush();
                            return ExitCode.USAGE;
                        });
    }

    private static Interval interval(String code) {
        try {
            return Interval.ofCode(code);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        RelaySettings checked = settings();
        RelayServer server = RelayServer.start(checked);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "relay-shutdown"));
        print("relay", checked.address(), server.port());
        print("admin", checked.admin(), server.adminPort());
        Thread.currentThread().join();
        return ExitCode.OK;
    }

    private static void print(String name, ListenAddress address, int port) {
        String scheme = address.tls() == null ? "http" : "https";
        System.out.printf("%s on %s://%s:%d%n", name, scheme, address.host(), port);
    }

    /**
     * Parses the arguments.
     *
     * @throws ParameterException if an argument is invalid, naming the option
     */
    static RelaySettings settings(String... args) {
        CommandLine commandLine = commandLine();
        commandLine.parseArgs(args);
        return commandLine.<RelayMain>getCommand().settings();
    }

    private RelaySettings settings() {
        String token = secret("--publisher-token", publisherToken);
        settings.publisherToken(token);
        if (formerUserTokenSecret != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--user-token-secret: its tokens never expired and are no longer accepted; give"
                            + " --user-token-keys and issue JSON Web Tokens, see docs/upgrade.md");
        }
        if (userTokens != null) {
            settings.userTokens(userTokens());
        }
        String followerToken =
                upstreamToken == null ? token : secret("--upstream-token", upstreamToken);
        settings.upstreams(
                upstreams.stream()
                        .map(
                                url ->
                                        named(
                                                "--upstream",
                                                () ->
                                                        new UpstreamAddress(
                                                                URI.create(url), followerToken)))
                        .toList());
        settings.stores(new StoreSettings(mysqlAddresses(), redisAddress()));
        settings.follows(follows == null ? null : followSettings());
        try {
            return settings.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private UserTokens userTokens() {
        if (userTokens.maxLifetimeSeconds <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "--max-user-token-lifetime: must be positive");
        }
        SecretReference keys =
                named("--user-token-keys", () -> new SecretReference(userTokens.keys));
        return named(
                "--user-token-keys, --user-token-revocations",
                () ->
                        new UserTokens(
                                keys::resolve,
                                this::revocations,
                                Duration.ofSeconds(userTokens.maxLifetimeSeconds),
                                Clock.systemUTC()));
    }

    private String revocations() {
        if (userTokens.revocations == null) {
            return "";
        }
        try {
            return Files.readString(userTokens.revocations);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + userTokens.revocations, e);
        }
    }

    private List<StoreAddress> mysqlAddresses() {
        if (mysql == null) {
            return List.of();
        }
        String password = optionalSecret("--mysql-password", mysql.password);
        return named(
                "--mysql-url",
                () ->
                        JdbcUrls.parse(mysql.url).stream()
                                .map(url -> new StoreAddress(url, mysql.user, password))
                                .toList());
    }

    private Optional<RedisAddress> redisAddress() {
        if (redis == null) {
            return Optional.empty();
        }
        String password = optionalSecret("--redis-password", redis.password);
        RedisUri uri = named("--redis-uri", () -> RedisUri.parse(redis.uri));
        String keyPrefix =
                named("--redis-key-prefix", () -> RedisUri.checkKeyPrefix(redis.keyPrefix));
        CacheRetention retention =
                named("--redis-retention", () -> CacheRetention.ofCode(redis.retention));
        AddressCase addressCase =
                named("--redis-address-case", () -> AddressCase.ofCode(redis.addressCase));
        return Optional.of(
                new RedisAddress(uri, keyPrefix, redis.user, password, retention, addressCase));
    }

    private FollowSettings followSettings() {
        if (follows.maxPerUser <= 0) {
            throw new ParameterException(
                    spec.commandLine(), "--max-follows-per-user: must be positive");
        }
        Map<String, String> properties = named("--kafka-properties", this::kafkaProperties);
        if ((follows.user == null) != (follows.password == null)) {
            throw new ParameterException(
                    spec.commandLine(), "--kafka-user: needs --kafka-password, and vice versa");
        }
        Map<String, String> withLogin =
                follows.user == null
                        ? properties
                        : named(
                                "--kafka-user",
                                () ->
                                        KafkaLogin.add(
                                                properties,
                                                follows.user,
                                                secret("--kafka-password", follows.password)));
        return named(
                "--kafka-bootstrap-servers, --kafka-properties",
                () ->
                        new FollowSettings(
                                follows.bootstrapServers,
                                withLogin,
                                follows.topic,
                                follows.maxPerUser,
                                follows.maxBytes));
    }

    private Map<String, String> kafkaProperties() {
        if (follows.properties == null) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader file = Files.newBufferedReader(follows.properties)) {
            properties.load(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + follows.properties, e);
        }
        return properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, properties::getProperty));
    }

    /** Returns null if the reference is null. */
    private String optionalSecret(String option, String reference) {
        return reference == null ? null : secret(option, reference);
    }

    private String secret(String option, String reference) {
        return named(
                option,
                () -> {
                    String secret = new SecretReference(reference).resolve().strip();
                    if (secret.isEmpty()) {
                        throw new IllegalArgumentException("no secret at " + reference);
                    }
                    return secret;
                });
    }

    /** Returns the value, or names the option in the error message. */
    private <T> T named(String option, Supplier<T> value) {
        try {
            return value.get();
        } catch (RuntimeException e) {
            throw new ParameterException(spec.commandLine(), option + ": " + e.getMessage(), e);
        }
    }
}

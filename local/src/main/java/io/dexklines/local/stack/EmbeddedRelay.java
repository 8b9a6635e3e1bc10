package io.dexklines.local.stack;

import io.dexklines.relay.token.TokenIssuer;
import io.dexklines.relay.token.TokenKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The relay in a separate process. On disk it has only its log and its secrets. */
public final class EmbeddedRelay extends EmbeddedServer {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final String MAIN_CLASS = "io.dexklines.relay.RelayMain";

    private final int adminPort = Ports.free();
    private final List<String> storeOptions;
    private final String token;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

    private EmbeddedRelay(Path folder, int port, List<String> storeOptions) {
        super("relay", folder, port, Duration.ofSeconds(180));
        this.storeOptions = storeOptions;
        this.token = StackFiles.secret(tokenFile());
        createUserTokenFiles(this.folder);
    }

    /**
     * Starts a relay without history and waits until it answers.
     *
     * @param folder the folder for the log and the secrets
     * @param port 0 for any free port
     */
    public static EmbeddedRelay start(Path folder, int port) {
        return start(folder, port, List.of());
    }

    /** Starts a relay with history from the given stores, which need not answer yet. */
    public static EmbeddedRelay start(
            Path folder, int port, EmbeddedMariaDb mariaDb, EmbeddedRedis redis) {
        return start(folder, port, stores(List.of(mariaDb), redis.uri(), redis.relay()));
    }

    /**
     * Starts a relay with history from the given stores, by which users can follow wallets. None of
     * the servers needs to answer yet.
     *
     * @param kafka a guarded broker
     */
    static EmbeddedRelay start(
            Path folder,
            int port,
            EmbeddedMariaDb mariaDb,
            EmbeddedRedis redis,
            EmbeddedKafka kafka) {
        List<String> options =
                new ArrayList<>(stores(List.of(mariaDb), redis.uri(), redis.relay()));
        options.addAll(
                List.of(
                        "--kafka-bootstrap-servers",
                        kafka.bootstrapServers(),
                        "--kafka-properties",
                        kafka.users().clientFile(kafka.users().relay()).toString()));
        return start(folder, port, options);
    }

    /**
     * Starts relays that publishers and users know by the same tokens, and waits until all answer.
     *
     * @param folder the folder for those of the relays, {@code relay-0}, …
     * @param mariaDbs servers that share the rows
     * @param redisUri the address of Redis
     * @param redis the user of Redis
     */
    public static List<EmbeddedRelay> startSeveral(
            Path folder, int number, List<EmbeddedMariaDb> mariaDbs, String redisUri, Login redis) {
        List<EmbeddedRelay> relays = new ArrayList<>();
        try {
            for (int index = 0; index < number; index++) {
                Path own = folder.resolve("relay-" + index);
                if (index > 0) {
                    relays.get(0).copySecretsTo(own);
                }
                relays.add(new EmbeddedRelay(own, 0, stores(mariaDbs, redisUri, redis)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        startAll(relays);
        return relays;
    }

    private void copySecretsTo(Path other) throws IOException {
        for (Path file :
                List.of(tokenFile(), userTokenKeysFile(folder), userTokenRevocationsFile(folder))) {
            StackFiles.writePrivate(other.resolve(file.getFileName()), Files.readString(file));
        }
    }

    private static List<String> stores(
            List<EmbeddedMariaDb> mariaDbs, String redisUri, Login redis) {
        Login mySql = mariaDbs.get(0).relay();
        return List.of(
                "--mysql-url",
                String.join(" ", mariaDbs.stream().map(EmbeddedMariaDb::jdbcUrl).toList()),
                "--mysql-user",
                mySql.user(),
                "--mysql-password",
                mySql.passwordReference(),
                "--redis-uri",
                redisUri,
                "--redis-user",
                redis.user(),
                "--redis-password",
                redis.passwordReference());
    }

    private static EmbeddedRelay start(Path folder, int port, List<String> storeOptions) {
        EmbeddedRelay relay = new EmbeddedRelay(folder, port, storeOptions);
        relay.start();
        return relay;
    }

    /** Returns the address for browsers, {@code http://host:port}. */
    public String url() {
        return "http://" + Ports.HOST + ":" + port;
    }

    /** Returns the address for subscribers, without {@code /ws} or {@code /stream?streams=…}. */
    public String webSocketUrl() {
        return "ws://" + Ports.HOST + ":" + port;
    }

    /** Returns the address for metrics and the held klines, {@code http://host:port}. */
    public String adminUrl() {
        return "http://" + Ports.HOST + ":" + adminPort;
    }

    /** Returns the address for publishers. */
    public String publishUrl() {
        return "ws://" + Ports.HOST + ":" + adminPort + "/publish";
    }

    /** Returns the token for publishers. */
    public String token() {
        return token;
    }

    /** Returns the private file that contains the token for publishers. */
    public Path tokenFile() {
        return folder.resolve("publisher-token");
    }

    /** Returns a token with which a user can subscribe to alerts for one hour. */
    public String userToken(String userId) {
        return userToken(folder, userId);
    }

    /**
     * Returns a token of the user, valid for one hour, for a relay of any process.
     *
     * @param folder the folder of that relay
     */
    public static String userToken(Path folder, String userId) {
        try {
            TokenKeys keys = TokenKeys.parse(Files.readString(userTokenKeysFile(folder)));
            return new TokenIssuer(keys, Clock.systemUTC()).issue(userId, TokenIssuer.LIFETIME);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the private file with the keys of the users' tokens.
     *
     * @param folder the folder of the relay
     */
    public static Path userTokenKeysFile(Path folder) {
        return folder.resolve("user-token-keys");
    }

    /**
     * Returns the file with the revoked tokens of users.
     *
     * @param folder the folder of the relay
     */
    public static Path userTokenRevocationsFile(Path folder) {
        return folder.resolve("user-token-revocations");
    }

    private static void createUserTokenFiles(Path folder) {
        try {
            if (!Files.exists(userTokenKeysFile(folder))) {
                StackFiles.writePrivate(
                        userTokenKeysFile(folder),
                        "# kid: secret\n" + TokenKeys.randomLine("local"));
            }
            if (!Files.exists(userTokenRevocationsFile(folder))) {
                StackFiles.writePrivate(
                        userTokenRevocationsFile(folder),
                        "# user ID TIME, all TIME or token JTI\n");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    ServerProcess.Command command(String name) {
        return JavaCommand.onOwnClassPath(
                        name, folder, List.of("-Xmx512m", "-XX:+UseSerialGC"), MAIN_CLASS)
                .word("--host", Ports.HOST, "--port", Integer.toString(port))
                .word("--admin-port", Integer.toString(adminPort))
                .word("--publisher-token", "file:" + tokenFile())
                .word("--user-token-keys", "file:" + userTokenKeysFile(folder).toAbsolutePath())
                .word(
                        "--user-token-revocations",
                        userTokenRevocationsFile(folder).toAbsolutePath().toString())
                .words(storeOptions);
    }

    @Override
    boolean answers() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + "/")).timeout(PROBE_TIMEOUT).build();
        // any status will do
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() > 0;
    }
}

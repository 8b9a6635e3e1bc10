package io.dexklines.local.stack;

import io.dexklines.relay.subscribe.UserTokens;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The relay in a separate process. On disk it has only its log and its secrets. */
public final class EmbeddedRelay extends EmbeddedServer {

    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final String MAIN_CLASS = "io.dexklines.relay.RelayMain";

    private final List<String> storeOptions;
    private final String token;
    private final UserTokens userTokens;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

    private EmbeddedRelay(Path folder, int port, List<String> storeOptions) {
        super("relay", folder, port, Duration.ofSeconds(180));
        this.storeOptions = storeOptions;
        this.token = StackFiles.secret(tokenFile());
        this.userTokens = userTokens(this.folder);
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
        return start(
                folder,
                port,
                List.of(
                        "--mysql-url", mariaDb.jdbcUrl(),
                        "--mysql-user", mariaDb.reader(),
                        "--mysql-password", "file:" + mariaDb.readerPasswordFile(),
                        "--redis-uri", redis.uri()));
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

    /** Returns the address for publishers. */
    public String publishUrl() {
        return webSocketUrl() + "/publish";
    }

    /** Returns the token for publishers. */
    public String token() {
        return token;
    }

    /** Returns the private file that contains the token for publishers. */
    public Path tokenFile() {
        return folder.resolve("publisher-token");
    }

    /** Returns the token with which a user can subscribe to alerts. */
    public String userToken(String userId) {
        return userTokens.tokenOf(userId);
    }

    /**
     * Returns the user's token for a relay of any process.
     *
     * @param folder the folder of that relay
     */
    public static String userToken(Path folder, String userId) {
        return userTokens(folder).tokenOf(userId);
    }

    private static UserTokens userTokens(Path folder) {
        return new UserTokens(StackFiles.secret(userSecretFile(folder)));
    }

    private static Path userSecretFile(Path folder) {
        return folder.resolve("user-token-secret");
    }

    @Override
    ServerProcess.Command command(String name) {
        return JavaCommand.onOwnClassPath(
                        name, folder, List.of("-Xmx512m", "-XX:+UseSerialGC"), MAIN_CLASS)
                .word("--host", Ports.HOST, "--port", Integer.toString(port))
                .word("--publisher-token", "file:" + tokenFile())
                .word("--user-token-secret", "file:" + userSecretFile(folder))
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

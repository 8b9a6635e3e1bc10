package io.dexklines.local.stack;

import io.dexklines.relay.subscribe.UserTokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The WebSocket relay, as its own process. It holds nothing on disk but its secrets. */
public final class EmbeddedRelay extends EmbeddedServer {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(180);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final String MAIN_CLASS = "io.dexklines.relay.RelayMain";

    private final Path folder;
    private final int port;
    private final List<String> storeOptions;
    private final String token;
    private final UserTokens userTokens;

    private EmbeddedRelay(Path folder, int port, List<String> storeOptions) {
        this.folder = folder.toAbsolutePath();
        this.port = port;
        this.storeOptions = storeOptions;
        this.token = Secrets.in(tokenFile());
        this.userTokens = new UserTokens(Secrets.in(userSecretFile(this.folder)));
    }

    /**
     * Starts a relay without history and waits until it answers.
     *
     * @param folder for the log and the secrets
     * @param port 0 for any that is free
     */
    public static EmbeddedRelay start(Path folder, int port) {
        return start(folder, port, List.of());
    }

    /** The same, with history from those stores. They need not answer yet. */
    public static EmbeddedRelay start(
            Path folder, int port, EmbeddedMariaDb mariaDb, EmbeddedRedis redis) {
        return start(
                folder,
                port,
                List.of(
                        "--mysql-url",
                        mariaDb.jdbcUrl(),
                        "--mysql-user",
                        mariaDb.reader(),
                        "--mysql-password",
                        "file:" + mariaDb.readerPasswordFile(),
                        "--redis-uri",
                        redis.uri()));
    }

    private static EmbeddedRelay start(Path folder, int port, List<String> storeOptions) {
        EmbeddedRelay relay = new EmbeddedRelay(folder, Ports.orFree(port), storeOptions);
        relay.start();
        return relay;
    }

    /** {@code http://host:port}. */
    public String url() {
        return "http://" + Ports.HOST + ":" + port;
    }

    /** Where subscribers connect to; append {@code /ws} or {@code /stream?streams=…}. */
    public String webSocketUrl() {
        return "ws://" + Ports.HOST + ":" + port;
    }

    /** Where the job publishes. */
    public String publishUrl() {
        return webSocketUrl() + "/publish";
    }

    /** What a publisher has to present. */
    public String token() {
        return token;
    }

    /** A file with the token in it and nothing else, which only its owner may read. */
    public Path tokenFile() {
        return folder.resolve("publisher-token");
    }

    /** What that user has to present to read alerts. */
    public String userToken(String userId) {
        return userTokens.tokenOf(userId);
    }

    /** The same, of a relay of another process, whose files are in that folder. */
    public static String userToken(Path folder, String userId) {
        return new UserTokens(Secrets.in(userSecretFile(folder))).tokenOf(userId);
    }

    private static Path userSecretFile(Path folder) {
        return folder.resolve("user-token-secret");
    }

    @Override
    void start() {
        ServerProcess process =
                runs(
                        JavaCommand.onOwnClassPath(
                                        "relay",
                                        folder,
                                        List.of("-Xmx512m", "-XX:+UseSerialGC"),
                                        MAIN_CLASS)
                                .word("--host", Ports.HOST, "--port", Integer.toString(port))
                                .word("--publisher-token", "file:" + tokenFile())
                                .word("--user-token-secret", "file:" + userSecretFile(folder))
                                .words(storeOptions)
                                .start());
        HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url() + "/")).timeout(PROBE_TIMEOUT).build();
        try {
            // any answer will do: it serves
            Readiness.await(
                    "relay",
                    List.of(process),
                    START_TIMEOUT,
                    () ->
                            http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode()
                                    > 0);
        } catch (StartException e) {
            process.kill();
            throw e;
        }
    }
}

package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import io.dexklines.access.certificate.ServerCertificates;
import io.dexklines.kline.Interval;
import io.dexklines.relay.RelayServer;
import io.dexklines.relay.RelaySettings;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.http.TlsFiles;
import io.dexklines.relay.store.RedisAddress;
import io.dexklines.relay.store.RedisKlines;
import io.dexklines.text.RedisUri;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * MariaDB, Redis and a relay with the certificates of {@code klines-access server-certificates} and
 * the options of the Compose file. A JVM that trusts the authority by its trust store connects by
 * the names of the servers only, and any other JVM does not.
 */
class ServerCertificatesITCase {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir private static Path folder;

    private static final List<ServerProcess> SERVERS = new ArrayList<>();

    private static ServerCertificates certificates;
    private static RelayServer relay;
    private static Login mySqlUser;
    private static String mySql;
    private static String redis;

    @BeforeAll
    static void start() throws Exception {
        List<String> name = List.of("localhost");
        certificates =
                ServerCertificates.in(
                        folder.resolve("server-tls"),
                        Map.of("mysql", name, "redis", name, "relay", name),
                        Clock.systemUTC(),
                        Duration.ofDays(365));
        startMariaDb();
        startRedis();
        TlsFiles files = new TlsFiles(certificates.server("relay"), certificates.server("relay"));
        relay = RelayServer.start(RelaySettings.builder("the token").port(0).tls(files).build());
    }

    @AfterAll
    static void stop() {
        if (relay != null) {
            relay.close();
        }
        SERVERS.forEach(ServerProcess::kill);
    }

    @Test
    void aJvmThatTrustsTheAuthorityConnectsByTheNamesOfTheServers() throws Exception {
        assertThat(connect("-Djavax.net.ssl.trustStore=" + certificates.trustStore()))
                .containsExactly(
                        "mysql localhost: connected",
                        "mysql 127.0.0.1: CertificateException",
                        "redis localhost: connected",
                        "redis 127.0.0.1: CertificateException",
                        "relay localhost: connected",
                        "relay 127.0.0.1: CertificateException");
    }

    @Test
    void aJvmThatDoesNotTrustTheAuthorityConnectsToNoServer() throws Exception {
        assertThat(connect("-Dnothing"))
                .containsExactly(
                        "mysql localhost: CertPathValidatorException",
                        "mysql 127.0.0.1: CertPathValidatorException",
                        "redis localhost: SunCertPathBuilderException",
                        "redis 127.0.0.1: SunCertPathBuilderException",
                        "relay localhost: SunCertPathBuilderException",
                        "relay 127.0.0.1: SunCertPathBuilderException");
    }

    private static void startMariaDb() throws Exception {
        EmbeddedMariaDb mariaDb = EmbeddedMariaDb.start(folder.resolve("mysql"), 0);
        mariaDb.stop();
        String pem = certificates.server("mysql").toString();
        ServerProcess server =
                mariaDb.command("mariadb-tls")
                        .word("--ssl", "--ssl-ca=" + certificates.authority())
                        .word("--ssl-cert=" + pem, "--ssl-key=" + pem)
                        .word("--require-secure-transport=ON")
                        .start();
        SERVERS.add(server);
        mySqlUser = mariaDb.job();
        mySql = "jdbc:mysql://HOST:" + mariaDb.port + "/klines?sslMode=";
        Readiness.await(
                "mariadb-tls",
                List.of(server),
                PATIENCE,
                () -> {
                    openMySql("127.0.0.1", "REQUIRED").close();
                    return true;
                });
    }

    /** Starts Redis with the options for TLS in {@code compose/redis.sh}, on another port. */
    private static void startRedis() throws Exception {
        int port = Ports.free();
        String script = Files.readString(Path.of("..", "compose", "redis.sh"));
        Matcher options = Pattern.compile("--port 0 [^$]*?--tls-key-file \\S+").matcher(script);
        assertThat(options.find()).isTrue();
        String[] words =
                options.group()
                        .replace("6379", Integer.toString(port))
                        .replace("/run/server-tls", certificates.folder().toString())
                        .replace("\\\n", " ")
                        .split(" +");
        Path data = Files.createDirectory(folder.resolve("redis"));
        ServerProcess server =
                new ServerProcess.Command("redis-tls", data)
                        .word(EmbeddedRedis.program(data).toString(), "--bind", Ports.HOST)
                        .word(words)
                        .start();
        SERVERS.add(server);
        redis = "rediss://HOST:" + port;
        DefaultJedisClientConfig anyServer =
                DefaultJedisClientConfig.builder()
                        .serverDefaultProtocol()
                        .sslOptions(
                                SslOptions.builder().sslVerifyMode(SslVerifyMode.INSECURE).build())
                        .build();
        Readiness.await(
                "redis-tls",
                List.of(server),
                PATIENCE,
                () -> {
                    try (Jedis client = new Jedis(new HostAndPort(Ports.HOST, port), anyServer)) {
                        return client.ping().equals("PONG");
                    }
                });
    }

    /** Returns what {@link #main} prints in a JVM with this option: by server, or why not. */
    private static List<String> connect(String jvmOption) throws Exception {
        Path out = Files.createTempFile(folder, "clients", ".out");
        ProcessBuilder command =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        jvmOption,
                        ServerCertificatesITCase.class.getName(),
                        mySql,
                        mySqlUser.user(),
                        mySqlUser.passwordFile().toString(),
                        redis,
                        "https://HOST:" + relay.port() + "/healthz");
        command.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        command.redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(out.toFile());
        assertThat(command.start().waitFor()).isZero();
        return Files.readAllLines(out).stream()
                .filter(line -> line.startsWith("> "))
                .map(line -> line.substring(2))
                .toList();
    }

    /** Connects to the servers by two names of this machine, of which the first is certified. */
    public static void main(String[] args) {
        mySql = args[0];
        mySqlUser = new Login(args[1], Path.of(args[2]));
        for (String host : List.of("localhost", "127.0.0.1")) {
            report("mysql " + host, () -> openMySql(host, "VERIFY_IDENTITY").close());
        }
        for (String host : List.of("localhost", "127.0.0.1")) {
            report("redis " + host, () -> readRedis(args[3].replace("HOST", host)));
        }
        for (String host : List.of("localhost", "127.0.0.1")) {
            report("relay " + host, () -> get(args[4].replace("HOST", host)));
        }
        System.exit(0);
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static void report(String server, Attempt attempt) {
        try {
            attempt.run();
            System.out.println("> " + server + ": connected");
        } catch (Exception e) {
            e.printStackTrace(System.out);
            Class<?> cause = Throwables.getRootCause(e).getClass();
            System.out.println("> " + server + ": " + cause.getSimpleName());
        }
    }

    private static Connection openMySql(String host, String sslMode) throws Exception {
        return DriverManager.getConnection(
                mySql.replace("HOST", host) + sslMode, mySqlUser.user(), mySqlUser.password());
    }

    /** Reads as a relay does. */
    private static void readRedis(String uri) {
        RedisAddress address = new RedisAddress(RedisUri.parse(uri), "", null, null);
        try (RedisKlines klines = new RedisKlines(address, 1, new LongAdder())) {
            klines.read(
                    KlineSeries.of("1", "0x1", Interval.ONE_MINUTE),
                    new Window(0, 60, 1, Window.End.OLDEST),
                    Cancellation.never());
        }
    }

    private static void get(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
    }
}

package io.dexklines.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * An S3Proxy on a free port of 127.0.0.1, a server that speaks the protocol of S3 and keeps objects
 * in memory. It checks the signatures of requests.
 */
final class S3Server implements AutoCloseable {

    private static final String ACCESS_KEY = "tests";
    private static final String SECRET_KEY = "not-a-secret";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final Process process;

    private S3Server(Path folder) throws IOException {
        port = freePort();
        Path settings =
                Files.writeString(
                        folder.resolve("s3proxy.properties"),
                        """
                        s3proxy.endpoint=%s
                        s3proxy.authorization=aws-v2-or-v4
                        s3proxy.identity=%s
                        s3proxy.credential=%s
                        jclouds.provider=transient
                        jclouds.identity=none
                        jclouds.credential=none
                        """
                                .formatted(endpoint(), ACCESS_KEY, SECRET_KEY));
        process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                file("s3proxy").toString(),
                                "--properties",
                                settings.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("s3proxy.log").toFile())
                        .start();
    }

    /** Starts a server and waits until it accepts connections. */
    static S3Server start(Path folder) throws IOException {
        S3Server server = new S3Server(folder);
        await().atMost(START_TIMEOUT)
                .ignoreExceptions()
                .until(
                        () -> {
                            new Socket(InetAddress.getLoopbackAddress(), server.port).close();
                            return true;
                        });
        return server;
    }

    /** Returns a file that the build copies for tests, by the beginning of its name. */
    static Path file(String name) throws IOException {
        Path folder = RepositoryFiles.root().resolve("job/target/s3");
        try (var files = Files.list(folder)) {
            List<Path> found =
                    files.filter(file -> file.getFileName().toString().startsWith(name)).toList();
            assertThat(found).as("%s in %s", name, folder).hasSize(1);
            return found.get(0);
        }
    }

    /** Returns the lines of Flink's configuration by which its plugins reach the server. */
    String[] configuration() {
        return new String[] {
            "s3.endpoint: " + endpoint(),
            "s3.path.style.access: true",
            "s3.access-key: " + ACCESS_KEY,
            "s3.secret-key: " + SECRET_KEY,
            // in place of minutes, in which an outage may end
            "s3.max-error-retries: 1",
            "s3.max-client-retries: 1"
        };
    }

    /** Creates a bucket. */
    void create(String bucket) throws Exception {
        put("/" + bucket, new byte[0]);
    }

    /** Puts an object into a bucket. Its time is now, in seconds. */
    void put(String bucket, String key, byte[] content) throws Exception {
        put("/" + bucket + "/" + key, content);
    }

    private void put(String path, byte[] content) throws Exception {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
        Mac signature = Mac.getInstance("HmacSHA1");
        signature.init(new SecretKeySpec(SECRET_KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
        byte[] signed =
                signature.doFinal(
                        ("PUT\n\n\n" + date + "\n" + path).getBytes(StandardCharsets.UTF_8));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(endpoint() + path))
                        .header("Date", date)
                        .header(
                                "Authorization",
                                "AWS "
                                        + ACCESS_KEY
                                        + ":"
                                        + Base64.getEncoder().encodeToString(signed))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                        .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    private String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

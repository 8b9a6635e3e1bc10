package io.dexklines.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Starts {@code klines-relay.jar} as a separate process. */
class RelayJarITCase {

    private static final Path JAR = Path.of("target", "klines-relay.jar");

    @TempDir private Path folder;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void theJarRunsStandalone() throws Exception {
        Path token = folder.resolve("relay-token");
        Files.writeString(token, "a-token-of-this-test\n");

        Process relay =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-jar",
                                JAR.toAbsolutePath().toString(),
                                "--host",
                                "127.0.0.1",
                                "--port",
                                "0",
                                "--admin-port",
                                "0",
                                "--publisher-token",
                                "file:" + token)
                        .directory(folder.toFile())
                        .redirectError(folder.resolve("errors").toFile())
                        .start();
        try (BufferedReader output = relay.inputReader()) {
            String address = addressIn(output);

            HttpResponse<String> health =
                    HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(address + "/healthz"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());

            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(health.body()).contains("\"status\":\"up\"");
            assertThat(Files.readString(folder.resolve("errors"))).isEmpty();
        } finally {
            relay.destroy();
            assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String addressIn(BufferedReader output) throws IOException {
        String begin = "relay on ";
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(begin)) {
                return line.substring(begin.length());
            }
        }
        throw new AssertionError("the relay exited: " + Files.readString(folder.resolve("errors")));
    }
}

package io.dexklines.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A relay in a separate process, with limits that the benchmark does not reach. */
final class RelayProcess implements AutoCloseable {

    private static final String TOKEN = "a token for benchmarks";
    private static final String READY_LINE = "relay on http://127.0.0.1:";
    private static final String NO_LIMIT = "100000";
    private static final int GRACE_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path token;
    private final int port;

    private RelayProcess(Process process, Path token, int port) {
        this.process = process;
        this.token = token;
        this.port = port;
    }

    static RelayProcess start(Path jar) throws IOException {
        Path token = Files.createTempFile("relay-token", "");
        Files.writeString(token, TOKEN);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-jar",
                                jar.toString(),
                                "--port",
                                "0",
                                "--publisher-token",
                                "file:" + token,
                                "--max-connections",
                                NO_LIMIT,
                                "--max-connections-per-address",
                                NO_LIMIT,
                                "--max-blocked",
                                "3600")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith(READY_LINE)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("the relay did not start");
        }
        return new RelayProcess(
                process, token, Integer.parseInt(line.substring(READY_LINE.length())));
    }

    int port() {
        return port;
    }

    Publisher publisher() {
        return new Publisher(port, TOKEN);
    }

    /** Returns the CPU time of the process. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    double metric(String name) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics")).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith("klines_relay_" + name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().completeOnTimeout(process, GRACE_SECONDS, TimeUnit.SECONDS).join();
        process.destroyForcibly();
        Files.delete(token);
    }
}

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A relay in a separate process. */
final class RelayProcess implements AutoCloseable {

    private static final String TOKEN = "a token for benchmarks";
    private static final String READY_LINE = "relay on http://127.0.0.1:";
    private static final String ADMIN_LINE = "admin on http://127.0.0.1:";
    private static final String NO_LIMIT = "100000";
    private static final int GRACE_SECONDS = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final Path token;
    private final int port;
    private final int adminPort;

    private RelayProcess(Process process, Path token, int port, int adminPort) {
        this.process = process;
        this.token = token;
        this.port = port;
        this.adminPort = adminPort;
    }

    static RelayProcess start(Path jar) throws IOException {
        return start(
                jar,
                "--max-connections",
                NO_LIMIT,
                "--max-connections-per-address",
                NO_LIMIT,
                "--max-outbound",
                "1000",
                "--max-blocked",
                "3600");
    }

    /** Starts a relay with the given options and otherwise its defaults. */
    static RelayProcess start(Path jar, String... options) throws IOException {
        Path token = Files.createTempFile("relay-token", "");
        Files.writeString(token, TOKEN);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx1g",
                                "-jar",
                                jar.toString(),
                                "--port",
                                "0",
                                "--admin-port",
                                "0",
                                "--publisher-token",
                                "file:" + token));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        BufferedReader output = process.inputReader();
        int port = port(output, READY_LINE);
        int adminPort = port(output, ADMIN_LINE);
        Thread drain = new Thread(() -> output.lines().forEach(line -> {}), "relay-output");
        drain.setDaemon(true);
        drain.start();
        return new RelayProcess(process, token, port, adminPort);
    }

    /** Reads the port in the line that begins with the given text. */
    private static int port(BufferedReader output, String begin) throws IOException {
        String line = output.readLine();
        while (line != null && !line.startsWith(begin)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("the relay did not start");
        }
        return Integer.parseInt(line.substring(begin.length()));
    }

    int port() {
        return port;
    }

    Publisher publisher() {
        return new Publisher(adminPort, TOKEN);
    }

    /** Returns the CPU time of the process. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
    }

    double metric(String name) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + adminPort + "/metrics"))
                        .build();
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

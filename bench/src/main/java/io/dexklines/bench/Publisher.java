package io.dexklines.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Publishes klines that contain their sending time. Each is newer than the one before. */
final class Publisher implements AutoCloseable {

    /** The text before the sending time in every payload. The time is in microseconds. */
    static final String BEFORE_TIME = "{\"e\":\"kline\",\"E\":";

    /** The number of digits of the sending time. */
    static final int TIME_DIGITS = 16;

    private static final long START_NANOS = System.nanoTime();
    private static final long START_MICROS =
            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

    private final WebSocket socket;
    private long version;

    Publisher(int port, String token) {
        socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("Authorization", "Bearer " + token)
                        .buildAsync(
                                URI.create("ws://127.0.0.1:" + port + "/publish"),
                                new WebSocket.Listener() {})
                        .join();
    }

    static long nowMicros() {
        return START_MICROS + (System.nanoTime() - START_NANOS) / 1000;
    }

    /** Sends one kline to each of the streams, in one frame. */
    void send(String... streams) {
        sendDue(nowMicros(), streams);
    }

    /**
     * Sends one kline to each of the streams, in one frame.
     *
     * @param dueMicros the time at which it should be sent, which counts as its sending time
     */
    void sendDue(long dueMicros, String... streams) {
        StringBuilder lines = new StringBuilder();
        for (String stream : streams) {
            appendKline(lines, dueMicros, stream, "");
        }
        socket.sendText(lines, true).join();
    }

    void sendPadded(String stream, int bytes) {
        StringBuilder lines = new StringBuilder();
        appendKline(lines, nowMicros(), stream, "x".repeat(bytes));
        socket.sendText(lines, true).join();
    }

    private void appendKline(StringBuilder lines, long timeMicros, String stream, String padding) {
        String pair = stream.substring(0, stream.indexOf('@'));
        lines.append("{\"stream\":\"").append(stream).append("\",\"data\":").append(BEFORE_TIME);
        lines.append(timeMicros).append(",\"s\":\"").append(pair);
        lines.append("\",\"k\":{\"t\":1767960000000,\"T\":1767960059999,\"s\":\"").append(pair);
        lines.append("\",\"i\":\"1m\",\"f\":\"24188370#103#0\",\"L\":\"24188374#7#22\",\"o\":\"");
        lines.append("3105.2041770342087\",\"c\":\"3104.9947613218\",\"h\":\"3106.1101\",\"l\":");
        lines.append("\"3104.9947613218\",\"v\":\"41.093355128\",\"n\":").append(++version);
        lines.append(",\"x\":false,\"q\":\"127601.53942\",\"V\":\"20.2201\",\"Q\":\"62790.11\"}");
        if (!padding.isEmpty()) {
            lines.append(",\"padding\":\"").append(padding).append('"');
        }
        lines.append("}}\n");
    }

    @Override
    public void close() {
        socket.abort();
    }
}

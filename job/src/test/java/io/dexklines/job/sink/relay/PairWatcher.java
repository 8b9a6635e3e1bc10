package io.dexklines.job.sink.relay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.kline.Interval;
import io.dexklines.trade.Pair;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A subscriber of all klines of a pair. Whenever {@code E} changes, it checks that every kline it
 * has received is the merge of the smaller ones in it. Has a small receive buffer and can pause, so
 * that the relay has to conflate.
 */
final class PairWatcher implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RECEIVE_BUFFER_BYTES = 8 * 1024;

    /** What a kline and the merge of smaller ones have in common. */
    record Merged(long trades, double open, double high, double low, double close) {

        Merged then(Merged later) {
            return new Merged(
                    trades + later.trades,
                    open,
                    Math.max(high, later.high),
                    Math.min(low, later.low),
                    later.close);
        }
    }

    private final List<Interval> intervals;
    private final long fromMs;
    private final Socket socket = new Socket();
    private final Map<Interval, TreeMap<Long, Merged>> klines = new HashMap<>();
    private final List<String> contradictions = new ArrayList<>();
    private long timeMs;
    private long checks;
    private boolean paused;

    /**
     * Connects to a relay.
     *
     * @param intervals ascending, each made of whole klines of the one before
     * @param fromMs klines that opened earlier are not checked
     */
    PairWatcher(int port, Pair pair, List<Interval> intervals, long fromMs) throws IOException {
        this.intervals = intervals;
        this.fromMs = fromMs;
        intervals.forEach(interval -> klines.put(interval, new TreeMap<>()));
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        String streams =
                intervals.stream()
                        .map(interval -> pair.text() + "@kline_" + interval.code())
                        .collect(Collectors.joining("/"));
        String handshake =
                String.join(
                        "\r\n",
                        "GET /ws/" + streams + " HTTP/1.1",
                        "Host: 127.0.0.1:" + port,
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13",
                        "",
                        "");
        socket.getOutputStream().write(handshake.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in =
                new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1024));
        int lineBreaks = 0;
        while (lineBreaks < 4) {
            byte next = in.readByte();
            lineBreaks = next == '\r' || next == '\n' ? lineBreaks + 1 : 0;
        }
        Thread reader = new Thread(() -> read(in), "pair-watcher");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(DataInputStream in) {
        try {
            while (true) {
                awaitResumed();
                boolean text = (in.readByte() & 0x0f) == 1;
                int length = in.readByte();
                if (length == 126) {
                    length = in.readUnsignedShort();
                }
                byte[] payload = in.readNBytes(length);
                if (text) {
                    receive(JSON.readTree(payload));
                }
            }
        } catch (IOException e) {
            // the relay or the test has closed the connection
        }
    }

    private synchronized void awaitResumed() {
        while (paused) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private synchronized void receive(JsonNode message) {
        if (message.path("E").asLong() != timeMs) {
            check();
            timeMs = message.path("E").asLong();
        }
        JsonNode kline = message.path("k");
        klines.get(Interval.ofCode(kline.path("i").asText()))
                .put(
                        kline.path("t").asLong(),
                        new Merged(
                                kline.path("n").asLong(),
                                kline.path("o").asDouble(),
                                kline.path("h").asDouble(),
                                kline.path("l").asDouble(),
                                kline.path("c").asDouble()));
    }

    private void check() {
        checks++;
        for (int i = 1; i < intervals.size(); i++) {
            Interval larger = intervals.get(i);
            TreeMap<Long, Merged> smaller = klines.get(intervals.get(i - 1));
            // older klines do not change any more
            klines.get(larger).tailMap(fromMs, true).descendingMap().entrySet().stream()
                    .limit(20)
                    .forEach(
                            kline -> {
                                long openTimeMs = kline.getKey();
                                Merged merged =
                                        smaller
                                                .subMap(openTimeMs, larger.closeTimeMs(openTimeMs))
                                                .values()
                                                .stream()
                                                .reduce(Merged::then)
                                                .orElse(null);
                                if (!kline.getValue().equals(merged)) {
                                    contradictions.add(
                                            "up to E=%d: %s at %d: %s, merged: %s"
                                                    .formatted(
                                                            timeMs,
                                                            larger.code(),
                                                            openTimeMs,
                                                            kline.getValue(),
                                                            merged));
                                }
                            });
        }
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    /** Returns what was wrong whenever {@code E} changed. */
    synchronized List<String> contradictions() {
        return List.copyOf(contradictions);
    }

    /** Returns how often {@code E} changed. */
    synchronized long checks() {
        return checks;
    }

    /** Returns the received number of trades; 0 if the kline was not received. */
    synchronized long trades(Interval interval, long openTimeMs) {
        Merged kline = klines.get(interval).get(openTimeMs);
        return kline == null ? 0 : kline.trades();
    }

    @Override
    public void close() throws IOException {
        resume();
        socket.close();
    }
}

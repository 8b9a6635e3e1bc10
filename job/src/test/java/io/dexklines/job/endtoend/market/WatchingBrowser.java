package io.dexklines.job.endtoend.market;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/** A WebSocket client that keeps the last kline it received for every open time. */
final class WatchingBrowser implements WebSocket.Listener, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Long, JsonNode> lastByOpenTimeSeconds = new TreeMap<>();
    private final StringBuilder frame = new StringBuilder();
    private WebSocket socket;

    /** Connects to one raw stream. */
    static WatchingBrowser watch(String relay, String stream) throws Exception {
        WatchingBrowser browser = new WatchingBrowser();
        browser.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .connectTimeout(Duration.ofSeconds(10))
                        .buildAsync(URI.create(relay + "/ws/" + stream), browser)
                        .get();
        return browser;
    }

    /** Returns the last kline of each open time, by epoch seconds. */
    synchronized Map<Long, JsonNode> klines() {
        return new TreeMap<>(lastByOpenTimeSeconds);
    }

    @Override
    public synchronized CompletionStage<?> onText(
            WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            try {
                JsonNode kline = JSON.readTree(frame.toString()).path("k");
                lastByOpenTimeSeconds.put(kline.path("t").asLong() / 1000, kline);
            } catch (IOException e) {
                throw new AssertionError("the relay sent no JSON: " + frame, e);
            }
            frame.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public void close() {
        socket.abort();
    }
}

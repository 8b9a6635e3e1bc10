package io.dexklines.job.endtoend.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A WebSocket client of the {@code 1m} klines of many pairs. It connects before the first trade, so
 * that the newest versions of all klines of a pair contain all of its trades.
 */
final class LiveCharts implements WebSocket.Listener, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The number of trades of each kline, by pair and open time. */
    private final Map<String, Map<Long, Long>> trades = new TreeMap<>();

    private final StringBuilder frame = new StringBuilder();
    private WebSocket socket;

    private LiveCharts() {}

    /**
     * @param relay the relay's address, {@code ws://host:port}
     * @param pairs as in the names of streams, {@code chain_id:pair_addr}
     */
    static LiveCharts open(String relay, List<String> pairs) throws Exception {
        LiveCharts charts = new LiveCharts();
        charts.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(URI.create(relay + "/ws"), charts)
                        .get();
        String streams =
                pairs.stream()
                        .map(pair -> '"' + pair + "@kline_1m\"")
                        .collect(Collectors.joining(","));
        charts.socket
                .sendText("{\"method\":\"SUBSCRIBE\",\"params\":[" + streams + "],\"id\":1}", true)
                .get();
        return charts;
    }

    /** Returns how many trades of each pair have arrived. A pair without any is absent. */
    synchronized Map<String, Long> trades() {
        Map<String, Long> sums = new TreeMap<>();
        trades.forEach(
                (pair, klines) ->
                        sums.put(pair, klines.values().stream().mapToLong(Long::longValue).sum()));
        return sums;
    }

    @Override
    public synchronized CompletionStage<?> onText(
            WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            try {
                JsonNode message = JSON.readTree(frame.toString());
                if (message.path("e").asText().equals("kline")) {
                    trades.computeIfAbsent(message.path("s").asText(), pair -> new TreeMap<>())
                            .put(message.at("/k/t").asLong(), message.at("/k/n").asLong());
                }
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

package io.dexklines.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A WebSocket client that notes when each trade arrived in a frame. The block of a trade is its
 * number, from 0, and the trades of a pair are every n-th one, where n is the number of pairs. So
 * the last trade of a kline tells which trades of its pair have arrived. Thread-safe.
 */
final class TradeFrames implements WebSocket.Listener, AutoCloseable {

    private static final String KLINE = "{\"e\":\"kline\"";
    private static final String PAIR = "\"s\":\"";
    private static final String LAST_TRADE = "\"L\":\"";
    private static final long POLL_MS = 100;

    private final int pairs;
    private final Map<String, Long> lastArrived = new HashMap<>();
    private final StringBuilder frame = new StringBuilder();
    private long[] publishedNs = new long[1 << 16];
    private long[] arrivedNs = new long[1 << 16];
    private long published;
    private long frames;
    private Latencies oldestTrades = new Latencies();
    private WebSocket socket;

    /** Creates a client that is not connected. */
    TradeFrames(int pairs) {
        this.pairs = pairs;
    }

    /**
     * @param relay the relay's address, {@code ws://host:port}
     * @param streams one stream of each pair
     */
    static TradeFrames subscribe(String relay, List<String> streams) throws Exception {
        TradeFrames client = new TradeFrames(streams.size());
        client.socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(URI.create(relay + "/ws"), client)
                        .get();
        String names =
                streams.stream().map(stream -> '"' + stream + '"').collect(Collectors.joining(","));
        client.socket
                .sendText("{\"method\":\"SUBSCRIBE\",\"params\":[" + names + "],\"id\":1}", true)
                .get();
        return client;
    }

    /**
     * Notes the time of a trade that is published next. Trades are published in their order.
     *
     * @param nowNs the time, by {@link System#nanoTime}
     */
    synchronized void publishing(long trade, long nowNs) {
        if (trade == publishedNs.length) {
            publishedNs = Arrays.copyOf(publishedNs, 2 * publishedNs.length);
            arrivedNs = Arrays.copyOf(arrivedNs, 2 * arrivedNs.length);
        }
        publishedNs[(int) trade] = nowNs;
        published = trade + 1;
    }

    /** Returns the number of published trades. */
    synchronized long published() {
        return published;
    }

    /** Returns the number of frames with klines. */
    synchronized long frames() {
        return frames;
    }

    /**
     * Returns, for each frame with new trades since the last call, the latency of the oldest trade
     * that was not in the frame before.
     */
    synchronized Latencies oldestTrades() {
        Latencies since = oldestTrades;
        oldestTrades = new Latencies();
        return since;
    }

    /**
     * Waits until all trades before the given one have arrived.
     *
     * @throws IllegalStateException after the timeout
     */
    void awaitArrival(long end, Duration timeout) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeout.toNanos();
        while (!haveArrived(end)) {
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException("trades are missing after " + timeout);
            }
            Thread.sleep(POLL_MS);
        }
    }

    private synchronized boolean haveArrived(long end) {
        for (long trade = Math.max(0, end - pairs); trade < end; trade++) {
            if (arrivedNs[(int) trade] == 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns when the first frame with the given trade or a later one arrived, by {@link
     * System#nanoTime}; empty if none has arrived.
     */
    synchronized OptionalLong firstArrivalNs(long begin) {
        return LongStream.range(begin, published)
                .map(trade -> arrivedNs[(int) trade])
                .filter(arrived -> arrived != 0)
                .min();
    }

    /** Returns the latencies of trades that have arrived. */
    synchronized Latencies latencies(long begin, long end) {
        Latencies latencies = new Latencies();
        for (long trade = begin; trade < end; trade++) {
            latencies.add((arrivedNs[(int) trade] - publishedNs[(int) trade]) / 1000);
        }
        return latencies;
    }

    /**
     * Returns the greatest latency of the trades that were published in each second, in
     * milliseconds. All of them must have arrived.
     *
     * @param beginNs the beginning of the first second, by {@link System#nanoTime}
     */
    synchronized List<Long> slowestBySecond(long begin, long end, long beginNs) {
        Map<Long, Long> slowestMs = new TreeMap<>();
        for (long trade = begin; trade < end; trade++) {
            long published = publishedNs[(int) trade];
            slowestMs.merge(
                    (published - beginNs) / 1_000_000_000,
                    (arrivedNs[(int) trade] - published) / 1_000_000,
                    Math::max);
        }
        return List.copyOf(slowestMs.values());
    }

    @Override
    public synchronized CompletionStage<?> onText(
            WebSocket webSocket, CharSequence data, boolean last) {
        frame.append(data);
        if (last) {
            receive(frame.toString(), System.nanoTime());
            frame.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    /**
     * Notes which trades have arrived with a message.
     *
     * @param nowNs the time, by {@link System#nanoTime}
     */
    synchronized void receive(String message, long nowNs) {
        if (!message.startsWith(KLINE)) {
            return;
        }
        frames++;
        String pair = after(message, PAIR, '"');
        long lastTrade = Long.parseLong(after(message, LAST_TRADE, '#'));
        Long before = lastArrived.get(pair);
        if (before != null && before >= lastTrade) {
            return; // a kline that closed after the next one had opened
        }
        lastArrived.put(pair, lastTrade);
        long first = before == null ? lastTrade % pairs : before + pairs;
        oldestTrades.add((nowNs - publishedNs[(int) first]) / 1000);
        for (long trade = first; trade <= lastTrade; trade += pairs) {
            arrivedNs[(int) trade] = nowNs;
        }
    }

    private static String after(String message, String prefix, char end) {
        int from = message.indexOf(prefix) + prefix.length();
        return message.substring(from, message.indexOf(end, from));
    }

    @Override
    public void close() {
        socket.abort();
    }
}

package io.dexklines.relay.compatibility;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the chart of the Go consumers' front end does with answers and messages: the same members,
 * conversions, checks and order. It shares no code with the relay.
 */
public final class FrontEnd {

    /** A bar of the chart, {@code time} in epoch seconds. */
    public record Bar(long time, double open, double high, double low, double close) {
        boolean isValid() {
            return time > 0 && open > 0 && high > 0 && low > 0 && close > 0;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String interval;
    private final List<Bar> chart = new ArrayList<>();

    /** What the front end shows instead of a chart; empty if it shows one. */
    private String error = "";

    public FrontEnd(String interval) {
        this.interval = interval;
    }

    /** Takes the answer to {@code get_candlestick}. */
    public void loaded(int status, String body) {
        JsonNode data = parse(body);
        if (status < 200 || status > 299) {
            error = data.path("message").asText("Failed to fetch kline data");
            return;
        }
        JsonNode list =
                data.path("data").has("list") ? data.path("data").path("list") : data.path("list");
        chart.clear();
        for (JsonNode kline : list) {
            Bar bar = bar(kline, time(kline));
            if (bar.isValid()) {
                chart.add(bar);
            }
        }
        chart.sort(Comparator.comparingLong(Bar::time));
        error = chart.isEmpty() ? "No chart data available for this token" : "";
    }

    /** Takes a message of the socket. */
    public void received(String message) {
        JsonNode update = parse(message);
        JsonNode kline = update.path("data");
        if (!update.path("type").asText().equals("kline_update")
                || !kline.path("interval").asText().equals(interval)) {
            return;
        }
        long time = time(kline);
        if (time > 1_000_000_000_000L) {
            time /= 1_000;
        }
        Bar bar = bar(kline, time);
        if (!bar.isValid()) {
            return;
        }
        int last = chart.size() - 1;
        if (last >= 0 && chart.get(last).time() == bar.time()) {
            chart.set(last, bar);
        } else if (last < 0 || chart.get(last).time() < bar.time()) {
            chart.add(bar);
        }
        // the chart's library refuses older data, and the front end skips the message
    }

    public List<Bar> chart() {
        return List.copyOf(chart);
    }

    public String error() {
        return error;
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long time(JsonNode kline) {
        for (String name : List.of("candle_time", "candleTime", "CandleTime")) {
            long time = kline.path(name).asLong();
            if (time != 0) {
                return time;
            }
        }
        return 0;
    }

    private static Bar bar(JsonNode kline, long time) {
        return new Bar(
                time,
                kline.path("open").asDouble(),
                kline.path("high").asDouble(),
                kline.path("low").asDouble(),
                kline.path("close").asDouble());
    }
}

package io.dexklines.job.sink.redis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;

/**
 * A port of how the Go consumers' socket reads an update: text for {@code string}, literals without
 * a point or an exponent for {@code int64}, and numbers for {@code float64}.
 */
record GoUpdate(
        String pairAddress,
        long chainId,
        String interval,
        long candleTime,
        double open,
        double high,
        double low,
        double close,
        double volume,
        long timestamp) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static GoUpdate parse(String message) throws IOException {
        JsonNode json = JSON.readTree(message);
        return new GoUpdate(
                text(json, "pair_address"),
                int64(json, "chain_id"),
                text(json, "interval"),
                int64(json, "candle_time"),
                float64(json, "open"),
                float64(json, "high"),
                float64(json, "low"),
                float64(json, "close"),
                float64(json, "volume"),
                int64(json, "timestamp"));
    }

    private static String text(JsonNode json, String name) throws IOException {
        require(json.path(name).isTextual(), name, json);
        return json.path(name).textValue();
    }

    private static long int64(JsonNode json, String name) throws IOException {
        JsonNode value = json.path(name);
        require(value.isIntegralNumber() && value.canConvertToLong(), name, json);
        return value.longValue();
    }

    private static double float64(JsonNode json, String name) throws IOException {
        require(json.path(name).isNumber(), name, json);
        return json.path(name).doubleValue();
    }

    private static void require(boolean fits, String name, JsonNode json) throws IOException {
        if (!fits) {
            throw new IOException("cannot unmarshal " + name + " of " + json);
        }
    }
}

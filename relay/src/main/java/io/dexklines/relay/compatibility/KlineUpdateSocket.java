package io.dexklines.relay.compatibility;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.kline.Interval;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import io.dexklines.relay.subscribe.ForeignSocket;
import io.dexklines.text.JsonObject;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * The socket {@code /ws/kline?pair_address=…&chain_id=…&interval=…}, which sends every version of
 * the pair's klines as {@code {"type":"kline_update","data":{…}}}. Thread-safe.
 *
 * <p>The members of {@code data}, their order and units are those that the Go consumers publish on
 * the Redis channel {@code kline:updates}: times in epoch seconds, prices and the volume in US
 * dollars, as numbers.
 */
public final class KlineUpdateSocket implements ForeignSocket {

    /** The path of the socket. */
    public static final String PATH = "/ws/kline";

    /** The chain of a request without {@code chain_id}: Solana. */
    static final String DEFAULT_CHAIN = "100000";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NO_MESSAGE = new byte[0];
    private static final String KLINE_KIND = "@kline_";
    private static final int MS_PER_SECOND = 1000;

    /** Chain ids that are numbers in JSON, as all of the Go consumers are. */
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    private final List<Interval> intervals;
    private final LongAdder malformed;

    /**
     * @param intervals the intervals that the job computes
     * @param malformed counts klines that cannot be translated, of which clients get no message
     */
    public KlineUpdateSocket(List<Interval> intervals, LongAdder malformed) {
        this.intervals = List.copyOf(intervals);
        this.malformed = malformed;
    }

    @Override
    public String path() {
        return PATH;
    }

    /**
     * Returns the streams of one pair: that of the given interval, or without {@code interval}
     * those of all intervals.
     */
    @Override
    public Set<StreamName> streams(String uri) {
        Map<String, List<String>> query = new QueryStringDecoder(uri).parameters();
        String pair =
                first(query, "chain_id", DEFAULT_CHAIN) + ':' + first(query, "pair_address", "");
        String wanted = first(query, "interval", "");
        Set<StreamName> streams = new LinkedHashSet<>();
        for (Interval interval : intervals) {
            if (wanted.isEmpty() || wanted.equals(interval.code())) {
                streams.add(StreamName.parse(pair + KLINE_KIND + interval.code()));
            }
        }
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("unknown interval");
        }
        return streams;
    }

    private static String first(Map<String, List<String>> query, String name, String otherwise) {
        String value = query.getOrDefault(name, List.of("")).get(0);
        return value.isEmpty() ? otherwise : value;
    }

    @Override
    public byte[] message(StreamEvent kline) {
        try {
            return message(kline, JSON.readTree(kline.data()));
        } catch (IOException | IllegalArgumentException e) {
            malformed.increment();
            return NO_MESSAGE;
        }
    }

    private static byte[] message(StreamEvent kline, JsonNode payload) {
        String stream = kline.stream();
        int colon = stream.indexOf(':');
        int kind = stream.indexOf(KLINE_KIND, colon);
        String chainId = stream.substring(0, colon);
        JsonNode prices = payload.path("k");
        JsonObject data = new JsonObject().text("pair_address", stream.substring(colon + 1, kind));
        if (NUMBER.matcher(chainId).matches()) {
            data.whole("chain_id", Long.parseLong(chainId));
        } else {
            data.text("chain_id", chainId);
        }
        data.text("interval", stream.substring(kind + KLINE_KIND.length()))
                .whole("candle_time", seconds(kline.version().openTimeMs()))
                .number("open", number(prices, "o"))
                .number("high", number(prices, "h"))
                .number("low", number(prices, "l"))
                .number("close", number(prices, "c"))
                .number("volume", number(prices, "q"))
                .whole("timestamp", seconds(emittedAtMs(payload)));
        return ("{\"type\":\"kline_update\",\"data\":" + data + '}')
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static long seconds(long ms) {
        return Math.floorDiv(ms, (long) MS_PER_SECOND);
    }

    private static long emittedAtMs(JsonNode payload) {
        JsonNode time = payload.path("E");
        if (!time.isIntegralNumber()) {
            throw new IllegalArgumentException("no time E");
        }
        return time.longValue();
    }

    private static double number(JsonNode kline, String field) {
        // a missing field is parsed as "", which fails as well
        double number = Double.parseDouble(kline.path(field).asText());
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite: " + field);
        }
        return number;
    }
}

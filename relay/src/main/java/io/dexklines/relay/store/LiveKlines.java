package io.dexklines.relay.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamHub;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** The newest few klines of every stream, from the relay's own memory. Does not block. */
public final class LiveKlines implements KlineStore {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StreamHub hub;
    private final LongAdder malformed;

    /**
     * @param malformed counts payloads that cannot be parsed
     */
    public LiveKlines(StreamHub hub, LongAdder malformed) {
        this.hub = hub;
        this.malformed = malformed;
    }

    @Override
    public List<PastKline> read(KlineSeries series, Window window, Cancellation cancellation) {
        List<StreamEvent> held = new ArrayList<>(hub.recentKlines(series.stream()));
        held.removeIf(event -> !window.holds(seconds(event.version().openTimeMs())));
        List<PastKline> klines = new ArrayList<>();
        for (StreamEvent event : window.limited(held)) {
            try {
                klines.add(kline(JSON.readTree(event.data()).path("k")));
            } catch (IOException | IllegalArgumentException e) {
                malformed.increment();
            }
        }
        return klines;
    }

    /** Returns epoch seconds. */
    private static long seconds(long ms) {
        return Math.floorDiv(ms, 1000L);
    }

    /** Parses a kline. A job of a former version does not send all components. */
    private static PastKline kline(JsonNode k) {
        return new PastKline(
                seconds(k.path("t").longValue()),
                number(k, "o"),
                number(k, "h"),
                number(k, "l"),
                number(k, "c"),
                k.has("mo")
                        ? new PastKline.MarketCap(
                                number(k, "mo"), number(k, "mh"), number(k, "ml"), number(k, "mc"))
                        : null,
                number(k, "q"),
                number(k, "v"),
                new PastKline.BuyVolume(number(k, "Q"), number(k, "V")),
                k.path("n").longValue(),
                k.has("nb") ? sides(whole(k, "nb"), k.path("n").longValue()) : null,
                k.has("tf")
                        ? new PastKline.TradeTimes(seconds(whole(k, "tf")), seconds(whole(k, "tl")))
                        : null,
                k.path("x").booleanValue());
    }

    private static PastKline.Sides sides(long buys, long trades) {
        return new PastKline.Sides(buys, trades - buys);
    }

    private static long whole(JsonNode k, String field) {
        JsonNode number = k.path(field);
        if (!number.isIntegralNumber()) {
            throw new IllegalArgumentException("not a whole number: " + field);
        }
        return number.longValue();
    }

    private static double number(JsonNode k, String field) {
        // a missing field is parsed as "", which fails as well
        double number = Double.parseDouble(k.path(field).asText());
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not finite: " + field);
        }
        return number;
    }
}

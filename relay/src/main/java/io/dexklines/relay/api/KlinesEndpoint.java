package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code /api/klines} and {@code /api/intervals}. */
final class KlinesEndpoint {

    private static final int DEFAULT_LIMIT = 500;
    private static final int MAX_LIMIT = 1500;

    /** Trades arrive late and klines are corrected, but not after a day. */
    private static final long SETTLED_AFTER_SECONDS = 86_400;

    private static final int SETTLED_MAX_AGE_SECONDS = 60;
    private static final int MAX_AGE_SECONDS = 1;
    private static final int INTERVALS_MAX_AGE_SECONDS = 300;

    private final KlineHistory history;
    private final List<KlineInterval> intervals;
    private final Clock clock;

    KlinesEndpoint(KlineHistory history, List<KlineInterval> intervals, Clock clock) {
        this.history = history;
        this.intervals = intervals;
        this.clock = clock;
    }

    Answer klines(Parameters parameters) {
        parameters.allowOnly("chain_id", "pair_addr", "interval", "from", "to", "limit", "fill");
        KlineSeries series = series(parameters, parameters.interval(intervals));
        long from = parameters.time("from", 0);
        long to = parameters.time("to", KlineHistory.END_OF_TIME);
        if (from >= to) {
            throw Parameters.illegal("to", "expected a time after 'from'");
        }
        Window window =
                new Window(
                        from,
                        to,
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT),
                        parameters.has("from") ? Window.End.OLDEST : Window.End.NEWEST);
        boolean flat = parameters.word("fill", List.of("none", "flat")).equals("flat");
        KlineHistory.Answer answer =
                flat ? history.flat(series, window) : history.traded(series, window);
        boolean settled = to < clock.instant().getEpochSecond() - SETTLED_AFTER_SECONDS;
        return Answer.ok(
                Json.of(json -> write(json, series, answer)),
                settled && answer.missing().isEmpty() ? SETTLED_MAX_AGE_SECONDS : MAX_AGE_SECONDS);
    }

    static KlineSeries series(Parameters parameters, KlineInterval interval) {
        String chainId = parameters.requiredText("chain_id");
        String pairAddr = parameters.requiredText("pair_addr");
        if (!chainId.matches("[0-9]{1,19}")) {
            throw Parameters.illegal("chain_id", "expected digits");
        }
        try {
            return KlineSeries.of(chainId, pairAddr, interval);
        } catch (IllegalArgumentException e) {
            throw Parameters.illegal("pair_addr", "expected the address of a pair");
        }
    }

    private static void write(JsonGenerator json, KlineSeries series, KlineHistory.Answer answer)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("chain_id", series.chainId());
        json.writeStringField("pair_addr", series.pairAddr());
        json.writeStringField("interval", series.interval().code());
        json.writeArrayFieldStart("klines");
        for (PastKline kline : answer.klines()) {
            write(json, kline, series.interval());
        }
        json.writeEndArray();
        writeMissing(json, answer.missing());
        json.writeEndObject();
    }

    static void writeMissing(JsonGenerator json, Set<KlineHistory.Source> missing)
            throws IOException {
        json.writeArrayFieldStart("missing");
        for (KlineHistory.Source source : missing) {
            json.writeString(source.name().toLowerCase(Locale.ROOT));
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, PastKline kline, KlineInterval interval)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("open_time", kline.openTime());
        json.writeNumberField("close_time", interval.next(kline.openTime()));
        json.writeNumberField("open", kline.open());
        json.writeNumberField("high", kline.high());
        json.writeNumberField("low", kline.low());
        json.writeNumberField("close", kline.close());
        PastKline.MarketCap mcap = kline.mcap();
        number(json, "mcap_open", mcap == null ? null : mcap.open());
        number(json, "mcap_high", mcap == null ? null : mcap.high());
        number(json, "mcap_low", mcap == null ? null : mcap.low());
        number(json, "mcap_close", mcap == null ? null : mcap.close());
        json.writeNumberField("volume_usd", kline.volumeUsd());
        json.writeNumberField("volume_token", kline.volumeToken());
        PastKline.BuyVolume buys = kline.buyVolume();
        number(json, "buy_volume_usd", buys == null ? null : buys.usd());
        number(json, "buy_volume_token", buys == null ? null : buys.token());
        json.writeNumberField("trades", kline.trades());
        PastKline.Sides sides = kline.sides();
        number(json, "buys", sides == null ? null : sides.buys());
        number(json, "sells", sides == null ? null : sides.sells());
        json.writeNumberField("vwap", kline.vwap());
        PastKline.TradeTimes times = kline.tradeTimes();
        number(json, "first_trade_time", times == null ? null : times.first());
        number(json, "last_trade_time", times == null ? null : times.last());
        if (kline.closed() == null) {
            json.writeNullField("closed");
        } else {
            json.writeBooleanField("closed", kline.closed());
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, Double value) throws IOException {
        Json.number(json, name, value == null ? Double.NaN : value);
    }

    private static void number(JsonGenerator json, String name, Long value) throws IOException {
        json.writeFieldName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    Answer intervals(Parameters parameters) {
        parameters.allowOnly();
        return Answer.ok(
                Json.of(
                        json -> {
                            json.writeStartObject();
                            json.writeArrayFieldStart("intervals");
                            for (KlineInterval interval : intervals) {
                                json.writeString(interval.code());
                            }
                            json.writeEndArray();
                            json.writeEndObject();
                        }),
                INTERVALS_MAX_AGE_SECONDS);
    }
}

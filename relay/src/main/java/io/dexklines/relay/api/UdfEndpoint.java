package io.dexklines.relay.api;

import com.fasterxml.jackson.core.JsonGenerator;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.pairs.PairBoard;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.relay.pairs.PairKey;
import io.dexklines.relay.pairs.PairLabels;
import io.dexklines.relay.pairs.PairOrder;
import io.dexklines.relay.pairs.PairSummary;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * {@code /udf}: what the UDF client of TradingView's Charting Library asks for. A symbol's ticker
 * is {@code {chain_id}:{pair_addr}}; parameters that it adds and that mean nothing here are passed
 * over.
 */
final class UdfEndpoint {

    private static final int DEFAULT_FOUND = 30;
    private static final int MAX_FOUND = 100;

    /** More bars than that are the client's to ask for again. */
    private static final int MAX_BARS = 5000;

    private static final int HISTORY_MAX_AGE_SECONDS = 1;
    private static final int SYMBOL_MAX_AGE_SECONDS = 60;

    private final KlineHistory history;
    private final PairBoard board;
    private final List<KlineInterval> intervals;
    private final Clock clock;

    UdfEndpoint(KlineHistory history, PairBoard board, List<KlineInterval> intervals, Clock clock) {
        this.history = history;
        this.board = board;
        this.intervals = intervals;
        this.clock = clock;
    }

    Answer config(Parameters parameters) {
        return Answer.ok(
                Json.of(
                        json -> {
                            json.writeStartObject();
                            json.writeBooleanField("supports_search", true);
                            json.writeBooleanField("supports_group_request", false);
                            json.writeBooleanField("supports_marks", false);
                            json.writeBooleanField("supports_timescale_marks", false);
                            json.writeBooleanField("supports_time", true);
                            json.writeArrayFieldStart("exchanges");
                            choice(json, "All exchanges");
                            json.writeEndArray();
                            json.writeArrayFieldStart("symbols_types");
                            choice(json, "All types");
                            json.writeEndArray();
                            resolutions(json, "supported_resolutions", any -> true);
                            json.writeEndObject();
                        }),
                SYMBOL_MAX_AGE_SECONDS);
    }

    private static void choice(JsonGenerator json, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("value", "");
        json.writeStringField("name", name);
        json.writeStringField("desc", "");
        json.writeEndObject();
    }

    private void resolutions(JsonGenerator json, String field, Predicate<KlineInterval> wanted)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (KlineInterval interval : intervals) {
            if (wanted.test(interval)) {
                json.writeString(Resolution.of(interval));
            }
        }
        json.writeEndArray();
    }

    Answer time(Parameters parameters) {
        return Answer.ok(Long.toString(clock.instant().getEpochSecond()), 0);
    }

    Answer search(Parameters parameters) {
        PairFilter filter = new PairFilter(null, parameters.text("query", ""));
        int limit = parameters.limit(DEFAULT_FOUND, MAX_FOUND);
        List<PairSummary> found = board.find(filter, PairOrder.VOLUME, limit).pairs();
        return Answer.ok(
                Json.of(
                        json -> {
                            json.writeStartArray();
                            for (PairSummary pair : found) {
                                json.writeStartObject();
                                json.writeStringField("symbol", name(pair));
                                json.writeStringField("full_name", ticker(pair.key()));
                                json.writeStringField("description", description(pair));
                                json.writeStringField("exchange", exchange(pair));
                                json.writeStringField("ticker", ticker(pair.key()));
                                json.writeStringField("type", "crypto");
                                json.writeEndObject();
                            }
                            json.writeEndArray();
                        }),
                HISTORY_MAX_AGE_SECONDS);
    }

    Answer symbols(Parameters parameters) {
        KlineSeries series = series(parameters, intervals.get(0));
        PairKey key = new PairKey(series.chainId(), series.pairAddr());
        Optional<PairSummary> listed = board.find(key);
        double price =
                listed.map(PairSummary::figures)
                        .map(figures -> figures.last())
                        .or(
                                () ->
                                        history.newestBefore(series, KlineHistory.END_OF_TIME)
                                                .map(PastKline::close))
                        .orElse(Double.NaN);
        if (listed.isEmpty() && Double.isNaN(price)) {
            throw new ApiException(ApiException.Reason.UNKNOWN_SYMBOL, "unknown_symbol");
        }
        PairSummary pair =
                listed.orElse(new PairSummary(key, new PairLabels("", "", "", ""), null));
        return Answer.ok(Json.of(json -> symbol(json, pair, price)), SYMBOL_MAX_AGE_SECONDS);
    }

    private void symbol(JsonGenerator json, PairSummary pair, double price) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name(pair));
        json.writeStringField("full_name", ticker(pair.key()));
        json.writeStringField("ticker", ticker(pair.key()));
        json.writeStringField("description", description(pair));
        json.writeStringField("type", "crypto");
        json.writeStringField("session", "24x7");
        json.writeStringField("timezone", "Etc/UTC");
        json.writeStringField("exchange", exchange(pair));
        json.writeStringField("listed_exchange", exchange(pair));
        json.writeStringField("format", "price");
        json.writeStringField("currency_code", "USD");
        json.writeNumberField("minmov", 1);
        json.writeNumberField("minmove2", 0);
        json.writeNumberField("pricescale", PriceScale.of(price));
        json.writeNumberField("volume_precision", 2);
        json.writeStringField("data_status", "streaming");
        resolutions(json, "supported_resolutions", any -> true);
        json.writeBooleanField("has_seconds", intervals.stream().anyMatch(Resolution::isSeconds));
        multipliers(json, "seconds_multipliers", Resolution::isSeconds);
        json.writeBooleanField("has_intraday", intervals.stream().anyMatch(Resolution::isIntraday));
        resolutions(json, "intraday_multipliers", Resolution::isIntraday);
        json.writeBooleanField("has_daily", intervals.contains(KlineInterval.ONE_DAY));
        multipliers(json, "daily_multipliers", KlineInterval.ONE_DAY::equals);
        json.writeBooleanField(
                "has_weekly_and_monthly",
                intervals.contains(KlineInterval.ONE_WEEK)
                        || intervals.contains(KlineInterval.ONE_MONTH));
        multipliers(json, "weekly_multipliers", KlineInterval.ONE_WEEK::equals);
        multipliers(json, "monthly_multipliers", KlineInterval.ONE_MONTH::equals);
        json.writeEndObject();
    }

    /** As {@link #resolutions}, without the letter behind the number. */
    private void multipliers(JsonGenerator json, String field, Predicate<KlineInterval> wanted)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (KlineInterval interval : intervals) {
            if (wanted.test(interval)) {
                json.writeString(Resolution.of(interval).replaceAll("[^0-9]", ""));
            }
        }
        json.writeEndArray();
    }

    Answer history(Parameters parameters) {
        String resolution = parameters.requiredText("resolution");
        KlineInterval interval =
                Resolution.parse(resolution, intervals)
                        .orElseThrow(
                                () ->
                                        Parameters.illegal(
                                                "resolution", "not one of those in /udf/config"));
        KlineSeries series = series(parameters, interval);
        long to = parameters.requiredNumber("to", 0, KlineHistory.END_OF_TIME);
        // that many bars before 'to', wherever they begin
        boolean counted = parameters.has("countback");
        long from = counted ? 0 : parameters.requiredNumber("from", 0, KlineHistory.END_OF_TIME);
        int limit =
                (int)
                        Math.min(
                                MAX_BARS,
                                parameters.number("countback", MAX_BARS, 1, Integer.MAX_VALUE));
        List<PastKline> bars =
                history.traded(series, new Window(from, to, limit, Window.End.NEWEST)).klines();
        Optional<PastKline> before =
                bars.isEmpty() && !counted ? history.newestBefore(series, from) : Optional.empty();
        return Answer.ok(Json.of(json -> bars(json, bars, before)), HISTORY_MAX_AGE_SECONDS);
    }

    private static void bars(JsonGenerator json, List<PastKline> bars, Optional<PastKline> before)
            throws IOException {
        json.writeStartObject();
        if (bars.isEmpty()) {
            json.writeStringField("s", "no_data");
            if (before.isPresent()) {
                json.writeNumberField("nextTime", before.get().openTime());
            }
        } else {
            json.writeStringField("s", "ok");
            json.writeArrayFieldStart("t");
            for (PastKline bar : bars) {
                json.writeNumber(bar.openTime());
            }
            json.writeEndArray();
            column(json, "o", bars, PastKline::open);
            column(json, "h", bars, PastKline::high);
            column(json, "l", bars, PastKline::low);
            column(json, "c", bars, PastKline::close);
            column(json, "v", bars, PastKline::volumeUsd);
        }
        json.writeEndObject();
    }

    private static void column(
            JsonGenerator json, String name, List<PastKline> bars, ToDoubleFunction<PastKline> of)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (PastKline bar : bars) {
            json.writeNumber(of.applyAsDouble(bar));
        }
        json.writeEndArray();
    }

    private static KlineSeries series(Parameters parameters, KlineInterval interval) {
        String symbol = parameters.requiredText("symbol");
        int colon = symbol.indexOf(':');
        if (colon > 0) {
            try {
                return KlineSeries.of(
                        symbol.substring(0, colon), symbol.substring(colon + 1), interval);
            } catch (IllegalArgumentException e) {
                // no ticker of ours
            }
        }
        throw new ApiException(ApiException.Reason.UNKNOWN_SYMBOL, "unknown_symbol");
    }

    private static String ticker(PairKey key) {
        return key.chainId() + ':' + key.pairAddr();
    }

    private static String name(PairSummary pair) {
        String symbol = pair.labels().tokenSymbol();
        return symbol.isEmpty() ? ticker(pair.key()) : symbol + "/USD";
    }

    private static String description(PairSummary pair) {
        PairLabels labels = pair.labels();
        return labels.tokenSymbol().isEmpty()
                ? ticker(pair.key())
                : labels.tokenSymbol() + '/' + labels.baseTokenSymbol() + ' ' + ticker(pair.key());
    }

    private static String exchange(PairSummary pair) {
        String swapName = pair.labels().swapName();
        return swapName.isEmpty() ? "chain " + pair.key().chainId() : swapName;
    }
}

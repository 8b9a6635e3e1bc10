package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.pairs.PairFilter;
import io.dexklines.relay.pairs.PairOrder;
import io.dexklines.relay.pairs.PairSummary;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Serves {@code /udf}, the data feed for the UDF client of TradingView's Charting Library. The
 * ticker of a symbol is {@code {chain_id}:{pair_addr}}. Unlike {@code /api}, it ignores unknown
 * parameters, since the client adds some of its own.
 */
final class UdfEndpoint {

    private static final int DEFAULT_FOUND = 30;
    private static final int MAX_FOUND = 100;

    /** The maximum number of bars per response. The client requests the rest separately. */
    private static final int MAX_BARS = 5000;

    private static final int HISTORY_MAX_AGE_SECONDS = 1;
    private static final int SYMBOL_MAX_AGE_SECONDS = 60;

    private final KlineHistory history;
    private final PairDirectory directory;
    private final List<Interval> intervals;
    private final Clock clock;

    UdfEndpoint(
            KlineHistory history, PairDirectory directory, List<Interval> intervals, Clock clock) {
        this.history = history;
        this.directory = directory;
        this.intervals = intervals;
        this.clock = clock;
    }

    Response config(Parameters parameters, Cancellation cancellation) {
        return Response.ok(
                Response.object()
                        .put("supports_search", true)
                        .put("supports_group_request", false)
                        .put("supports_marks", false)
                        .put("supports_timescale_marks", false)
                        .put("supports_time", true)
                        .putPOJO("exchanges", List.of(filterChoice("All exchanges")))
                        .putPOJO("symbols_types", List.of(filterChoice("All types")))
                        .putPOJO("supported_resolutions", resolutions(any -> true)),
                SYMBOL_MAX_AGE_SECONDS);
    }

    private static ObjectNode filterChoice(String name) {
        return Response.object().put("value", "").put("name", name).put("desc", "");
    }

    private List<String> resolutions(Predicate<Interval> condition) {
        return intervals.stream().filter(condition).map(TradingView::resolution).toList();
    }

    /** Returns the numbers of the resolutions, without their suffixes. */
    private List<String> multipliers(Predicate<Interval> condition) {
        return resolutions(condition).stream()
                .map(resolution -> resolution.replaceAll("[^0-9]", ""))
                .toList();
    }

    Response time(Parameters parameters, Cancellation cancellation) {
        return Response.ok(clock.instant().getEpochSecond(), 0);
    }

    Response search(Parameters parameters, Cancellation cancellation) {
        PairFilter filter = parameters.pairs("query", null);
        int limit = parameters.limit(DEFAULT_FOUND, MAX_FOUND);
        List<ObjectNode> found =
                directory.find(filter, PairOrder.VOLUME, 0, limit, cancellation).pairs().stream()
                        .map(UdfEndpoint::searchResult)
                        .toList();
        return Response.ok(found, HISTORY_MAX_AGE_SECONDS);
    }

    private static ObjectNode searchResult(PairSummary pair) {
        return Response.object()
                .put("symbol", name(pair))
                .put("full_name", pair.key().text())
                .put("description", description(pair))
                .put("exchange", exchange(pair))
                .put("ticker", pair.key().text())
                .put("type", "crypto");
    }

    Response symbols(Parameters parameters, Cancellation cancellation) {
        KlineSeries series = series(parameters, intervals.get(0));
        Pair key = new Pair(series.chainId(), series.pairAddr());
        Optional<PairSummary> listed = directory.find(key);
        double price =
                listed.map(PairSummary::statistics)
                        .map(statistics -> statistics.last())
                        .or(
                                () ->
                                        history.newestBefore(
                                                        series,
                                                        KlineHistory.END_OF_TIME,
                                                        cancellation)
                                                .map(PastKline::close))
                        .orElse(Double.NaN);
        if (listed.isEmpty() && Double.isNaN(price)) {
            throw new ApiException(ApiException.Reason.UNKNOWN_SYMBOL, "unknown_symbol");
        }
        PairSummary pair = listed.orElse(new PairSummary(key, PairLabels.UNKNOWN, null));
        return Response.ok(symbol(pair, price), SYMBOL_MAX_AGE_SECONDS);
    }

    private ObjectNode symbol(PairSummary pair, double price) {
        return Response.object()
                .put("name", name(pair))
                .put("full_name", pair.key().text())
                .put("ticker", pair.key().text())
                .put("description", description(pair))
                .put("type", "crypto")
                .put("session", "24x7")
                .put("timezone", "Etc/UTC")
                .put("exchange", exchange(pair))
                .put("listed_exchange", exchange(pair))
                .put("format", "price")
                .put("currency_code", "USD")
                .put("minmov", 1)
                .put("minmove2", 0)
                .put("pricescale", TradingView.priceScale(price))
                .put("volume_precision", 2)
                .put("data_status", "streaming")
                .putPOJO("supported_resolutions", resolutions(any -> true))
                .put("has_seconds", intervals.stream().anyMatch(TradingView::isSeconds))
                .putPOJO("seconds_multipliers", multipliers(TradingView::isSeconds))
                .put("has_intraday", intervals.stream().anyMatch(TradingView::isIntraday))
                .putPOJO("intraday_multipliers", resolutions(TradingView::isIntraday))
                .put("has_daily", intervals.contains(Interval.ONE_DAY))
                .putPOJO("daily_multipliers", multipliers(Interval.ONE_DAY::equals))
                .put(
                        "has_weekly_and_monthly",
                        intervals.contains(Interval.ONE_WEEK)
                                || intervals.contains(Interval.ONE_MONTH))
                .putPOJO("weekly_multipliers", multipliers(Interval.ONE_WEEK::equals))
                .putPOJO("monthly_multipliers", multipliers(Interval.ONE_MONTH::equals));
    }

    Response history(Parameters parameters, Cancellation cancellation) {
        String resolution = parameters.requiredText("resolution");
        Interval interval =
                TradingView.interval(resolution, intervals)
                        .orElseThrow(
                                () ->
                                        Parameters.illegal(
                                                "resolution", "not one of those in /udf/config"));
        KlineSeries series = series(parameters, interval);
        long to = parameters.requiredNumber("to", 0, KlineHistory.END_OF_TIME);
        // 'countback' asks for a number of bars before 'to' and overrides 'from'
        boolean counted = parameters.has("countback");
        long from = counted ? 0 : parameters.requiredNumber("from", 0, KlineHistory.END_OF_TIME);
        long count = parameters.number("countback", MAX_BARS, 1, Integer.MAX_VALUE);
        int limit = (int) Math.min(MAX_BARS, count);
        List<PastKline> bars =
                history.traded(series, new Window(from, to, limit, Window.End.NEWEST), cancellation)
                        .klines();
        ObjectNode body = Response.object();
        if (bars.isEmpty()) {
            body.put("s", "no_data");
            Optional<PastKline> before =
                    counted ? Optional.empty() : history.newestBefore(series, from, cancellation);
            before.ifPresent(bar -> body.put("nextTime", bar.openTime()));
        } else {
            body.put("s", "ok")
                    .putPOJO("t", column(bars, PastKline::openTime))
                    .putPOJO("o", column(bars, PastKline::open))
                    .putPOJO("h", column(bars, PastKline::high))
                    .putPOJO("l", column(bars, PastKline::low))
                    .putPOJO("c", column(bars, PastKline::close))
                    .putPOJO("v", column(bars, PastKline::volumeUsd));
        }
        return Response.ok(body, HISTORY_MAX_AGE_SECONDS);
    }

    private static List<? extends Number> column(
            List<PastKline> bars, Function<PastKline, ? extends Number> value) {
        return bars.stream().map(value).toList();
    }

    private static KlineSeries series(Parameters parameters, Interval interval) {
        String symbol = parameters.requiredText("symbol");
        int colon = symbol.indexOf(':');
        if (colon > 0) {
            try {
                return KlineSeries.of(
                        symbol.substring(0, colon), symbol.substring(colon + 1), interval);
            } catch (IllegalArgumentException e) {
                // not a valid ticker: refused below
            }
        }
        throw new ApiException(ApiException.Reason.UNKNOWN_SYMBOL, "unknown_symbol");
    }

    private static String name(PairSummary pair) {
        String symbol = pair.labels().tokenSymbol();
        return symbol.isEmpty() ? pair.key().text() : symbol + "/USD";
    }

    private static String description(PairSummary pair) {
        PairLabels labels = pair.labels();
        return labels.tokenSymbol().isEmpty()
                ? pair.key().text()
                : labels.tokenSymbol() + '/' + labels.baseTokenSymbol() + ' ' + pair.key().text();
    }

    private static String exchange(PairSummary pair) {
        String swapName = pair.labels().swapName();
        return swapName.isEmpty() ? "chain " + pair.key().chainId() : swapName;
    }
}

package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.relay.history.Window;
import io.dexklines.relay.pairs.PairDirectory;
import io.dexklines.relay.pairs.PairSummary;
import io.dexklines.relay.store.MySqlSmartMoneyTrades;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Serves {@code /udf}, the data feed for the UDF client of TradingView's Charting Library. See
 * {@link UdfSymbols} for the names of symbols. Unlike {@code /api}, it ignores unknown parameters,
 * since the client adds some of its own.
 */
final class UdfEndpoint {

    private static final int DEFAULT_FOUND = 30;
    private static final int MAX_FOUND = 100;

    /** The maximum number of bars per response. The client requests the rest separately. */
    private static final int MAX_BARS = 5000;

    /** The maximum number of trades that are marked per response, the newest. */
    private static final int MAX_MARKED = 500;

    /** A market capitalisation is shown with two decimals. */
    private static final long MCAP_SCALE = 100;

    private static final int HISTORY_MAX_AGE_SECONDS = 1;
    private static final int SYMBOL_MAX_AGE_SECONDS = 60;

    private final KlineHistory history;
    private final PairDirectory directory;
    private final UdfSymbols symbols;
    private final Optional<MySqlSmartMoneyTrades> smartMoney;
    private final List<Interval> intervals;
    private final Clock clock;

    UdfEndpoint(
            KlineHistory history,
            PairDirectory directory,
            Optional<MySqlSmartMoneyTrades> smartMoney,
            List<Interval> intervals,
            Clock clock) {
        this.history = history;
        this.directory = directory;
        this.symbols = new UdfSymbols(directory);
        this.smartMoney = smartMoney;
        this.intervals = intervals;
        this.clock = clock;
    }

    Response config(Parameters parameters, Cancellation cancellation) {
        return Response.ok(
                Response.object()
                        .put("supports_search", true)
                        .put("supports_group_request", false)
                        .put("supports_marks", smartMoney.isPresent())
                        .put("supports_timescale_marks", smartMoney.isPresent())
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
        int limit = parameters.limit(DEFAULT_FOUND, MAX_FOUND);
        List<ObjectNode> found = new ArrayList<>();
        symbols.search(parameters.text("query", ""), limit, cancellation)
                .forEach((symbol, pair) -> found.add(searchResult(symbol, pair)));
        return Response.ok(found, HISTORY_MAX_AGE_SECONDS);
    }

    private static ObjectNode searchResult(UdfSymbol symbol, PairSummary pair) {
        return Response.object()
                .put("symbol", symbol.withSuffix(UdfSymbols.name(pair)))
                .put("full_name", symbol.ticker())
                .put("description", description(symbol, pair))
                .put("exchange", UdfSymbols.exchange(pair))
                .put("ticker", symbol.ticker())
                .put("type", "crypto");
    }

    Response symbols(Parameters parameters, Cancellation cancellation) {
        UdfSymbol symbol = symbol(parameters, cancellation);
        Optional<PairSummary> listed = directory.find(symbol.pair());
        double price =
                listed.map(PairSummary::statistics)
                        .map(statistics -> statistics.last())
                        .or(
                                () ->
                                        history.newestBefore(
                                                        series(symbol, intervals.get(0)),
                                                        KlineHistory.END_OF_TIME,
                                                        cancellation)
                                                .map(PastKline::close))
                        .orElse(Double.NaN);
        if (listed.isEmpty() && Double.isNaN(price)) {
            throw unknownSymbol();
        }
        PairSummary pair = listed.orElse(new PairSummary(symbol.pair(), PairLabels.UNKNOWN, null));
        return Response.ok(object(symbol, pair, price), SYMBOL_MAX_AGE_SECONDS);
    }

    private ObjectNode object(UdfSymbol symbol, PairSummary pair, double price) {
        return Response.object()
                .put("name", symbol.withSuffix(UdfSymbols.name(pair)))
                .put("full_name", symbol.ticker())
                .put("ticker", symbol.ticker())
                .put("description", description(symbol, pair))
                .put("type", "crypto")
                .put("session", "24x7")
                .put("timezone", "Etc/UTC")
                .put("exchange", UdfSymbols.exchange(pair))
                .put("listed_exchange", UdfSymbols.exchange(pair))
                // the format of volumes has thousands, millions and billions
                .put("format", symbol.isMcap() ? "volume" : "price")
                .put("currency_code", "USD")
                .put("minmov", 1)
                .put("minmove2", 0)
                .put("pricescale", symbol.isMcap() ? MCAP_SCALE : TradingView.priceScale(price))
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
        Interval interval = interval(parameters);
        UdfSymbol symbol = symbol(parameters, cancellation);
        KlineSeries series = series(symbol, interval);
        long to = time(parameters, "to");
        // 'countback' asks for a number of bars before 'to' and overrides 'from'
        boolean counted = parameters.has("countback");
        long from = counted ? 0 : time(parameters, "from");
        long count = parameters.number("countback", MAX_BARS, 1, Integer.MAX_VALUE);
        int limit = (int) Math.min(MAX_BARS, count);
        List<PastKline> klines =
                history.bars(series, new Window(from, to, limit, Window.End.NEWEST), cancellation)
                        .klines();
        List<UdfBar> bars =
                klines.stream().flatMap(kline -> UdfBar.of(kline, symbol).stream()).toList();
        ObjectNode body = Response.object();
        if (bars.isEmpty()) {
            body.put("s", "no_data");
            Optional<PastKline> before =
                    counted ? Optional.empty() : history.newestBefore(series, from, cancellation);
            before.flatMap(kline -> UdfBar.of(kline, symbol))
                    .ifPresent(bar -> body.put("nextTime", bar.time()));
        } else {
            body.put("s", "ok")
                    .putPOJO("t", column(bars, UdfBar::time))
                    .putPOJO("o", column(bars, UdfBar::open))
                    .putPOJO("h", column(bars, UdfBar::high))
                    .putPOJO("l", column(bars, UdfBar::low))
                    .putPOJO("c", column(bars, UdfBar::close))
                    .putPOJO("v", column(bars, UdfBar::volumeUsd));
        }
        return Response.ok(body, HISTORY_MAX_AGE_SECONDS);
    }

    private static List<? extends Number> column(
            List<UdfBar> bars, Function<UdfBar, ? extends Number> value) {
        return bars.stream().map(value).toList();
    }

    Response marks(Parameters parameters, Cancellation cancellation) {
        Interval interval = interval(parameters);
        return Response.ok(
                UdfMarks.onBars(trades(parameters, interval, cancellation), interval),
                HISTORY_MAX_AGE_SECONDS);
    }

    Response timescaleMarks(Parameters parameters, Cancellation cancellation) {
        Interval interval = interval(parameters);
        return Response.ok(
                UdfMarks.onTimeAxis(trades(parameters, interval, cancellation), interval),
                HISTORY_MAX_AGE_SECONDS);
    }

    /** Returns the newest trades of smart money in the bars from {@code from} to {@code to}. */
    private List<Map<String, Object>> trades(
            Parameters parameters, Interval interval, Cancellation cancellation) {
        Pair pair = symbol(parameters, cancellation).pair();
        long from = OpenTimes.open(interval, time(parameters, "from"));
        long to = OpenTimes.next(interval, OpenTimes.open(interval, time(parameters, "to")));
        return smartMoney
                .orElseThrow(
                        () ->
                                new StoreUnavailableException(
                                        "this relay has no MySQL to read from", null))
                .newest(
                        new MySqlSmartMoneyTrades.Selection(
                                pair.chainId(), null, pair.address(), from, to, MAX_MARKED),
                        cancellation)
                .trades();
    }

    private Interval interval(Parameters parameters) {
        return TradingView.interval(parameters.requiredText("resolution"), intervals)
                .orElseThrow(
                        () -> Parameters.illegal("resolution", "not one of those in /udf/config"));
    }

    /** Returns a time in epoch seconds. Charts of few bars ask for times before 1970. */
    private static long time(Parameters parameters, String name) {
        return Math.max(
                0, parameters.requiredNumber(name, Long.MIN_VALUE, KlineHistory.END_OF_TIME));
    }

    private UdfSymbol symbol(Parameters parameters, Cancellation cancellation) {
        return symbols.find(parameters.requiredText("symbol"), cancellation)
                .orElseThrow(UdfEndpoint::unknownSymbol);
    }

    private static ApiException unknownSymbol() {
        return new ApiException(ApiException.Reason.UNKNOWN_SYMBOL, "unknown_symbol");
    }

    private static KlineSeries series(UdfSymbol symbol, Interval interval) {
        return new KlineSeries(symbol.pair().chainId(), symbol.pair().address(), interval);
    }

    private static String description(UdfSymbol symbol, PairSummary pair) {
        PairLabels labels = pair.labels();
        String ofPair =
                labels.tokenSymbol().isEmpty()
                        ? pair.key().text()
                        : labels.tokenSymbol()
                                + '/'
                                + labels.baseTokenSymbol()
                                + ' '
                                + pair.key().text();
        return symbol.isMcap() ? "market capitalisation of " + ofPair : ofPair;
    }
}

package io.dexklines.relay.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.Interval;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Serves {@code /api/klines} and {@code /api/intervals}. */
final class KlinesEndpoint {

    private static final int DEFAULT_LIMIT = 500;
    private static final int MAX_LIMIT = 1500;

    private static final int INTERVALS_MAX_AGE_SECONDS = 300;

    private final KlineHistory history;
    private final List<Interval> intervals;
    private final Clock clock;

    KlinesEndpoint(KlineHistory history, List<Interval> intervals, Clock clock) {
        this.history = history;
        this.intervals = intervals;
        this.clock = clock;
    }

    Response klines(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly("chain_id", "pair_addr", "interval", "from", "to", "limit", "fill");
        KlineSeries series = series(parameters, parameters.interval(intervals));
        long from = parameters.time("from", 0);
        long to = parameters.timeAfter(from);
        Window window =
                new Window(
                        from,
                        to,
                        parameters.limit(DEFAULT_LIMIT, MAX_LIMIT),
                        parameters.has("from") ? Window.End.OLDEST : Window.End.NEWEST);
        boolean flat = parameters.word("fill", List.of("none", "flat")).equals("flat");
        KlineHistory.Result result =
                flat
                        ? history.flat(series, window, cancellation)
                        : history.traded(series, window, cancellation);
        return Response.ok(
                Response.object()
                        .put("chain_id", series.chainId())
                        .put("pair_addr", series.pairAddr())
                        .put("interval", series.interval().code())
                        .putPOJO(
                                "klines",
                                result.klines().stream()
                                        .map(kline -> object(kline, series.interval()))
                                        .toList())
                        .putPOJO("missing", names(result.missing())),
                Response.maxAgeSeconds(to, result.isWhole(), clock.instant().getEpochSecond()));
    }

    /** Returns a kline, with null for each value that no store holds of this version. */
    private static ObjectNode object(PastKline kline, Interval interval) {
        PastKline.MarketCap mcap = kline.mcap();
        PastKline.BuyVolume buyVolume = kline.buyVolume();
        PastKline.Sides sides = kline.sides();
        PastKline.TradeTimes times = kline.tradeTimes();
        return Response.object()
                .put("open_time", kline.openTime())
                .put("close_time", OpenTimes.next(interval, kline.openTime()))
                .put("open", kline.open())
                .put("high", kline.high())
                .put("low", kline.low())
                .put("close", kline.close())
                .put("mcap_open", mcap == null ? null : Response.finite(mcap.open()))
                .put("mcap_high", mcap == null ? null : Response.finite(mcap.high()))
                .put("mcap_low", mcap == null ? null : Response.finite(mcap.low()))
                .put("mcap_close", mcap == null ? null : Response.finite(mcap.close()))
                .put("volume_usd", kline.volumeUsd())
                .put("volume_token", kline.volumeToken())
                .put("buy_volume_usd", buyVolume == null ? null : Response.finite(buyVolume.usd()))
                .put(
                        "buy_volume_token",
                        buyVolume == null ? null : Response.finite(buyVolume.token()))
                .put("trades", kline.trades())
                .put("buys", sides == null ? null : (Long) sides.buys())
                .put("sells", sides == null ? null : (Long) sides.sells())
                .put("vwap", kline.vwap())
                .put("first_trade_time", times == null ? null : (Long) times.first())
                .put("last_trade_time", times == null ? null : (Long) times.last())
                .put("closed", kline.closed());
    }

    private static KlineSeries series(Parameters parameters, Interval interval) {
        parameters.requiredText("chain_id");
        parameters.requiredText("pair_addr");
        return KlineSeries.of(
                parameters.identifier("chain_id"), parameters.identifier("pair_addr"), interval);
    }

    /** Returns the names of the sources as they appear in {@code missing}. */
    static List<String> names(Set<KlineHistory.Source> sources) {
        return sources.stream().map(source -> source.name().toLowerCase(Locale.ROOT)).toList();
    }

    Response intervals(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly();
        List<String> codes = intervals.stream().map(Interval::code).toList();
        return Response.ok(Map.of("intervals", codes), INTERVALS_MAX_AGE_SECONDS);
    }
}

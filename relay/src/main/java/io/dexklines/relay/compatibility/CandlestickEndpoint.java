package io.dexklines.relay.compatibility;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.kline.Interval;
import io.dexklines.relay.api.ForeignEndpoint;
import io.dexklines.relay.api.Parameters;
import io.dexklines.relay.api.Response;
import io.dexklines.relay.compatibility.Candlesticks.Slots;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Serves {@code GET /v1/market/get_candlestick}: {@code {"list":[{…}]}}, ascending and without
 * gaps. If a store cannot be read, a member {@code missing} names it.
 */
public final class CandlestickEndpoint implements ForeignEndpoint {

    /** The path of the endpoint. */
    public static final String PATH = "/v1/market/get_candlestick";

    /** The most candlesticks of an answer: a year of {@code 1h}, a week of {@code 1m}. */
    static final int MAX_CANDLESTICKS = 10_100;

    private static final int DEFAULT_LIMIT = 100;
    private static final long DEFAULT_RANGE_SECONDS = 86_400;
    private static final String CHAIN = "chain_id";
    private static final String PAIR = "pair_address";
    private static final String FROM = "from_timestamp";
    private static final String TO = "to_timestamp";
    private static final String LIMIT = "limit";

    /** A parameter of the Go service that has no effect there either. */
    private static final String COUNT_BACK = "must_count_back";

    /** The code of the Go services for an invalid request. Others are equal to the HTTP status. */
    private static final int INVALID_REQUEST = 516;

    private static final int INTERNAL_ERROR = 515;

    private final KlineHistory history;
    private final List<Interval> intervals;
    private final Clock clock;

    /**
     * @param intervals the intervals that the job computes
     */
    public CandlestickEndpoint(KlineHistory history, List<Interval> intervals, Clock clock) {
        this.history = history;
        this.intervals = List.copyOf(intervals);
        this.clock = clock;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public Response answer(Parameters parameters, Cancellation cancellation) {
        parameters.allowOnly(CHAIN, PAIR, "interval", FROM, TO, LIMIT, COUNT_BACK);
        parameters.requiredText(CHAIN);
        parameters.requiredText(PAIR);
        KlineSeries series =
                KlineSeries.of(
                        parameters.identifier(CHAIN),
                        parameters.identifier(PAIR),
                        parameters.interval(intervals));
        long now = clock.instant().getEpochSecond();
        // 0 is the same as no value, since the Go service cannot tell them apart
        long from = orDefault(parameters.time(FROM, 0), now - DEFAULT_RANGE_SECONDS);
        long to = orDefault(parameters.time(TO, 0), now);
        if (from > to) {
            throw Parameters.illegal(TO, "expected a time that is not before '" + FROM + "'");
        }
        long limit = orDefault(parameters.number(LIMIT, 0, 0, Long.MAX_VALUE), DEFAULT_LIMIT);
        return answer(series, from, to, limit, now, cancellation);
    }

    private static long orDefault(long value, long otherwise) {
        return value == 0 ? otherwise : value;
    }

    private Response answer(
            KlineSeries series,
            long from,
            long to,
            long limit,
            long now,
            Cancellation cancellation) {
        Interval interval = series.interval();
        int most = (int) Math.min(limit, MAX_CANDLESTICKS);
        KlineHistory.Result result =
                history.bars(series, new Window(from, to, most, Window.End.NEWEST), cancellation);
        List<PastKline> traded = result.klines();
        long newest = traded.isEmpty() ? 0 : traded.get(traded.size() - 1).openTime();
        long bound = Math.max(newest, OpenTimes.open(interval, now));
        Slots slots = Slots.newest(interval, from, to, bound, most);
        if (limit > most
                && !slots.isEmpty()
                && slots.first() > OpenTimes.firstFrom(interval, from)) {
            throw Parameters.illegal(
                    FROM,
                    "more than %d klines, ask for a shorter range or a smaller limit"
                            .formatted(MAX_CANDLESTICKS));
        }
        Optional<PastKline> before =
                traded.isEmpty() && !slots.isEmpty()
                        ? history.newestBefore(series, slots.first(), cancellation)
                        : Optional.empty();
        List<Candlestick> list = Candlesticks.fill(traded, before, interval, slots);
        return Response.klines(body(list, result.missing()), to, result.missing().isEmpty(), now);
    }

    private static byte[] body(List<Candlestick> list, Set<KlineHistory.Source> missing) {
        String klines = list.stream().map(Candlestick::json).collect(Collectors.joining(","));
        String stores =
                missing.isEmpty()
                        ? ""
                        : missing.stream()
                                .map(source -> '"' + source.name().toLowerCase(Locale.ROOT) + '"')
                                .collect(Collectors.joining(",", ",\"missing\":[", "]"));
        return ("{\"list\":[" + klines + ']' + stores + '}').getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns {@code {"code":516,"message":"…","data":{}}}, the form of the Go services. */
    @Override
    public ObjectNode error(int status, String message) {
        int code =
                switch (status) {
                    case 400 -> INVALID_REQUEST;
                    case 500 -> INTERNAL_ERROR;
                    default -> status;
                };
        ObjectNode body = Response.object().put("code", code).put("message", message);
        body.putObject("data");
        return body;
    }
}

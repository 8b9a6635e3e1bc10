package io.dexklines.relay.compatibility;

import static io.dexklines.relay.compatibility.CandlesticksTest.kline;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.Interval;
import io.dexklines.relay.api.ApiException;
import io.dexklines.relay.api.Parameters;
import io.dexklines.relay.api.Response;
import io.dexklines.relay.compatibility.FrontEnd.Bar;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineHistory;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In all tests, the current time is half a minute after noon, and klines are those of a minute. */
class CandlestickEndpointTest {

    private static final long NOON = 1_767_960_000L;
    private static final long NOW = NOON + 30;
    private static final String PAIR = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";

    private final List<PastKline> stored = new ArrayList<>();
    private boolean mysqlAnswers = true;

    private final KlineStore mysql =
            (series, window, cancellation) -> {
                if (!mysqlAnswers) {
                    throw new StoreUnavailableException("down", null);
                }
                boolean known = series.chainId().equals("1") && series.pairAddr().equals(PAIR);
                return known
                        ? window.limited(
                                stored.stream()
                                        .filter(kline -> window.holds(kline.openTime()))
                                        .toList())
                        : List.of();
            };

    private final CandlestickEndpoint endpoint =
            new CandlestickEndpoint(
                    new KlineHistory(
                            Optional.of((series, window, cancellation) -> List.of()),
                            Optional.of(mysql),
                            (series, window, cancellation) -> List.of(),
                            clock()),
                    List.of(Interval.ONE_MINUTE, Interval.ONE_HOUR),
                    clock());

    private static Clock clock() {
        return Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
    }

    @Test
    void theBytesAreThoseOfTheMarketService() {
        stored.add(kline(-3, 1e-7, 2e-7, 1e-7, 1.5e-7, 0.1 + 0.2));
        stored.add(kline(-1, 2, 2271.5, 2, 2269.25, 1e22));

        Response response = answer("from_timestamp", NOON - 180, "to_timestamp", NOON);

        assertThat(text(response))
                .isEqualTo(
                        "{\"list\":[{\"open\":0.0000001,\"high\":0.0000002,\"low\":0.0000001,"
                                + "\"close\":0.00000015,\"candle_time\":1767959820,"
                                + "\"volume_token\":0.30000000000000004},"
                                + "{\"open\":0.00000015,\"high\":2,\"low\":0.00000015,\"close\":2,"
                                + "\"candle_time\":1767959880,\"volume_token\":0},"
                                + "{\"open\":2,\"high\":2271.5,\"low\":2,\"close\":2269.25,"
                                + "\"candle_time\":1767959940,"
                                + "\"volume_token\":10000000000000000000000}]}");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.maxAgeSeconds()).isEqualTo(1);
    }

    @Test
    void theFrontEndShowsTheNewestHundredMinutesUpToTheOpenOne() {
        stored.add(kline(-500, 1, 1, 1, 1, 1));
        stored.add(kline(-150, 2, 3, 1, 2.5, 1));
        stored.add(kline(0, 3, 4, 2, 3.5, 1));
        FrontEnd frontEnd = new FrontEnd("1m");

        Response response =
                answer("from_timestamp", NOW - 86_400, "to_timestamp", NOW, "limit", 100);
        frontEnd.loaded(response.status(), text(response));

        assertThat(frontEnd.error()).isEmpty();
        assertThat(frontEnd.chart()).hasSize(100);
        assertThat(frontEnd.chart().get(0)).isEqualTo(new Bar(NOON - 99 * 60, 3, 3, 3, 3));
        assertThat(frontEnd.chart().get(99)).isEqualTo(new Bar(NOON, 3, 4, 2, 3.5));
    }

    @Test
    void withoutRangeAndLimitItIsTheHundredNewestOfTheLastDay() {
        stored.add(kline(-120, 2, 3, 1, 2.5, 1));

        assertThat(text(answer()))
                .isEqualTo(
                        text(
                                answer(
                                        "from_timestamp",
                                        NOW - 86_400,
                                        "to_timestamp",
                                        NOW,
                                        "limit",
                                        100)))
                .isEqualTo(text(answer("from_timestamp", 0, "to_timestamp", 0, "limit", 0)))
                .startsWith(
                        "{\"list\":[{\"open\":2.5,\"high\":2.5,\"low\":2.5,\"close\":2.5,"
                                + "\"candle_time\":1767954060,\"volume_token\":0},");
    }

    @Test
    void aRangeWithoutTradesContinuesTheLastCloseBeforeIt() {
        stored.add(kline(-5_000, 2, 3, 1, 2.5, 1));

        assertThat(text(answer("from_timestamp", NOON - 60, "to_timestamp", NOW)))
                .isEqualTo(
                        "{\"list\":[{\"open\":2.5,\"high\":2.5,\"low\":2.5,\"close\":2.5,"
                                + "\"candle_time\":1767959940,\"volume_token\":0},"
                                + "{\"open\":2.5,\"high\":2.5,\"low\":2.5,\"close\":2.5,"
                                + "\"candle_time\":1767960000,\"volume_token\":0}]}");
    }

    @Test
    void nothingIsKnownOfAnUnknownPairOrBetweenTwoOpenTimes() {
        FrontEnd frontEnd = new FrontEnd("1m");

        Response unknown = answer("pair_address", "0xabc");
        frontEnd.loaded(unknown.status(), text(unknown));

        assertThat(text(unknown)).isEqualTo("{\"list\":[]}");
        assertThat(frontEnd.error()).isEqualTo("No chart data available for this token");
        stored.add(kline(-1, 2, 3, 1, 2.5, 1));
        assertThat(text(answer("from_timestamp", NOON - 59, "to_timestamp", NOON)))
                .isEqualTo("{\"list\":[]}");
        assertThat(text(answer("from_timestamp", NOON, "to_timestamp", NOON)))
                .isEqualTo("{\"list\":[]}");
        assertThat(text(answer("from_timestamp", NOW + 60, "to_timestamp", NOW + 600)))
                .isEqualTo("{\"list\":[]}");
    }

    @ParameterizedTest
    @CsvSource({
        "0x88E6A0c2dDD26FEEb64F039a2c41296FcB3f5640",
        "0X88E6A0C2DDD26FEEB64F039A2C41296FCB3F5640",
        "88e6a0c2ddd26feeb64f039a2c41296fcb3f5640"
    })
    void anAddressMayBeInAnyCase(String address) {
        stored.add(kline(0, 2, 3, 1, 2.5, 1));

        assertThat(text(answer("pair_address", address, "limit", 1)))
                .isEqualTo(
                        "{\"list\":[{\"open\":2,\"high\":3,\"low\":1,\"close\":2.5,"
                                + "\"candle_time\":1767960000,\"volume_token\":1}]}");
    }

    @Test
    void aDayThatIsOverMayBeCachedUnlessAStoreIsMissing() {
        stored.add(kline(-5_000, 2, 3, 1, 2.5, 1));
        long to = NOON - 4_999 * 60;

        assertThat(answer("from_timestamp", to - 60, "to_timestamp", to).maxAgeSeconds())
                .isEqualTo(60);
        mysqlAnswers = false;
        Response cut = answer("from_timestamp", to - 60, "to_timestamp", to);

        assertThat(cut.maxAgeSeconds()).isEqualTo(1);
        assertThat(text(cut)).isEqualTo("{\"list\":[],\"missing\":[\"mysql\"]}");
    }

    @ParameterizedTest
    @CsvSource({
        "interval,       '',    parameter 'interval' is missing",
        "interval,       2m,    'parameter ''interval'': expected one of 1m 1h'",
        "chain_id,       '',    parameter 'chain_id' is missing",
        "pair_address,   '',    parameter 'pair_address' is missing",
        "pair_address,   a b,   'parameter ''pair_address'': expected 1 to 128 of A-Z a-z 0-9 . _ -'",
        "from_timestamp, -1,    'parameter ''from_timestamp'': expected a whole number from 0 to 253402300800'",
        "from_timestamp, 1767960031, 'parameter ''to_timestamp'': expected a time that is not before ''from_timestamp'''",
        "limit,          -1,    'parameter ''limit'': expected a whole number from 0 to 9223372036854775807'",
        "pair,           x,     'unknown parameter ''pair'', expected some of chain_id, pair_address, interval, from_timestamp, to_timestamp, limit, must_count_back'"
    })
    void anInvalidRequestIsRefused(String name, String value, String message) {
        assertThatThrownBy(() -> answer(name, value))
                .isInstanceOf(ApiException.class)
                .hasMessage(message);
    }

    @Test
    void aLongRangeIsRefusedInsteadOfCut() {
        stored.add(kline(0, 2, 3, 1, 2.5, 1));
        long from = NOW - 60L * CandlestickEndpoint.MAX_CANDLESTICKS;

        assertThat(text(answer("from_timestamp", from, "limit", 1_000_000)))
                .contains("\"candle_time\":%d,".formatted(NOON - 60L * 10_099));
        assertThatThrownBy(() -> answer("from_timestamp", from - 60, "limit", 1_000_000))
                .hasMessage(
                        "parameter 'from_timestamp': more than 10100 klines, ask for a shorter range"
                                + " or a smaller limit");
        assertThat(answer("from_timestamp", 1, "limit", 10_100).status()).isEqualTo(200);
    }

    @Test
    void theFrontEndShowsTheMessageOfAnError() {
        FrontEnd frontEnd = new FrontEnd("1m");

        frontEnd.loaded(400, endpoint.error(400, "parameter 'limit': too large").toString());

        assertThat(frontEnd.error()).isEqualTo("parameter 'limit': too large");
        assertThat(endpoint.error(400, "x").toString())
                .isEqualTo("{\"code\":516,\"message\":\"x\",\"data\":{}}");
        assertThat(endpoint.error(429, "x").path("code").asInt()).isEqualTo(429);
        assertThat(endpoint.error(500, "x").path("code").asInt()).isEqualTo(515);
        assertThat(endpoint.error(503, "x").path("code").asInt()).isEqualTo(503);
    }

    /** Answers a request for the pair's minutes, with parameters that are replaced or added. */
    private Response answer(Object... namesAndValues) {
        Map<String, String> parameters =
                new HashMap<>(Map.of("chain_id", "1", "pair_address", PAIR, "interval", "1m"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            parameters.put((String) namesAndValues[i], namesAndValues[i + 1].toString());
        }
        return endpoint.answer(new Parameters(parameters), Cancellation.after(10_000));
    }

    private static String text(Response response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}

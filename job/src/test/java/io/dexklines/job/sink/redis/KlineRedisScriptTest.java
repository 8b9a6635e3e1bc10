package io.dexklines.job.sink.redis;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlineRedisScriptTest {

    @Test
    void aCallHasTheKeyTheScoreTheMemberItsVersionAndTheBounds() {
        assertThat(KlineRedisScript.calls(updates(PEPE, closed(0, 5), open(1, 2))))
                .containsExactly(
                        KlineRedisScript.call(PEPE, closed(0, 5)),
                        KlineRedisScript.call(PEPE, open(1, 2)));

        KlineRedisScript.Call call = KlineRedisScript.call(PEPE, closed(0, 5));
        assertThat(call.key()).isEqualTo("kline:1:0xa43fe16908251ee70ef74718545e4fe6c5ccec9f:1m");
        assertThat(call.arguments())
                .containsExactly(
                        "1788220800",
                        "0xa43fe16908251ee70ef74718545e4fe6c5ccec9f,1788220800,"
                                + "1.5,0.3333333333333333,7.25,0.0000125,"
                                + "1000000000,2000000005,500000000,123456789.125,"
                                + "5000.5,3000000000005,2,3,5",
                        "5",
                        "1500",
                        "21600");
    }

    @ParameterizedTest
    @CsvSource({
        "1s, PT6H",
        "1m, PT6H",
        "5m, PT6H",
        "15m, PT7H30M",
        "30m, PT15H",
        "1h, PT30H",
        "4h, P5D",
        "12h, P15D",
        "1d, P30D",
        "1w, P30D",
        "1M, P30D"
    })
    void aSetExpiresAfterThirtyIntervalsButHoursAtLeastAndAMonthAtMost(
            String interval, Duration expiry) {
        assertThat(KlineRedisScript.expiry(Interval.ofCode(interval))).isEqualTo(expiry);
    }

    @Test
    void theSetOfAKlineIsHeldUntilItExpires() {
        Kline newest = closed(0, 5);
        long expiresMs = newest.closeTimeMs() + Duration.ofHours(6).toMillis();

        assertThat(KlineRedisScript.isHeldAt(newest, expiresMs - 1)).isTrue();
        assertThat(KlineRedisScript.isHeldAt(newest, expiresMs)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, Double.MIN_VALUE, 1e-310, Double.MIN_NORMAL, Double.MAX_VALUE})
    void numbersOfAMemberAreFiniteDecimalsThatReadBack(double number) {
        String member = KlineRedisScript.call(PEPE, ofNumber(0, number, 3)).arguments().get(1);

        List<String> fields = List.of(member.split(","));
        assertThat(fields.subList(2, 12))
                .allMatch(text -> text.matches("[0-9]+([.][0-9]+)?"))
                .allMatch(text -> Double.parseDouble(text) == number);
    }
}

package io.dexklines.job.sink.check;

import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.StoredKline;
import io.dexklines.job.sink.StoredKline.Version;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final Kline EMITTED = closed(0, 5);

    @Test
    void theEmittedVersionIsRight() {
        assertThat(Verdict.of(EMITTED, Version.of(EMITTED))).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void aStoreWithFewerColumnsIsComparedByThose() {
        Map<String, Object> some = new LinkedHashMap<>();
        KlineColumns.REDIS_MEMBER.forEach(
                column -> some.put(column.name(), Version.of(EMITTED).values().get(column.name())));

        assertThat(Verdict.of(EMITTED, new Version(some))).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void anyOtherValueForTheSameTradesIsWrong() {
        for (String column : Version.of(EMITTED).values().keySet()) {
            if (!column.equals(KlineColumns.TRADES.name())) {
                Version other = with(EMITTED, column, otherThan(EMITTED, column));

                assertThat(Verdict.of(EMITTED, other)).as(column).isEqualTo(Verdict.WRONG);
                assertThat(Verdict.differences(EMITTED, other)).startsWith(column + ' ');
            }
        }
    }

    @Test
    void theSmallestDifferenceOfANumberIsWrong() {
        Version other = with(EMITTED, "close", Math.nextUp(EMITTED.close()));

        assertThat(Verdict.of(EMITTED, other)).isEqualTo(Verdict.WRONG);
        assertThat(Verdict.differences(EMITTED, other))
                .isEqualTo("close 0.3333333333333333 is stored as 0.33333333333333337");
    }

    @Test
    void theSignOfAZeroIsNoDifference() {
        Kline zero = ofNumber(0, 0.0, 5);

        assertThat(Verdict.differences(zero, Version.of(ofNumber(0, -0.0, 5)))).isEmpty();
    }

    @Test
    void fewerTradesAreWrong() {
        assertThat(Verdict.of(EMITTED, Version.of(closed(0, 4)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void moreTradesAreALaterVersion() {
        assertThat(Verdict.of(EMITTED, Version.of(closed(0, 6)))).isEqualTo(Verdict.AHEAD);
    }

    @Test
    void anOpenVersionIsWrongWhateverItsTrades() {
        assertThat(Verdict.of(EMITTED, Version.of(open(0, 5)))).isEqualTo(Verdict.WRONG);
        assertThat(Verdict.of(EMITTED, Version.of(open(0, 6)))).isEqualTo(Verdict.WRONG);
    }

    @Test
    void whatIsNoVersionIsMissingNotKeptOrWrong() {
        assertThat(Verdict.of(EMITTED, new StoredKline.Missing())).isEqualTo(Verdict.MISSING);
        assertThat(Verdict.of(EMITTED, new StoredKline.NotKept())).isEqualTo(Verdict.NOT_KEPT);
        assertThat(Verdict.of(EMITTED, new StoredKline.Unreadable("rubbish")))
                .isEqualTo(Verdict.WRONG);
    }

    private static Object otherThan(Kline kline, String column) {
        Object value = Version.of(kline).values().get(column);
        if (value instanceof Long whole) {
            return whole + 1;
        }
        return value instanceof Double number ? (Object) (number + 1e9) : (Object) false;
    }

    private static Version with(Kline kline, String column, Object value) {
        Map<String, Object> values = new LinkedHashMap<>(Version.of(kline).values());
        values.put(column, value);
        return new Version(values);
    }
}

package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheRetentionTest {

    private static final long MINUTE_MS = 60_000;

    @ParameterizedTest
    @CsvSource({
        "1s, newest, PT0S, 1500, PT6H, 1500",
        "1m, newest, PT0S, 1500, PT6H, 1500",
        "1d, newest, PT0S, 1500, P30D, 1500",
        "1M, newest, PT0S, 1500, P30D, 1500",
        "1s, age, PT0S, 1500, PT6H, 1500",
        "30s, age, PT0S, 1500, PT6H, 1500",
        "1m, age, P3D, 300, P3D, 4620",
        "5m, age, P7D, 300, P7D, 2316",
        "1h, age, P7D, 300, P7D, 468",
        "1d, age, P7D, 300, P7D, 307",
        "1w, age, P7D, 300, P7D, 301",
        "1M, age, P7D, 300, P7D, 301"
    })
    void theDepthOfEachInterval(
            String interval, String code, Duration age, int older, Duration expiry, int most) {
        CacheRetention retention = CacheRetention.ofCode(code);
        Interval of = Interval.ofCode(interval);

        assertThat(retention.age(of)).isEqualTo(age);
        assertThat(retention.older(of)).isEqualTo(older);
        assertThat(retention.expiry(of)).isEqualTo(expiry);
        assertThat(retention.most(of)).isEqualTo(most);
    }

    @Test
    void byNumberTheNewestAreKeptHoweverOldTheyAre() {
        List<Kline> klines = minutes(1600, 10);

        assertThat(CacheRetention.NEWEST.kept(Interval.ONE_MINUTE, klines))
                .isEqualTo(klines.subList(0, 1500));
    }

    @Test
    void byAgeAllYoungKlinesAreKeptAndThreeHundredOlderOnes() {
        List<Kline> busy = minutes(5000, 1);
        // 4,320 minutes in three days; the one that is exactly three days older is not younger
        assertThat(CacheRetention.AGE.kept(Interval.ONE_MINUTE, busy))
                .isEqualTo(busy.subList(0, 4320 + 300));

        List<Kline> quiet = minutes(1000, 60);
        assertThat(CacheRetention.AGE.kept(Interval.ONE_MINUTE, quiet))
                .isEqualTo(quiet.subList(0, 72 + 300));

        List<Kline> few = minutes(100, 600);
        assertThat(CacheRetention.AGE.kept(Interval.ONE_MINUTE, few)).isEqualTo(few);
        assertThat(CacheRetention.AGE.kept(Interval.ONE_MINUTE, List.of())).isEmpty();
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> CacheRetention.ofCode("days"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'days' is neither newest nor age");
    }

    /** Klines of {@code 1m}, the newest first, so many minutes apart. */
    private static List<Kline> minutes(int count, int apart) {
        List<Kline> klines = new ArrayList<>();
        for (int i = count; i > 0; i--) {
            klines.add(minute(i * apart * MINUTE_MS));
        }
        return klines;
    }

    private static Kline minute(long openTimeMs) {
        TradePosition position =
                new TradePosition(openTimeMs / 1000, 1, 0, 0, 0, IdentityFields.NONE);
        return new Kline(
                Interval.ONE_MINUTE,
                openTimeMs,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                1,
                position,
                position,
                true);
    }
}

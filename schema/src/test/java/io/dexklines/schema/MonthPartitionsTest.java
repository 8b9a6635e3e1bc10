package io.dexklines.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import org.junit.jupiter.api.Test;

class MonthPartitionsTest {

    private static final long NEW_YEAR_2028 =
            Instant.parse("2028-01-01T00:00:00Z").getEpochSecond();

    @Test
    void theMonthsBehindTheLastBoundAreMissing() {
        assertThat(MonthPartitions.missing(NEW_YEAR_2028, YearMonth.of(2028, 2)))
                .containsExactly(YearMonth.of(2028, 1), YearMonth.of(2028, 2));
    }

    @Test
    void nothingIsMissingWhileTheLastBoundIsLateEnough() {
        assertThat(MonthPartitions.missing(NEW_YEAR_2028, YearMonth.of(2027, 12))).isEmpty();
    }

    /** A bound that a user has chosen within a month. */
    @Test
    void theRestOfAMonthIsMissing() {
        long bound = Instant.parse("2028-01-15T00:00:00Z").getEpochSecond();

        assertThat(MonthPartitions.missing(bound, YearMonth.of(2028, 1)))
                .containsExactly(YearMonth.of(2028, 1));
    }

    @Test
    void aMonthEndsAtTheStartOfTheNextOneInUtc() {
        assertThat(
                        MonthPartitions.split(
                                "kline", List.of(YearMonth.of(2027, 12), YearMonth.of(2028, 1))))
                .isEqualTo(
                        "ALTER TABLE kline REORGANIZE PARTITION later INTO ("
                                + "PARTITION p2027_12 VALUES LESS THAN (1830297600), "
                                + "PARTITION p2028_01 VALUES LESS THAN (1832976000), "
                                + "PARTITION later VALUES LESS THAN MAXVALUE)");
    }
}

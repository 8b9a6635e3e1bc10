package io.dexklines.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MySqlRetentionTest {

    @Test
    void theNewestHoursStayThatTogetherHaveNoMoreRowsThanTheLimit() {
        Map<Long, Long> rows = Map.of(3600L, 500L, 7200L, 40L, 10_800L, 60L, 14_400L, 5L);

        assertThat(oldestKept(rows, 105)).hasValue(7200);
        assertThat(oldestKept(rows, 104)).hasValue(10_800);
        assertThat(oldestKept(rows, 604)).hasValue(7200);
    }

    @Test
    void nothingIsDeletedUpToTheLimit() {
        assertThat(oldestKept(Map.of(3600L, 500L, 7200L, 40L), 540)).isEmpty();
        assertThat(oldestKept(Map.of(), 0)).isEmpty();
    }

    @Test
    void theNewestHourStaysHoweverManyRowsItHas() {
        assertThat(oldestKept(Map.of(3600L, 1L, 7200L, 1_000L), 10)).hasValue(7200);
        assertThat(oldestKept(Map.of(7200L, 1_000L), 10)).isEmpty();
    }

    private static OptionalLong oldestKept(Map<Long, Long> rowsByHour, long maxRows) {
        SortedMap<Long, Long> newestFirst = new TreeMap<>(Comparator.reverseOrder());
        newestFirst.putAll(rowsByHour);
        return MySqlRetention.oldestKept(newestFirst, maxRows);
    }
}

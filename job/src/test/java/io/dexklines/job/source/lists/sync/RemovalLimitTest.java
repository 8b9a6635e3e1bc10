package io.dexklines.job.source.lists.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many records a poll may remove. */
class RemovalLimitTest {

    @ParameterizedTest
    @CsvSource({
        // removals, published, valid rows of the answer, permitted
        "0, 0, 0, true",
        "0, 1000, 0, true",
        "1, 1000, 0, false",
        "10, 12, 2, true",
        "11, 12, 1, false",
        "11, 110, 99, true",
        "12, 119, 107, false",
        "100, 1000, 900, true",
        "101, 1000, 899, false"
    })
    void theLargerOfBothLimitsCountsAndAnEmptyAnswerRemovesNothing(
            long removals, long published, long validRows, boolean permitted) {
        assertThat(RemovalLimit.parse("10,10%").permits(removals, published, validRows))
                .isEqualTo(permitted);
    }

    @Test
    void anEmptyAnswerRemovesNothingHoweverHighTheLimit() {
        assertThat(RemovalLimit.parse("1000000,100%").permits(1, 1, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10,10% | 10 and 10 %",
                "2.5%, 7 | 7 and 2.5 %",
                "0 | 0 and 0 %",
                "100% | 0 and 100 %"
            })
    void bothLimitsAreOptional(String text, String read) {
        assertThat(RemovalLimit.parse(text).text()).isEqualTo(read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ten", "-1", "10,20", "5%,6%", "101%", "1e3", "10,", "%"})
    void otherTextIsRefused(String text) {
        assertThatThrownBy(() -> RemovalLimit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "is a number, a percentage or both, such as 10,10%%, not '%s'"
                                .formatted(text));
    }
}

package io.dexklines.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

    @Test
    void isWrittenAsKafkasToolsWriteIt() {
        assertThat(new Partition("evm-trades-v4", 3)).hasToString("evm-trades-v4-3");
        assertThat(Partition.parse("evm-trades-v4-3")).isEqualTo(new Partition("evm-trades-v4", 3));
    }

    @Test
    void isOrderedByTopicThenByNumber() {
        assertThat(new Partition("a", 10))
                .isGreaterThan(new Partition("a", 9))
                .isLessThan(new Partition("b", 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "trades", "trades-", "-3", "trades-x"})
    void refusesOtherTexts(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Partition.parse(text))
                .withMessage(
                        "'" + text + "' is no partition: write topic-number, such as bsc-trades-3");
    }
}

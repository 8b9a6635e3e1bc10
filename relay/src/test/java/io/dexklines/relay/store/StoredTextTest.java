package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.trade.Pair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoredTextTest {

    @Test
    void aPairIsWhatClientsCanAskFor() {
        assertThat(StoredText.pair("1", "0xabc")).isEqualTo(new Pair("1", "0xabc"));
        assertThat(StoredText.pair("100000", "AbC")).isEqualTo(new Pair("100000", "AbC"));
    }

    @ParameterizedTest
    @CsvSource({
        "1,0x\"a",
        "1,0x\\a",
        "1,''",
        "1,",
        ",0xa",
        "1:,0xa",
        "1,0xA",
        "1,28c6c06298d514db089934071355e5743bf21d60"
    })
    void anyOtherPairIsRefused(String chainId, String address) {
        assertThatThrownBy(() -> StoredText.pair(chainId, address))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aLabelThatCannotBeShownIsEmpty() {
        assertThat(StoredText.label("<b>")).isEqualTo("<b>");
        assertThat(StoredText.label("a\u001b[2J")).isEmpty();
        assertThat(StoredText.label(null)).isEmpty();
    }
}

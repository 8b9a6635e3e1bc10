package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamNameTest {

    @Test
    void aKlineStreamIsOneOfAllVersionsOrOfClosedOnesOnly() {
        StreamName all = StreamName.parse("56:0xabc@kline_15m");
        StreamName closed = StreamName.parse("56:0xabc@kline_15m_closed");

        assertThat(all.kind()).isEqualTo(StreamName.Kind.KLINE);
        assertThat(all.closedOnly()).isFalse();
        assertThat(closed.kind()).isEqualTo(StreamName.Kind.KLINE);
        assertThat(closed.closedOnly()).isTrue();
        assertThat(closed.ofAllVersions()).isEqualTo(all.text());
        assertThat(StreamName.ofClosedOnly(all.text())).isEqualTo(closed.text());
    }

    @Test
    void evmAddressesAreLowerCasedAndSolanaAddressesAreUnchanged() {
        assertThat(StreamName.parse("1:0XAbCdEf@kline_1M").text()).isEqualTo("1:0xabcdef@kline_1M");
        assertThat(StreamName.parse("100000:AbCdEf@kline_1m").text())
                .isEqualTo("100000:AbCdEf@kline_1m");
    }

    @Test
    void alertsBelongToAUser() {
        StreamName alerts = StreamName.parse("user:42@alerts");

        assertThat(alerts.kind()).isEqualTo(StreamName.Kind.ALERTS);
        assertThat(alerts.userId()).isEqualTo("42");
        assertThat(StreamName.parse("1@smartmoney").kind()).isEqualTo(StreamName.Kind.SMART_MONEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "btcusdt@kline_1m",
                "1:0xabc@kline_1x",
                "1:0xabc@kline_",
                "1:0xabc@trade",
                "1:0x\"abc@kline_1m",
                "1:0x\nabc@kline_1m",
                "1:0x/abc@kline_1m",
                "1:0xé@kline_1m",
                "x@smartmoney",
                "1@smartmoney_closed",
                "user:@alerts"
            })
    void otherNamesAreRefused(String text) {
        assertThatThrownBy(() -> StreamName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown stream");
    }
}

package io.dexklines.relay.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
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
    void aPairHasAStreamOfTrades() {
        StreamName trades = StreamName.parse("1:0xABC@trade");

        assertThat(trades.kind()).isEqualTo(StreamName.Kind.TRADE);
        assertThat(trades.text()).isEqualTo("1:0xabc@trade");
        assertThat(trades.closedOnly()).isFalse();
        assertThat(trades.needsToken()).isFalse();
        assertThat(StreamName.parse("100000:AbC@trade").text()).isEqualTo("100000:AbC@trade");
    }

    @Test
    void addressesHaveTheFormInWhichTheyAreStored() {
        String bare = "28C6c06298d514Db089934071355E5743bf21d60";
        assertThat(StreamName.parse("56:" + bare + "@kline_1m").text())
                .isEqualTo("56:0x" + bare.toLowerCase(Locale.ROOT) + "@kline_1m");
        assertThat(StreamName.parse("56:AbC@kline_1m_closed").text())
                .isEqualTo("56:abc@kline_1m_closed");
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
                "1:0xabc@trades",
                "1:0xabc@trade_closed",
                "1@trade",
                ":0xabc@trade",
                "1:0x\"abc@kline_1m",
                "1:0x\nabc@kline_1m",
                "1:0x/abc@kline_1m",
                "1:0xé@kline_1m",
                "1:0xa:b@kline_1m",
                "1:0xa@b@kline_1m",
                "1:0xa\\b@kline_1m",
                ":0xa@kline_1m",
                "1:@kline_1m",
                "1@kline_1m",
                "@kline_1m",
                "x y@smartmoney",
                "1:0xa@smartmoney",
                "@smartmoney",
                "user:a:b@alerts",
                "user:a|b@alerts",
                "alice@alerts",
                "1@smartmoney_closed",
                "user:@alerts"
            })
    void otherNamesAreRefused(String text) {
        assertThatThrownBy(() -> StreamName.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("unknown stream");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1x",
                "2m",
                "01m",
                "1M_closed_closed",
                "closed",
                "_closed",
                "1m_",
                "1m_CLOSED",
                "60"
            })
    void anUnknownIntervalIsRefused(String code) {
        assertThatThrownBy(() -> StreamName.parse("1:0xabc@kline_" + code))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "unknown interval, expected one of 1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h"
                                + " 6h 8h 12h 1d 1w 1M");
    }

    @Test
    void anIdentifierHas128Characters() {
        String longest = "a".repeat(128);

        assertThat(StreamName.parse("user:" + longest + "@alerts").userId()).isEqualTo(longest);
        assertThatThrownBy(() -> StreamName.parse("1:" + longest + "a@kline_1m"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

package io.dexklines.relay.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.kline.Interval;
import io.dexklines.relay.compatibility.FrontEnd.Bar;
import io.dexklines.relay.stream.KlineVersion;
import io.dexklines.relay.stream.StreamEvent;
import io.dexklines.relay.stream.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlineUpdateSocketTest {

    private static final String PRICES =
            "\"o\":\"0.0000001\",\"h\":\"2.5\",\"l\":\"0.00000005\",\"c\":\"1\",\"q\":\"1234.5\"";

    private final LongAdder malformed = new LongAdder();
    private final KlineUpdateSocket socket =
            new KlineUpdateSocket(List.of(Interval.ONE_MINUTE, Interval.ONE_HOUR), malformed);

    @ParameterizedTest
    @CsvSource({
        "pair_address=Abc&chain_id=100000&interval=1h,       100000:Abc@kline_1h",
        "pair_address=0xABC&chain_id=1&interval=1m,          1:0xabc@kline_1m",
        "interval=1m&chain_id=56&pair_address=0xa&token=x,   56:0xa@kline_1m",
        "pair_address=Abc&interval=1h,                       100000:Abc@kline_1h",
        "pair_address=Abc,                                   100000:Abc@kline_1m 100000:Abc@kline_1h",
        "chain_id=&pair_address=Abc&interval=,               100000:Abc@kline_1m 100000:Abc@kline_1h"
    })
    void theAddressNamesThePairAndTheInterval(String query, String streams) {
        assertThat(socket.streams("/ws/kline?" + query))
                .extracting(StreamName::text)
                .containsExactly(streams.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "chain_id=1&interval=1m",
                "pair_address=0xabc&chain_id=1&interval=2m",
                "pair_address=0xabc&chain_id=1&interval=5m",
                "pair_address=a/b&chain_id=1&interval=1m",
                "pair_address=a@kline_1m&chain_id=1&interval=1m",
                "pair_address=%zz"
            })
    void anInvalidAddressIsRefused(String query) {
        assertThatThrownBy(() -> socket.streams("/ws/kline?" + query))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theBytesAreThoseOfTheGoConsumers() {
        String message = message("1:0xabc@kline_1h", payload(1_767_963_599_999L, PRICES));

        assertThat(message)
                .isEqualTo(
                        "{\"type\":\"kline_update\",\"data\":{\"pair_address\":\"0xabc\",\"chain_id\":1,"
                                + "\"interval\":\"1h\",\"candle_time\":1767960000,\"open\":0.0000001,"
                                + "\"high\":2.5,\"low\":0.00000005,\"close\":1,\"volume\":1234.5,"
                                + "\"timestamp\":1767963599}}");
        assertThat(malformed.sum()).isZero();
    }

    @Test
    void theFrontEndShowsTheKlineOfItsIntervalOnly() {
        FrontEnd frontEnd = new FrontEnd("1h");

        frontEnd.received(message("1:0xabc@kline_1m", payload(1, PRICES)));
        assertThat(frontEnd.chart()).isEmpty();
        frontEnd.received(message("1:0xabc@kline_1h", payload(1, PRICES)));

        assertThat(frontEnd.chart()).containsExactly(new Bar(1_767_960_000L, 1e-7, 2.5, 5e-8, 1));
    }

    @Test
    void aChainThatIsNoNumberIsAText() {
        assertThat(message("solana:Abc@kline_1h", payload(1, PRICES)))
                .contains("\"pair_address\":\"Abc\",\"chain_id\":\"solana\",");
        assertThat(message("007:Abc@kline_1h", payload(1, PRICES)))
                .contains("\"chain_id\":\"007\",");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense",
                "{}",
                "{\"E\":1}",
                "{\"E\":1,\"k\":{\"o\":\"1\",\"h\":\"1\",\"l\":\"1\",\"c\":\"1\"}}",
                "{\"E\":1,\"k\":{\"o\":\"1\",\"h\":\"x\",\"l\":\"1\",\"c\":\"1\",\"q\":\"1\"}}",
                "{\"E\":1,\"k\":{\"o\":\"NaN\",\"h\":\"1\",\"l\":\"1\",\"c\":\"1\",\"q\":\"1\"}}",
                "{\"k\":{\"o\":\"1\",\"h\":\"1\",\"l\":\"1\",\"c\":\"1\",\"q\":\"1\"}}"
            })
    void aKlineThatCannotBeTranslatedIsCountedAndNotSent(String payload) {
        assertThat(message("1:0xabc@kline_1h", payload)).isEmpty();
        assertThat(malformed.sum()).isEqualTo(1);
    }

    private static String payload(long emittedAtMs, String prices) {
        return "{\"e\":\"kline\",\"E\":%d,\"k\":{\"t\":1767960000000,%s,\"n\":3,\"x\":false}}"
                .formatted(emittedAtMs, prices);
    }

    private String message(String stream, String payload) {
        StreamEvent event =
                new StreamEvent(
                        stream,
                        payload.getBytes(StandardCharsets.UTF_8),
                        new KlineVersion(1_767_960_000_000L, 3, false, 0),
                        null);
        return new String(socket.message(event), StandardCharsets.UTF_8);
    }
}

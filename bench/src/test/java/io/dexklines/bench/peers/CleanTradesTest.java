package io.dexklines.bench.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.simulator.SimulatedRecord;
import io.dexklines.local.simulator.SimulatedRecord.Delivery;
import org.junit.jupiter.api.Test;

class CleanTradesTest {

    private final CleanTrades trades = new CleanTrades();

    @Test
    void leavesOutRedeliveredRecords() {
        assertThat(trades.apply(record(Delivery.REDELIVERED, "[{\"type\":\"buy\"}]"))).isEmpty();
        assertThat(trades.swaps()).isZero();
    }

    @Test
    void unmarksSandwichesAndKeepsAllOtherBytes() {
        String text =
                "[{\"type\":\"buy\",\"clamp\":true,\"symbol\":\"🐶é\"},{\"type\":\"sell\",\"clamp\":false}]";

        assertThat(trades.apply(record(Delivery.HELD_BACK, text)))
                .hasValueSatisfying(
                        value ->
                                assertThat(new String(value, UTF_8))
                                        .isEqualTo(text.replace(":true", ":false")));
    }

    @Test
    void countsSwapsOnly() {
        trades.apply(
                record(
                        Delivery.PROMPT,
                        "[{\"type\":\"buy\"},{\"type\":\"add_position\"},{\"type\":\"sell\"}]"));

        assertThat(trades.swaps()).isEqualTo(2);
    }

    private static SimulatedRecord record(Delivery delivery, String json) {
        return new SimulatedRecord("sol-trades", 0, 0, delivery, 2, json.getBytes(UTF_8));
    }
}

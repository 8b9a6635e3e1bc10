package io.dexklines.job.sink.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.SampleKlines;
import io.dexklines.kline.KlineUpdates;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class UnacknowledgedSerializerTest {

    /** Part of the savepoint: never edit. */
    private static final String EVENT_V1 =
            "000c" + "3140736d6172746d6f6e6579" + "0000000a" + "7b226964223a2237227d";

    @Test
    void anEventHasItsStreamAndItsPayload() throws IOException {
        UnacknowledgedSerializer.OfEvents codec = new UnacknowledgedSerializer.OfEvents();
        RelayEvent event = new RelayEvent("1@smartmoney", "{\"id\":\"7\"}");

        assertThat(HexFormat.of().formatHex(codec.serialize(event))).isEqualTo(EVENT_V1);
        assertThat(codec.deserialize(1, HexFormat.of().parseHex(EVENT_V1))).isEqualTo(event);
    }

    @Test
    void klinesAreReadAsTheyWere() throws IOException {
        UnacknowledgedSerializer.OfKlines codec = new UnacknowledgedSerializer.OfKlines();
        KlineUpdates updates =
                SampleKlines.updates(
                        SampleKlines.PEPE, SampleKlines.closed(0, 5), SampleKlines.open(1, 1));

        assertThat(codec.deserialize(1, codec.serialize(updates))).isEqualTo(updates);
    }

    @Test
    void aLaterVersionIsRefused() {
        assertThatThrownBy(
                        () -> new UnacknowledgedSerializer.OfEvents().deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("what waits for a relay");
    }
}

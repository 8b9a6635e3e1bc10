package io.dexklines.relay.subscribe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.stream.StreamName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubscriberHandshakeTest {

    @ParameterizedTest
    @CsvSource({
        "/ws,                                                  false, ''",
        "/ws/1:0xa@kline_1m,                                   false, 1:0xa@kline_1m",
        "/ws/1%3A0xa%40kline_1m/1@smartmoney,                  false, 1:0xa@kline_1m 1@smartmoney",
        "/stream,                                              true,  ''",
        "/stream?streams=1:0xa@kline_1m/2@smartmoney,          true,  1:0xa@kline_1m 2@smartmoney",
        "/stream?x=y&streams=1:0xa@kline_1m%2F2%40smartmoney,  true,  1:0xa@kline_1m 2@smartmoney"
    })
    void theAddressNamesTheStreams(String uri, boolean combined, String streams) {
        SubscriberHandshake handshake = SubscriberHandshake.parse(uri);

        assertThat(handshake.combined()).isEqualTo(combined);
        assertThat(handshake.streams().stream().map(StreamName::text).toList())
                .isEqualTo(streams.isEmpty() ? List.of() : List.of(streams.split(" ")));
    }

    @Test
    void theAddressSaysFromWhereTheStreamsGoOn() {
        assertThat(SubscriberHandshake.parse("/ws/1@smartmoney").since()).isNull();
        assertThat(SubscriberHandshake.parse("/ws/1@smartmoney?since=17").since()).isEqualTo(17);
        SubscriberHandshake combined =
                SubscriberHandshake.parse("/stream?streams=1@smartmoney&since=18");
        assertThat(combined.since()).isEqualTo(18);
        assertThat(combined.combined()).isTrue();
        assertThatThrownBy(() -> SubscriberHandshake.parse("/ws/1@smartmoney?since=-1"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anInvalidStreamNameIsRefused() {
        assertThatThrownBy(() -> SubscriberHandshake.parse("/ws/nonsense"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SubscriberHandshake.parse("/ws/%zz"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void subscribersConnectToTwoPathsOnly() {
        assertThat(SubscriberHandshake.isAt("/ws")).isTrue();
        assertThat(SubscriberHandshake.isAt("/ws/x")).isTrue();
        assertThat(SubscriberHandshake.isAt("/stream")).isTrue();
        assertThat(SubscriberHandshake.isAt("/wsx")).isFalse();
        assertThat(SubscriberHandshake.isAt("/stream/x")).isFalse();
        assertThat(SubscriberHandshake.isAt("/publish")).isFalse();
    }
}

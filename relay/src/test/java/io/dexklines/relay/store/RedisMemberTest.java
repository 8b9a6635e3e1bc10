package io.dexklines.relay.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.relay.history.PastKline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisMemberTest {

    @Test
    void aMemberIsParsed() {
        PastKline kline =
                RedisMember.parse("0xabc,60,1.5,2.5,3.5,0.5,10,11,9,10.5,100.25,50,3,4,7");

        assertThat(kline)
                .isEqualTo(
                        new PastKline(
                                60,
                                1.5,
                                3.5,
                                0.5,
                                2.5,
                                new PastKline.MarketCap(10, 11, 9, 10.5),
                                100.25,
                                50,
                                null,
                                7,
                                new PastKline.Sides(3, 4),
                                null,
                                null));
    }

    @Test
    void aMemberOfExtremeVolumesHasAFiniteVwap() {
        assertThat(vwap("501", "1e-310")).isEqualTo(Double.MAX_VALUE);
        assertThat(vwap("1.7976931348623157e308", "4.9e-324")).isEqualTo(Double.MAX_VALUE);
        assertThat(vwap("4.9e-324", "1.7976931348623157e308")).isZero();
        assertThat(vwap("501", "0")).isZero();
    }

    private static double vwap(String volumeUsd, String volumeToken) {
        return RedisMember.parse(
                        "0xabc,60,1,1,1,1,1,1,1,1," + volumeUsd + ',' + volumeToken + ",3,4,7")
                .vwap();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0xabc,60,1.5,2.5,3.5,0.5,10,11,9,10.5,100.25,50,3,4",
                "0xabc,60,x,2.5,3.5,0.5,10,11,9,10.5,100.25,50,3,4,7",
                "0xabc,60,1.5,2.5,Infinity,0.5,10,11,9,10.5,100.25,50,3,4,7"
            })
    void aMalformedMemberIsRefused(String member) {
        assertThatThrownBy(() -> RedisMember.parse(member))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

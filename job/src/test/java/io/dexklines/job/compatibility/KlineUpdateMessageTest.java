package io.dexklines.job.compatibility;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KlineUpdateMessageTest {

    @Test
    void theMembersHaveTheOrderAndTheTypesOfTheGoConsumers() {
        assertThat(KlineUpdateMessage.of(PEPE, "0xAb", open(7, 5), 1_788_221_234_567L))
                .isEqualTo(
                        "{\"pair_address\":\"0xAb\",\"chain_id\":1,\"interval\":\"1m\","
                                + "\"candle_time\":1788221220,\"open\":1.5,\"high\":7.25,"
                                + "\"low\":0.0000125,\"close\":0.3333333333333333,"
                                + "\"volume\":5000.5,\"timestamp\":1788221234}");
    }

    @Test
    void theSmallestAndTheLargestNumberAreJsonNumbers() {
        for (double number : new double[] {Double.MIN_VALUE, 1e-18, Double.MAX_VALUE}) {
            String message = KlineUpdateMessage.of(PEPE, "0x", ofNumber(0, number, 1), 0);

            String open = message.replaceFirst(".*\"open\":([0-9.]+),.*", "$1");
            assertThat(Double.parseDouble(open)).isEqualTo(number);
        }
    }

    @Test
    void aChainHasToBeANumber() {
        assertThat(KlineUpdateMessage.canName("100000")).isTrue();
        assertThat(KlineUpdateMessage.canName("aptos")).isFalse();
        assertThat(KlineUpdateMessage.canName("9999999999999999999")).isFalse();
    }
}

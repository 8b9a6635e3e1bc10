package io.dexklines.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressCaseTest {

    /** The test cases of EIP-55: all upper case, all lower case, and the usual ones. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x52908400098527886E0F7030069857D2E4169EE7",
                "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
                "0xde709f2102306220921060314715629080e2fb77",
                "0x27b1fdb04752bbc536007a920d24acb045561c26",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    void anAddressGetsTheChecksumOfEip55(String checksummed) {
        String stored = checksummed.toLowerCase(Locale.ROOT);

        assertThat(AddressCase.EIP55.of("1", stored)).isEqualTo(checksummed);
        assertThat(AddressCase.LOWER.of("1", stored)).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x21c67e77068de97969ba93d4aab21826d33ca12bb9f565d8496e8fda8a82ca27",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
                "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
                "fb6916095ca1df60bb79ce92ce3ea74c37c5d35900",
                "pool-of-a-test",
                ""
            })
    void whatHasNoChecksumStaysAsItIs(String stored) {
        assertThat(AddressCase.EIP55.of("1", stored)).isEqualTo(stored);
    }

    @Test
    void solanaHasNoChecksum() {
        String address = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed";

        assertThat(AddressCase.EIP55.of("100000", address)).isEqualTo(address);
    }

    @Test
    void theNamesOfTheConfiguration() {
        for (AddressCase each : AddressCase.values()) {
            assertThat(AddressCase.ofCode(each.code())).isEqualTo(each);
        }
        assertThatThrownBy(() -> AddressCase.ofCode("upper"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'upper' is neither lower nor eip55");
        assertThatThrownBy(() -> AddressCase.ofCode("as-sent"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'as-sent' is not possible, since an address is held in");
    }
}

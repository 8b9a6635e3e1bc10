package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressTest {

    @Test
    void isComparedInLowerCaseExceptOnSolana() {
        assertThat(Address.compared("56", "0xAbC")).isEqualTo("0xabc");
        assertThat(Address.compared("56", "\u00c9")).isEqualTo("\u00e9");
        assertThat(Address.compared("100000", "AbC")).isEqualTo("AbC");
    }

    @Test
    void returnsALowerCaseAddressUnchanged() {
        String address = "0xabc1";

        assertThat(Address.compared("1", address)).isSameAs(address);
    }
}

package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdentityFieldsTest {

    @Test
    void transactionAndWalletAreReadBack() {
        IdentityFields fields = IdentityFields.ofIdentifiers("0xT.1", "So_2-b", true, 1, 2, 3);

        assertThat(fields.txHash()).isEqualTo("0xT.1");
        assertThat(fields.maker()).isEqualTo("So_2-b");
        assertThat(fields.withOrdinal(7).maker()).isEqualTo("So_2-b");
    }

    @Test
    void positionsWithoutFieldsAndThoseOfFormerVersionsHaveNeither() {
        assertThat(IdentityFields.NONE.txHash()).isEmpty();
        assertThat(IdentityFields.NONE.maker()).isEmpty();
        assertThat(IdentityFields.ofFormer(42).txHash()).isEmpty();
        assertThat(IdentityFields.ofFormer(42).maker()).isEmpty();
    }
}

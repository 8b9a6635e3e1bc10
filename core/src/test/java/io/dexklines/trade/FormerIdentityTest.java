package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The expected identities are those that former versions computed, and never change. */
class FormerIdentityTest {

    private static final Pair PAIR = new Pair("1", "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640");
    private static final IdentityFields FIELDS =
            IdentityFields.of(
                    "0x0bb5e0dc49ae0b5a1949beabadc64522dd5615415a168650a3b592a84ae5ee05",
                    "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad",
                    false,
                    0.01,
                    22.68611,
                    2269.957);

    @Test
    void isWhatFormerVersionsComputed() {
        assertThat(FormerIdentity.of(PAIR, at(33, 169, FIELDS)))
                .isEqualTo(TradeId.ofFormer(3218557257359635751L));
        assertThat(
                        FormerIdentity.of(
                                new Pair("100000", "PoolA"),
                                at(0, 0, IdentityFields.of("sig", "Wallet", true, 1e-18, 0, 1e18))))
                .isEqualTo(TradeId.ofFormer(8386528070714282845L));
        assertThat(
                        FormerIdentity.of(
                                new Pair("56", "0xa"),
                                at(
                                        -1,
                                        Long.MAX_VALUE,
                                        IdentityFields.of("0xb", "ü€🚀", true, -0.0, -5, 1))))
                .isEqualTo(TradeId.ofFormer(-2150656353424649327L));
    }

    @Test
    void theOrdinalOfARepeatedTradeIsFoundByItsIdentity() {
        for (int ordinal : new int[] {0, 1, 2, 1_000}) {
            TradePosition position = at(33, 169, FIELDS.withOrdinal(ordinal));
            TradeId identity = FormerIdentity.of(PAIR, position);

            assertThat(FormerIdentity.ordinal(PAIR, at(33, 169, FIELDS), identity.low()))
                    .isEqualTo(ordinal);
        }
        assertThat(FormerIdentity.ordinal(PAIR, at(33, 169, FIELDS), 42)).isZero();
    }

    @Test
    void aPositionOfAFormerVersionHasIt() {
        for (long identity : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            IdentityFields fields = IdentityFields.ofFormer(identity);

            assertThat(fields.isFormer()).isTrue();
            assertThat(FormerIdentity.of(PAIR, at(1, 2, fields)))
                    .isEqualTo(TradeId.ofFormer(identity));
        }
        assertThat(FIELDS.isFormer()).isFalse();
        assertThat(IdentityFields.NONE.isFormer()).isFalse();
    }

    @Test
    void itsTextIsThatOfFormerVersions() {
        assertThat(TradeId.ofFormer(255).text()).isEqualTo("00000000000000ff");
        assertThat(new TradeId(1, 255).text()).isEqualTo("000000000000000100000000000000ff");
    }

    private static TradePosition at(long transactionIndex, long logIndex, IdentityFields fields) {
        return new TradePosition(1, 2, transactionIndex, logIndex, 3, fields);
    }
}

package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TradePositionTest {

    /** Positions that are equal up to the fields, in the order of the fields. */
    private static final List<TradePosition> TIED =
            List.of(
                    tied(IdentityFields.NONE),
                    tied(IdentityFields.ofFormer(Long.MIN_VALUE)),
                    tied(IdentityFields.ofFormer(-1)),
                    tied(IdentityFields.ofFormer(0)),
                    tied(IdentityFields.ofFormer(Long.MAX_VALUE)),
                    tied("0", "z", false, 9, 9, 9, 9),
                    tied("0x", "z", false, 9, 9, 9, 9),
                    tied("0xa", "m", true, 1, 1, 1, 0),
                    tied("0xa", "m", true, 1, 1, 1, 1),
                    tied("0xa", "m", true, 1, 1, 1, 256),
                    tied("0xa", "m", true, 1, 1, 1.5, 0),
                    tied("0xa", "m", true, 1, 1, 1e300, 0),
                    tied("0xa", "m", true, 1, 2, 0, 0),
                    tied(fields(2, -1e300)),
                    tied(fields(2, -1)),
                    tied(fields(2, -1e-300)),
                    tied(fields(2, 0)),
                    tied(fields(2, 1e-300)),
                    tied(fields(2, 1)),
                    tied(fields(1e300, 0)),
                    tied("0xa", "m", false, 0, 0, 0, 0),
                    tied("0xa", "ma", true, 0, 0, 0, 0),
                    tied("0xaa", "a", true, 0, 0, 0, 0),
                    tied("0xä", "a", true, 0, 0, 0, 0),
                    tied("0x€", "a", true, 0, 0, 0, 0));

    @Test
    void tiesAreInTheOrderOfTheFieldsHoweverTheyArrive() {
        for (int seed = 0; seed < 100; seed++) {
            List<TradePosition> shuffled = new ArrayList<>(TIED);
            Collections.shuffle(shuffled, new Random(seed));
            Collections.sort(shuffled);

            assertThat(shuffled).as("seed %d", seed).isEqualTo(TIED);
        }
    }

    @Test
    void theOrderIsTotalAndConsistentWithEquality() {
        for (TradePosition one : TIED) {
            for (TradePosition other : TIED) {
                int order = one.compareTo(other);
                assertThat(Integer.signum(order)).isEqualTo(-Integer.signum(other.compareTo(one)));
                assertThat(order == 0).isEqualTo(one.equals(other));
            }
        }
    }

    @Test
    void theFieldsDecideLast() {
        TradePosition late = new TradePosition(1, 1, 1, 1, 1, fields(9, 9));

        assertThat(late).isLessThan(new TradePosition(2, 0, 0, 0, 0, IdentityFields.NONE));
        assertThat(late).isLessThan(new TradePosition(1, 2, 0, 0, 0, IdentityFields.NONE));
        assertThat(late).isLessThan(new TradePosition(1, 1, 2, 0, 0, IdentityFields.NONE));
        assertThat(late).isLessThan(new TradePosition(1, 1, 1, 2, 0, IdentityFields.NONE));
        assertThat(late).isLessThan(new TradePosition(1, 1, 1, 1, 2, IdentityFields.NONE));
        assertThat(late).isGreaterThan(new TradePosition(1, 1, 1, 1, 1, fields(8, 9)));
    }

    private static IdentityFields fields(double tokenAmount, double baseTokenAmount) {
        return IdentityFields.of("0xa", "m", true, tokenAmount, baseTokenAmount, 1);
    }

    private static TradePosition tied(
            String txHash,
            String maker,
            boolean buy,
            double tokenAmount,
            double baseTokenAmount,
            double priceUsd,
            int ordinal) {
        return tied(
                IdentityFields.of(txHash, maker, buy, tokenAmount, baseTokenAmount, priceUsd)
                        .withOrdinal(ordinal));
    }

    private static TradePosition tied(IdentityFields fields) {
        return new TradePosition(1, 2, 3, 4, 5, fields);
    }
}

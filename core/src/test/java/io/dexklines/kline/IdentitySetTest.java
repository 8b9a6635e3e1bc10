package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.TradeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentitySetTest {

    @Test
    void holdsNothingAtFirst() {
        IdentitySet set = new IdentitySet();

        assertThat(set.contains(id(0))).isFalse();
        assertThat(set.contains(id(1))).isFalse();
    }

    @Test
    void holdsZeroLikeAnyOtherIdentity() throws IOException {
        IdentitySet set = new IdentitySet();

        set.add(id(0));

        assertThat(set.contains(id(0))).isTrue();
        assertThat(set.contains(id(1))).isFalse();
        assertThat(reread(set).contains(id(0))).isTrue();
    }

    @Test
    void holdsWhatWasAddedAndNothingElse() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Set<Long> expected = new HashSet<>();
            IdentitySet set = new IdentitySet();
            int size = random.nextInt(200);
            for (int i = 0; i < size; i++) {
                // few distinct identities, so that some repeat and some collide
                long identity = random.nextInt(150) * (random.nextBoolean() ? 1L : 1L << 40);

                assertThat(set.contains(id(identity)))
                        .as("seed %d", seed)
                        .isEqualTo(expected.contains(identity));
                set.add(id(identity));
                expected.add(identity);
            }

            IdentitySet reread = reread(set);
            for (long probe = 0; probe < 200; probe++) {
                for (long identity : new long[] {probe, probe << 40, -probe}) {
                    boolean held = expected.contains(identity);
                    assertThat(set.contains(id(identity))).as("seed %d", seed).isEqualTo(held);
                    assertThat(reread.contains(id(identity))).as("seed %d", seed).isEqualTo(held);
                }
            }
        }
    }

    @Test
    void takesSixteenBytesForEachIdentityAndTwoMore() {
        IdentitySet set = new IdentitySet();
        for (long identity = 1; identity <= 100; identity++) {
            set.add(id(identity));
            set.add(id(identity));
        }

        assertThat(Bytes.of(set::write)).hasSize(2 + 100 * 16);
    }

    @Test
    void aCopyIsIndependent() {
        IdentitySet set = new IdentitySet();
        set.add(id(1));

        IdentitySet copy = set.copy();
        copy.add(id(2));
        set.add(id(3));

        assertThat(copy.contains(id(1))).isTrue();
        assertThat(copy.contains(id(3))).isFalse();
        assertThat(set.contains(id(2))).isFalse();
    }

    @Test
    void theHalvesOfAnIdentityBelongTogether() throws IOException {
        IdentitySet set = new IdentitySet();
        set.add(new TradeId(1, 2));
        set.add(new TradeId(3, 4));

        for (IdentitySet either : List.of(set, reread(set))) {
            assertThat(either.contains(new TradeId(1, 2))).isTrue();
            assertThat(either.contains(new TradeId(1, 4))).isFalse();
            assertThat(either.contains(new TradeId(3, 2))).isFalse();
            assertThat(either.contains(TradeId.ofFormer(2))).isFalse();
            assertThat(either.holdsFormer()).isFalse();
        }
    }

    @Test
    void identitiesOfAFormerVersionAreReadAndKept() throws IOException {
        // holds zero, and two more of eight bytes each
        byte[] former = HexFormat.of().parseHex("0102000000000000000affffffffffffffff");

        IdentitySet set = Bytes.read(former, in -> IdentitySet.read(in, true));

        for (IdentitySet either : List.of(set, reread(set), set.copy())) {
            assertThat(either.holdsFormer()).isTrue();
            for (long identity : new long[] {0, 10, -1}) {
                assertThat(either.contains(TradeId.ofFormer(identity))).isTrue();
                assertThat(either.contains(new TradeId(1, identity))).isFalse();
            }
        }
    }

    /** Returns an identity of which only the second half differs from that of others. */
    private static TradeId id(long low) {
        return new TradeId(0, low);
    }

    private static IdentitySet reread(IdentitySet set) throws IOException {
        return Bytes.read(Bytes.of(set::write), in -> IdentitySet.read(in, false));
    }
}

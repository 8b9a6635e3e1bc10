package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdentitySetTest {

    @Test
    void holdsNothingAtFirst() {
        IdentitySet set = new IdentitySet();

        assertThat(set.contains(0)).isFalse();
        assertThat(set.contains(1)).isFalse();
    }

    @Test
    void holdsZeroLikeAnyOtherIdentity() throws IOException {
        IdentitySet set = new IdentitySet();

        set.add(0);

        assertThat(set.contains(0)).isTrue();
        assertThat(set.contains(1)).isFalse();
        assertThat(reread(set).contains(0)).isTrue();
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

                assertThat(set.contains(identity))
                        .as("seed %d", seed)
                        .isEqualTo(expected.contains(identity));
                set.add(identity);
                expected.add(identity);
            }

            IdentitySet reread = reread(set);
            for (long probe = 0; probe < 200; probe++) {
                for (long identity : new long[] {probe, probe << 40, -probe}) {
                    boolean held = expected.contains(identity);
                    assertThat(set.contains(identity)).as("seed %d", seed).isEqualTo(held);
                    assertThat(reread.contains(identity)).as("seed %d", seed).isEqualTo(held);
                }
            }
        }
    }

    @Test
    void takesEightBytesForEachIdentityAndTwoMore() {
        IdentitySet set = new IdentitySet();
        for (long identity = 1; identity <= 100; identity++) {
            set.add(identity);
            set.add(identity);
        }

        assertThat(Bytes.of(set::write)).hasSize(2 + 100 * 8);
    }

    @Test
    void aCopyIsIndependent() {
        IdentitySet set = new IdentitySet();
        set.add(1);

        IdentitySet copy = set.copy();
        copy.add(2);
        set.add(3);

        assertThat(copy.contains(1)).isTrue();
        assertThat(copy.contains(3)).isFalse();
        assertThat(set.contains(2)).isFalse();
    }

    private static IdentitySet reread(IdentitySet set) throws IOException {
        return Bytes.read(Bytes.of(set::write), IdentitySet::read);
    }
}

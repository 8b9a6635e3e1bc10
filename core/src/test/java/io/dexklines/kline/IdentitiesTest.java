package io.dexklines.kline;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.TradeId;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

    private static final long MINUTE_MS = 60_000;

    private final Identities identities = new Identities();

    @Test
    void holdsNothingAtFirst() {
        assertThat(identities.isEmpty()).isTrue();
        assertThat(identities.contains(0, 0)).isFalse();
        assertThat(identities.contains(0, 1)).isFalse();
    }

    @Test
    void holdsZeroLikeAnyOtherIdentity() throws IOException {
        assertThat(identities.add(0, 0, MINUTE_MS)).isTrue();

        for (Identities either : List.of(identities, reread(identities))) {
            assertThat(either.contains(0, 0)).isTrue();
            assertThat(either.contains(0, 1)).isFalse();
            assertThat(either.add(0, 0, MINUTE_MS)).isFalse();
        }
    }

    @Test
    void holdsAnIdentityOnceWhateverItsCloseTime() {
        assertThat(identities.add(1, 2, MINUTE_MS)).isTrue();

        assertThat(identities.add(1, 2, 2 * MINUTE_MS)).isFalse();
        identities.removeIf(closeTimeMs -> closeTimeMs == MINUTE_MS);

        assertThat(identities.isEmpty()).isTrue();
    }

    /** Compared with a map from identity to close time, through removals and rereading. */
    @Test
    void holdsWhatWasAddedUntilItsCloseTimeIsRemoved() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Map<TradeId, Long> expected = new HashMap<>();
            Identities held = new Identities();
            int operations = random.nextInt(400);
            for (int i = 0; i < operations; i++) {
                // few distinct identities, so that some repeat and some collide
                TradeId id =
                        new TradeId(
                                random.nextInt(3),
                                random.nextInt(60) * (random.nextBoolean() ? 1L : 1L << 40));
                long closeTimeMs = (1 + random.nextInt(5)) * MINUTE_MS;

                assertThat(held.add(id.high(), id.low(), closeTimeMs))
                        .as("seed %d", seed)
                        .isEqualTo(expected.putIfAbsent(id, closeTimeMs) == null);
                if (random.nextInt(40) == 0) {
                    boolean removed = held.removeIf(timeMs -> timeMs == closeTimeMs);
                    assertThat(expected.values().removeIf(timeMs -> timeMs == closeTimeMs))
                            .isEqualTo(removed);
                }
                if (random.nextInt(40) == 0) {
                    held = random.nextBoolean() ? reread(held) : held.copy();
                }
            }

            Map<TradeId, Long> all = new HashMap<>();
            held.forEach((high, low, timeMs) -> all.put(new TradeId(high, low), timeMs));
            assertThat(all).as("seed %d", seed).isEqualTo(expected);
            for (int low = 0; low < 60; low++) {
                TradeId id = new TradeId(low % 3, low);
                assertThat(held.contains(id.high(), id.low()))
                        .as("seed %d", seed)
                        .isEqualTo(expected.containsKey(id));
            }
            assertThat(held.isEmpty()).isEqualTo(expected.isEmpty());
        }
    }

    @Test
    void takesSixteenBytesForEachIdentityAndFewForEachCloseTime() throws IOException {
        for (long identity = 1; identity <= 100; identity++) {
            identities.add(7, identity, MINUTE_MS);
            identities.add(7, identity, 2 * MINUTE_MS);
        }

        // how many close times, one of them, whether it has zero, and how many others
        assertThat(bytes(identities)).hasSize(1 + 1 + 1 + 1 + 100 * 16);
    }

    @Test
    void theCloseTimesAreInTheOrderOfTheirFirstUse() throws IOException {
        identities.add(7, 1, 3 * MINUTE_MS);
        identities.add(7, 2, MINUTE_MS);
        identities.add(7, 3, 2 * MINUTE_MS);
        identities.add(7, 4, MINUTE_MS);
        identities.removeIf(closeTimeMs -> closeTimeMs == 3 * MINUTE_MS);

        for (Identities either : List.of(identities, reread(identities))) {
            assertThat(either.closeTimes()).isEqualTo(2);
            assertThat(either.closeTimeMs(0)).isEqualTo(MINUTE_MS);
            assertThat(either.closeTimeMs(1)).isEqualTo(2 * MINUTE_MS);
        }
    }

    @Test
    void aCopyIsIndependent() {
        identities.add(7, 1, MINUTE_MS);

        Identities copy = identities.copy();
        copy.add(7, 2, 2 * MINUTE_MS);
        identities.add(7, 3, 3 * MINUTE_MS);

        assertThat(copy.contains(7, 1)).isTrue();
        assertThat(copy.contains(7, 3)).isFalse();
        assertThat(copy.closeTimeMs(1)).isEqualTo(2 * MINUTE_MS);
        assertThat(identities.contains(7, 2)).isFalse();
    }

    @Test
    void theHalvesOfAnIdentityBelongTogether() throws IOException {
        identities.add(1, 2, MINUTE_MS);
        identities.add(3, 4, MINUTE_MS);

        for (Identities either : List.of(identities, reread(identities))) {
            assertThat(either.contains(1, 2)).isTrue();
            assertThat(either.contains(1, 4)).isFalse();
            assertThat(either.contains(3, 2)).isFalse();
            assertThat(either.contains(0, 2)).isFalse();
            assertThat(either.holdsFormer()).isFalse();
        }
    }

    @Test
    void identitiesOfAFormerVersionAreReadAndKeptUntilTheyAreRemoved() throws IOException {
        // one close time of 60 s: holds zero, and two more of eight bytes each
        byte[] former = HexFormat.of().parseHex("013c0102000000000000000affffffffffffffff");

        Identities read = Bytes.read(former, in -> Identities.read(in, true));

        for (Identities either : List.of(read, reread(read), read.copy())) {
            assertThat(either.holdsFormer()).isTrue();
            for (long identity : new long[] {0, 10, -1}) {
                assertThat(either.contains(0, identity)).isTrue();
                assertThat(either.contains(1, identity)).isFalse();
            }
            either.add(1, 10, 2 * MINUTE_MS);
            either.removeIf(closeTimeMs -> closeTimeMs == MINUTE_MS);
            assertThat(either.holdsFormer()).isFalse();
            assertThat(either.contains(1, 10)).isTrue();
        }
    }

    private static Identities reread(Identities written) throws IOException {
        return Bytes.read(bytes(written), in -> Identities.read(in, false));
    }

    private static byte[] bytes(Identities written) throws IOException {
        EncodedBytes bytes = new EncodedBytes(1);
        written.write(bytes);
        return Bytes.of(bytes::writeTo);
    }
}

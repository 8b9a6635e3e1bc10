package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TradeIdentityTest {

    private static final String POOL = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
    private static final String TX =
            "0x0bb5e0dc49ae0b5a1949beabadc64522dd5615415a168650a3b592a84ae5ee05";
    private static final String MAKER = "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad";

    private final TradeIdentity identity = new TradeIdentity();

    private long usual() {
        return identity.of("1", POOL, TX, 33, 169, MAKER, false, 0.01, 22.68611, 2269.957);
    }

    @Test
    void identitiesNeverChange() {
        assertThat(usual()).isEqualTo(3218557257359635751L);
        assertThat(identity.of("100000", "PoolA", "sig", 0, 0, "Wallet", true, 1e-18, 0, 1e18))
                .isEqualTo(8386528070714282845L);
        assertThat(identity.of("56", "0xa", "0xb", -1, Long.MAX_VALUE, "ü€🚀", true, 0, -5, 1))
                .isEqualTo(-2150656353424649327L);
        assertThat(TradeIdentity.ofRepeated(1L, 1)).isEqualTo(1785117005491507830L);
        assertThat(TradeIdentity.ofRepeated(-1L, Integer.MAX_VALUE))
                .isEqualTo(-3219479253266858065L);
    }

    @Test
    void isTheFingerprintOfTheLengthPrefixedTuple() {
        ByteBuffer tuple = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
        for (String text : List.of("1", "ä", TX)) {
            put(tuple, text);
        }
        tuple.putLong(33).putLong(169);
        put(tuple, MAKER);
        put(tuple, "buy");
        tuple.putDouble(0.5).putDouble(2).putDouble(3);

        assertThat(identity.of("1", "ä", TX, 33, 169, MAKER, true, 0.5, 2, 3))
                .isEqualTo(
                        Hashing.farmHashFingerprint64()
                                .hashBytes(tuple.array(), 0, tuple.position())
                                .asLong());
    }

    @Test
    void everyFieldOfTheTupleMatters() {
        Set<Long> identities = new HashSet<>();
        identities.add(usual());
        identities.add(identity.of("56", POOL, TX, 33, 169, MAKER, false, 0.01, 22.68, 2269.9));
        identities.add(identity.of("1", POOL + "0", TX, 33, 169, MAKER, false, 0.01, 22.68, 2269));
        identities.add(identity.of("1", POOL, "0x", 33, 169, MAKER, false, 0.01, 22.68611, 2269.9));
        identities.add(identity.of("1", POOL, TX, 34, 169, MAKER, false, 0.01, 22.68611, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 170, MAKER, false, 0.01, 22.68611, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 169, POOL, false, 0.01, 22.68611, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 169, MAKER, true, 0.01, 22.68611, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 169, MAKER, false, 0.02, 22.68611, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 169, MAKER, false, 0.01, 22.68612, 2269.957));
        identities.add(identity.of("1", POOL, TX, 33, 169, MAKER, false, 0.01, 22.68611, 2269.958));

        assertThat(identities).hasSize(11);
    }

    @Test
    void theBoundaryBetweenTwoStringsMatters() {
        assertThat(identity.of("1", "ab", "c", 0, 0, "m", true, 1, 1, 1))
                .isNotEqualTo(identity.of("1", "a", "bc", 0, 0, "m", true, 1, 1, 1));
    }

    @Test
    void negativeZeroHasTheIdentityOfZero() {
        assertThat(identity.of("1", POOL, TX, 0, 0, MAKER, true, 0.0, -0.0, 1))
                .isEqualTo(identity.of("1", POOL, TX, 0, 0, MAKER, true, -0.0, 0.0, 1));
    }

    @Test
    void doesNotDependOnWhatWasEncodedBefore() {
        long before = usual();
        identity.of("x".repeat(5000), "é".repeat(3000), "", 1, 1, "", true, 1, 1, 1);

        assertThat(usual()).isEqualTo(before);
        assertThat(
                        new TradeIdentity()
                                .of("1", POOL, TX, 33, 169, MAKER, false, 0.01, 22.68611, 2269.957))
                .isEqualTo(before);
    }

    @Test
    void equalTradesGetDistinctIdentitiesAndTheFirstKeepsThePlainOne() {
        long first = usual();
        Set<Long> identities = new HashSet<>();
        for (int ordinal = 0; ordinal < 1000; ordinal++) {
            identities.add(TradeIdentity.ofRepeated(first, ordinal));
        }

        assertThat(TradeIdentity.ofRepeated(first, 0)).isEqualTo(first);
        assertThat(identities).hasSize(1000);
    }

    private static void put(ByteBuffer tuple, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        tuple.putLong(utf8.length).put(utf8);
    }
}

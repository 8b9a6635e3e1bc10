package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TradeIdentityTest {

    private static final String POOL = "0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640";
    private static final String TX =
            "0x0bb5e0dc49ae0b5a1949beabadc64522dd5615415a168650a3b592a84ae5ee05";
    private static final String MAKER = "0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad";

    private static final IdentityFields USUAL =
            IdentityFields.of(TX, MAKER, false, 0.01, 22.68611, 2269.957);

    private final TradeIdentity identity = new TradeIdentity();

    private TradeId usual() {
        return identity.of("1", POOL, 33, 169, USUAL);
    }

    /** The values were computed by Python's hashlib from the description of the encoding. */
    @Test
    void identitiesNeverChange() {
        assertThat(usual().text()).isEqualTo("1b32605603c6b8a25000deb2429c7efe");
        assertThat(identity.of("1", POOL, 33, 169, USUAL.withOrdinal(1)).text())
                .isEqualTo("93efa0888db53847fe1120c40a4309b7");
        assertThat(
                        identity.of(
                                        "100000",
                                        "PoolA",
                                        0,
                                        0,
                                        IdentityFields.of("sig", "Wallet", true, 1e-18, 0, 1e18))
                                .text())
                .isEqualTo("62146f3714fb9bf95ec1aa0d27356e73");
        assertThat(
                        identity.of(
                                        "56",
                                        "0xa",
                                        -1,
                                        Long.MAX_VALUE,
                                        IdentityFields.of("0xb", "ü€🚀", true, 0, -5, 1))
                                .text())
                .isEqualTo("3f98c5140b52183bb63619d1f4faacf6");
        assertThat(TradeIdentity.within(usual(), "ann").text())
                .isEqualTo("65fb5cf44d0b67e565d3d391ee548705");
    }

    @Test
    void isHalfOfTheSha256OfTheTuple() throws Exception {
        ByteArrayOutputStream tuple = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(tuple);
        out.write(ascii("1\0" + POOL + "\0"));
        out.writeLong(33);
        out.writeLong(169);
        out.write(ascii(TX + "\0" + MAKER + "\0"));
        out.writeByte(1);
        for (double number : new double[] {0.01, 22.68611, 2269.957}) {
            out.writeLong(Double.doubleToLongBits(number) | Long.MIN_VALUE);
        }
        out.writeInt(0);

        byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(tuple.toByteArray());

        assertThat(usual().text())
                .isEqualTo(HexFormat.of().formatHex(Arrays.copyOf(sha256, TradeId.BYTES)));
    }

    @Test
    void everyFieldOfTheTupleMatters() {
        Set<TradeId> identities = new HashSet<>();
        identities.add(usual());
        identities.add(identity.of("56", POOL, 33, 169, USUAL));
        identities.add(identity.of("1", POOL + "0", 33, 169, USUAL));
        identities.add(identity.of("1", POOL, 34, 169, USUAL));
        identities.add(identity.of("1", POOL, 33, 170, USUAL));
        identities.add(with(IdentityFields.of("0x", MAKER, false, 0.01, 22.68611, 2269.957)));
        identities.add(with(IdentityFields.of(TX, POOL, false, 0.01, 22.68611, 2269.957)));
        identities.add(with(IdentityFields.of(TX, MAKER, true, 0.01, 22.68611, 2269.957)));
        identities.add(with(IdentityFields.of(TX, MAKER, false, 0.02, 22.68611, 2269.957)));
        identities.add(with(IdentityFields.of(TX, MAKER, false, 0.01, 22.68612, 2269.957)));
        identities.add(with(IdentityFields.of(TX, MAKER, false, 0.01, 22.68611, 2269.958)));
        for (int ordinal = 1; ordinal < 1000; ordinal++) {
            identities.add(with(USUAL.withOrdinal(ordinal)));
        }

        assertThat(identities).hasSize(11 + 999);
    }

    @Test
    void theBoundaryBetweenTwoTextsMatters() {
        assertThat(identity.of("1", "23", 0, 0, USUAL))
                .isNotEqualTo(identity.of("12", "3", 0, 0, USUAL));
        assertThat(with(IdentityFields.of("ab", "c", true, 1, 1, 1)))
                .isNotEqualTo(with(IdentityFields.of("a", "bc", true, 1, 1, 1)));
        assertThat(with(IdentityFields.of("a\0b", "c", true, 1, 1, 1)))
                .isNotEqualTo(with(IdentityFields.of("a", "b\0c", true, 1, 1, 1)));
    }

    /** UTF-8 would have a question mark for either. */
    @Test
    void unpairedSurrogatesDiffer() {
        assertThat(with(IdentityFields.of("\ud800", MAKER, true, 1, 1, 1)))
                .isNotEqualTo(with(IdentityFields.of("\udc00", MAKER, true, 1, 1, 1)))
                .isNotEqualTo(with(IdentityFields.of("?", MAKER, true, 1, 1, 1)));
    }

    @Test
    void negativeZeroHasTheIdentityOfZero() {
        assertThat(with(IdentityFields.of(TX, MAKER, true, 0.0, -0.0, 1)))
                .isEqualTo(with(IdentityFields.of(TX, MAKER, true, -0.0, 0.0, 1)));
    }

    @Test
    void doesNotDependOnWhatWasEncodedBefore() {
        TradeId before = usual();
        identity.of("x".repeat(5000), "é".repeat(3000), 1, 1, USUAL);

        assertThat(usual()).isEqualTo(before);
        assertThat(new TradeIdentity().of("1", POOL, 33, 169, USUAL)).isEqualTo(before);
    }

    @Test
    void identifiersAreEncodedLikeAnyText() {
        String longest = ("aZ09._-" + TX + TX).substring(0, Identifier.MAX_LENGTH);
        for (String text : new String[] {"a", POOL, longest}) {
            IdentityFields fields = IdentityFields.ofIdentifiers(TX, text, true, 0.5, -0.0, 2);

            assertThat(fields).isEqualTo(IdentityFields.of(TX, text, true, 0.5, -0.0, 2));
            assertThat(identity.ofIdentifiers("56", text, -1, 7, fields))
                    .isEqualTo(identity.of("56", text, -1, 7, fields));
        }
    }

    private TradeId with(IdentityFields fields) {
        return identity.of("1", POOL, 33, 169, fields);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package io.dexklines.local.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {

    private static final String BASE58 =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    @Test
    void theHashOfAnEmptyMessageIsThatOfEthereum() {
        assertThat(HexFormat.of().formatHex(Keccak256.ofShort(new byte[0])))
                .isEqualTo("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    void theMixedCaseIsTheChecksumOfEip55(String address) {
        byte[] mixed = Address.checksummed(address.toLowerCase().getBytes(US_ASCII));

        assertThat(new String(mixed, US_ASCII)).isEqualTo(address);
    }

    @Test
    void anEvmAddressIsTwentyBytesOfLowerCaseHexadecimal() {
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 1_000; i++) {
            assertThat(Address.random(SimulatedChain.BSC, random).text()).matches("0x[0-9a-f]{40}");
        }
    }

    @Test
    void aSolanaAddressIsThirtyTwoBytesInBase58() {
        SplittableRandom random = new SplittableRandom(1);

        for (int i = 0; i < 1_000; i++) {
            Address address = Address.random(SimulatedChain.SOLANA, random);

            assertThat(address.text()).hasSize(44);
            assertThat(bytesOfBase58(address.text())).isEqualTo(32);
            assertThat(bytesOfBase58(address.endingWith("pump").text())).isEqualTo(32);
        }
    }

    @Test
    void aSolanaSignatureIsSixtyFourBytesInBase58() {
        SplittableRandom random = new SplittableRandom(1);
        byte[] signature = new byte[88];

        for (int i = 0; i < 1_000; i++) {
            Address.fillSignature(signature, 0, random);

            assertThat(bytesOfBase58(new String(signature, US_ASCII))).isEqualTo(64);
        }
    }

    /** Returns the number of bytes of a base-58 text without leading zero digits. */
    static int bytesOfBase58(String text) {
        BigInteger value = BigInteger.ZERO;
        for (char c : text.toCharArray()) {
            int digit = BASE58.indexOf(c);
            assertThat(digit).as("digit %s of %s", c, text).isNotNegative();
            value = value.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(digit));
        }
        return (value.bitLength() + 7) / 8;
    }
}

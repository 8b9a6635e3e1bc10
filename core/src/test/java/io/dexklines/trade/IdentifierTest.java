package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {

    private static final String DIGITS = "28C6c06298d514Db089934071355E5743bf21d60";

    @Test
    void consistsOfLettersDigitsDotsUnderscoresAndDashes() {
        String allowed =
                IntStream.rangeClosed(0, 0xFFFF)
                        .filter(c -> Identifier.isValid(String.valueOf((char) c)))
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());

        assertThat(allowed)
                .isEqualTo("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void bytesAreJudgedLikeTheTextTheyAre() {
        for (int length : new int[] {0, 1, 127, 128, 129}) {
            String padded = "/" + "a".repeat(length) + "/";
            assertThat(
                            Identifier.isValid(
                                    padded.getBytes(StandardCharsets.US_ASCII), 1, 1 + length))
                    .isEqualTo(Identifier.isValid("a".repeat(length)));
        }
        for (int c = 0; c < 256; c++) {
            assertThat(Identifier.isValid(new byte[] {(byte) c}, 0, 1))
                    .isEqualTo(Identifier.isValid(Character.toString(c)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100000", "a-b_c.d", "0xAbC", "auth0.alice-7"})
    void hasNoProblem(String text) {
        assertThat(Identifier.isValid(text)).isTrue();
        assertThat(Identifier.problem(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\"b", "a\\b", "a@b", "a:b", "a,b", "a/b", "é", "a\n", "\0"})
    void aSeparatorIsNoPart(String text) {
        assertThat(Identifier.isValid(text)).isFalse();
        assertThat(Identifier.problem(text))
                .isEqualTo("has a character other than A-Z a-z 0-9 . _ -");
    }

    @Test
    void has1To128Characters() {
        assertThat(Identifier.isValid("a".repeat(128))).isTrue();

        assertThat(Identifier.isValid("a".repeat(129))).isFalse();
        assertThat(Identifier.problem("a".repeat(129))).isEqualTo("is longer than 128 characters");
        assertThat(Identifier.isValid("")).isFalse();
        assertThat(Identifier.problem("")).isEqualTo("is empty");
    }

    @Test
    void anAddressIsStoredInLowerCaseExceptOnSolana() {
        assertThat(Identifier.address("56", "0xAbC")).isEqualTo("0xabc");
        assertThat(Identifier.address("1", "0X" + DIGITS)).isEqualTo("0x" + DIGITS.toLowerCase());
        assertThat(Identifier.address("100000", "AbC")).isEqualTo("AbC");
    }

    @ParameterizedTest
    @CsvSource({"40,0x", "64,0x", "39,''", "41,''", "63,''", "66,''"})
    void hexadecimalAddressesAndPoolIdsGetTheirPrefix(int digits, String prefix) {
        String bare = "Ab3".repeat(30).substring(0, digits);

        assertThat(Identifier.address("8453", bare)).isEqualTo(prefix + bare.toLowerCase());
        assertThat(Identifier.address("100000", bare)).isEqualTo(bare);
    }

    @Test
    void otherTextOf40CharactersGetsNoPrefix() {
        String other = "g" + "a".repeat(39);

        assertThat(Identifier.address("1", other)).isSameAs(other);
    }

    @Test
    void aWalletHas40HexadecimalDigitsOr32To44OfBase58OnSolana() {
        String evm = "0x" + "a1".repeat(20);
        String solana = "9".repeat(32);

        assertThat(Identifier.missedWalletForm("1", evm)).isNull();
        assertThat(Identifier.missedWalletForm("100000", solana)).isNull();
        assertThat(Identifier.missedWalletForm("1", evm + "a"))
                .isEqualTo("0x and 40 hexadecimal digits");
        assertThat(Identifier.missedWalletForm("100000", evm))
                .isEqualTo("32 to 44 digits of base 58");
    }

    @Test
    void returnsAnAddressInItsStoredFormUnchanged() {
        String address = "0x" + DIGITS.toLowerCase();

        assertThat(Identifier.address("1", address)).isSameAs(address);
        assertThat(Identifier.address("100000", DIGITS)).isSameAs(DIGITS);
    }
}

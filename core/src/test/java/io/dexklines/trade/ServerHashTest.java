package io.dexklines.trade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The assignment of rows to servers. Its values are published, so they never change. */
class ServerHashTest {

    private static final int KEYS = 20_000;

    @ParameterizedTest
    @CsvSource({
        // Ethereum, BNB chain, Base; Solana, whose addresses have upper and lower case
        "1, 0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640, 2040942565, 1, 1, 5",
        "56, 0x16b9a82891338f9ba80e2d6970fdda79d1eb0dae, 2248130563, 1, 3, 3",
        "8453, 0xd0b53d9277642d899df5c87a3966a349a798f224, 137798145, 1, 1, 1",
        "SOLANA, Czfq3xZZDmsdGdUyrNLtRhGc47cXcZtLG4crryfu44zE, 2905290348, 0, 0, 4",
        "'', '', 336475711, 1, 3, 7"
    })
    void goldenValues(
            String chainId, String address, long hash, int ofTwo, int ofFour, int ofEight) {
        assertThat(ServerHash.of(chainId, address)).isEqualTo(hash);
        assertThat(ServerHash.server(chainId, address, 1)).isZero();
        assertThat(ServerHash.server(chainId, address, 2)).isEqualTo(ofTwo);
        assertThat(ServerHash.server(chainId, address, 4)).isEqualTo(ofFour);
        assertThat(ServerHash.server(chainId, address, 8)).isEqualTo(ofEight);
    }

    @Test
    void doublingTheServersMovesRowsOnlyFromEachServerToItsNewOne() {
        Random random = new Random(1);
        for (int i = 0; i < KEYS; i++) {
            String address = evmAddress(random);
            for (int servers : new int[] {1, 2, 3, 4, 8}) {
                int before = ServerHash.server("56", address, servers);
                assertThat(ServerHash.server("56", address, 2 * servers))
                        .isIn(before, before + servers);
            }
        }
    }

    @Test
    void everyServerGetsItsShare() {
        Random random = new Random(2);

        assertSpread(i -> evmAddress(random));
        // addresses that a test or a factory counts up
        assertSpread("0x%040x"::formatted);
    }

    private static void assertSpread(IntFunction<String> addresses) {
        for (int servers : new int[] {2, 3, 4, 8}) {
            int[] keys = new int[servers];
            for (int i = 0; i < KEYS; i++) {
                keys[ServerHash.server("1", addresses.apply(i), servers)]++;
            }
            for (int count : keys) {
                assertThat((double) count * servers / KEYS).isCloseTo(1, within(0.1));
            }
        }
    }

    private static String evmAddress(Random random) {
        StringBuilder address = new StringBuilder("0x");
        for (int digit = 0; digit < 40; digit++) {
            address.append(Character.forDigit(random.nextInt(16), 16));
        }
        return address.toString();
    }
}

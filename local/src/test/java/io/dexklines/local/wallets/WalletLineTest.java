package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines of a file of wallets. */
class WalletLineTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1,0xAbC,whale|1:0xabc|whale",
                "1,0xabc|1:0xabc|``",
                " 56 , 0xabc , one, two |56:0xabc|one, two",
                "1,0xabc,\"say \"\"hi\"\", twice\"|1:0xabc|say \"hi\", twice",
                "100000,AbC,|100000:AbC|``",
                "{\"chain_id\":1,\"address\":\"0xABC\",\"label\":\"w\",\"more\":[1]}|1:0xabc|w",
                "{\"chain_id\":\"100000\",\"address\":\"AbC\",\"label\":null}|100000:AbC|``"
            })
    void aLineIsAWallet(String line, String wallet, String label) {
        WalletLine read = WalletLine.of(line).orElseThrow();

        assertThat(read.wallet().text()).isEqualTo(wallet);
        assertThat(read.label()).isEqualTo(label);
    }

    @Test
    void blankLinesAndTheHeaderAreNone() {
        assertThat(WalletLine.of("  ")).isEqualTo(Optional.empty());
        assertThat(WalletLine.of("chain_id,address,label")).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0xabc|not chain_id,address,label",
                "a b,0xabc|'a b' is no chain id, such as 1 or 56",
                "1,0x a|'0x a' is no address",
                "1,|'' is no address",
                "{|not JSON",
                "{} {}|not JSON",
                "{\"chain_id\":1}|'' is no address",
                "{\"chain_id\":1,\"address\":\"0xa\",\"label\":7}|label is not a string"
            })
    void anythingElseIsRefusedWithTheReason(String line, String reason) {
        assertThatThrownBy(() -> WalletLine.of(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void aWalletIsAChainAndAnAddress() {
        assertThat(WalletKey.parse("1:0xABC")).isEqualTo(new WalletKey("1", "0xabc"));
        assertThatThrownBy(() -> WalletKey.parse("0xabc"))
                .hasMessage("'0xabc' is no wallet: chain_id:address, such as 56:0x28c6…");
    }
}

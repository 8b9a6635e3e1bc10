package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void aValidLineIsAWallet(String line, String wallet, String label) {
        WalletLine read = WalletLine.of(line).orElseThrow();

        assertThat(read.wallet().text()).isEqualTo(wallet);
        assertThat(read.label()).isEqualTo(label);
    }

    @Test
    void blankLinesAndTheHeaderAreSkipped() {
        assertThat(WalletLine.of("  ")).isEqualTo(Optional.empty());
        assertThat(WalletLine.of("chain_id,address,label")).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0xabc|expected chain_id,address,label",
                "a b,0xabc|'a b' is not a chain id such as 1 or 56",
                "1,0x a|'0x a' is not an address",
                "1,|'' is not an address",
                "{|invalid JSON",
                "{} {}|invalid JSON",
                "{\"chain_id\":1}|'' is not an address",
                "{\"chain_id\":1,\"address\":\"0xa\",\"label\":7}|label must be a string"
            })
    void anythingElseIsRejectedWithTheReason(String line, String reason) {
        assertThatThrownBy(() -> WalletLine.of(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(reason);
    }

    @Test
    void aWalletIsAChainAndAnAddress() {
        assertThat(WalletKey.parse("1:0xABC")).isEqualTo(new WalletKey("1", "0xabc"));
        assertThatThrownBy(() -> WalletKey.parse("0xabc"))
                .hasMessage("'0xabc' is not a wallet: expected CHAIN:ADDRESS such as 56:0x28c6…");
    }
}

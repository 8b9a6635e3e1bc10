package io.dexklines.local.wallets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalletFileTest {

    private static final String SAYS_HOW_TO_QUOTE =
            "invalid CSV: close each quote that opens a column, and write two quotes for one in it";

    @Test
    void aRowIsAWalletWithALabel() throws Exception {
        assertThat(read("1,0xAbC,whale\n56,0xdef,\n56,0x123\n100000,AbC,one\n"))
                .containsExactly(
                        "1:0xabc 'whale'", "56:0xdef ''", "56:0x123 ''", "100000:AbC 'one'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "chain_id,address,label",
                "Chain_ID, Address, Label",
                "CHAIN ID,ADDRESS,LABEL",
                " chainId ,\taddress , label ",
                "\"chain_id\",\"address\",\"label\"",
                "\uFEFFchain_id,address,label",
                "\uFEFF\"Chain-Id\", \"Address\", \"Label\"",
                "\n  \nchain_id,address,label\n"
            })
    void aHeaderInAnyFormIsNotAWallet(String header) throws Exception {
        assertThat(read(header + "\n1,0xabc,whale")).containsExactly("1:0xabc 'whale'");
    }

    @Test
    void aHeaderNamesTheColumnsInAnyOrder() throws Exception {
        assertThat(
                        read(
                                """
                                label,note,address,chain id
                                whale,"seen in May",0xabc,1
                                ,,0xdef,56
                                """))
                .containsExactly("1:0xabc 'whale'", "56:0xdef ''");
    }

    @Test
    void aHeaderWithoutANeededColumnIsReported() throws Exception {
        assertThat(read("address,label\n"))
                .containsExactly(
                        "1: the header has no column chain_id: name the columns chain_id, address"
                                + " and label");
        assertThat(read("chain_id,label\n"))
                .containsExactly(
                        "1: the header has no column address: name the columns chain_id, address"
                                + " and label");
    }

    @Test
    void onlyTheFirstRowCanBeAHeader() throws Exception {
        assertThat(read("1,0xabc,whale\nchain_id,0xdef,address\n"))
                .containsExactly("1:0xabc 'whale'", "chain_id:0xdef 'address'");
    }

    @Test
    void columnsAreSeparatedByTheSeparatorOfTheFirstRow() throws Exception {
        assertThat(read("chain_id;address;label\n1;0xabc;one, two\n\"56\";\"0xdef\";\"a; b\"\n"))
                .containsExactly("1:0xabc 'one, two'", "56:0xdef 'a; b'");
        assertThat(read("1;0xabc;one, two\n")).containsExactly("1:0xabc 'one, two'");
        assertThat(read("1,0xabc,one; two\n")).containsExactly("1:0xabc 'one; two'");
    }

    @Test
    void everyColumnCanBeInQuotes() throws Exception {
        assertThat(
                        read(
                                "\"1\",\"0xabc\",\"say \"\"hi\"\", twice\"\n"
                                        + " \"56\" , \"0xdef\" , \"\" \n"))
                .containsExactly("1:0xabc 'say \"hi\", twice'", "56:0xdef ''");
    }

    @Test
    void aLabelOverLinesIsReadWholeAndInOneLine() throws Exception {
        assertThat(
                        read(
                                "chain_id,address,label\r\n"
                                        + "1,0xabc,\"the whale  \r\n"
                                        + "  of May\n"
                                        + "\n"
                                        + "and June\"\r\n"
                                        + "1,,next\r\n"))
                .containsExactly("1:0xabc 'the whale of May and June'", "6: '' is not an address");
    }

    @Test
    void aLineCanBeAJsonObject() throws Exception {
        assertThat(
                        read(
                                """
                                {"chain_id":1,"address":"0xABC","label":"w","more":[1]}

                                  {"chain_id":"100000","address":"AbC","label":null}
                                1,0xdef,csv
                                """))
                .containsExactly("1:0xabc 'w'", "100000:AbC ''", "1:0xdef 'csv'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0xabc|expected chain_id,address,label",
                "a b,0xabc|'a b' is not a chain id such as 1 or 56",
                "1,0x a|'0x a' is not an address",
                "1,|'' is not an address",
                "1;0xabc;a;b|4 columns instead of 3: put a label with ; in quotes",
                "1,0xabc,one, two|4 columns instead of 3: put a label with , in quotes",
                "{|invalid JSON: expected an object with chain_id, address and label in one line",
                "{} {}|invalid JSON: expected an object with chain_id, address and label in one line",
                "{\"chain_id\":1}|'' is not an address",
                "{\"chain_id\":1,\"address\":\"0xa\",\"label\":7}|label must be a string"
            })
    void anythingElseIsRejectedWithTheReason(String row, String reason) throws Exception {
        assertThat(read(row)).containsExactly("1: " + reason);
    }

    @Test
    void aQuoteThatIsNotClosedCostsItsOwnRowOnly() throws Exception {
        assertThat(
                        read(
                                """
                                1,0xabc,"open
                                1,0xdef,whale
                                1,0x123,"a" b
                                1,0x456,"closed"
                                """))
                .containsExactly(
                        "1: " + SAYS_HOW_TO_QUOTE,
                        "1:0xdef 'whale'",
                        "3: " + SAYS_HOW_TO_QUOTE,
                        "1:0x456 'closed'");
        assertThat(read("1,0xabc,\"open\n" + "1,0xdef,whale\n".repeat(1_000)))
                .hasSize(1_001)
                .contains("1: " + SAYS_HOW_TO_QUOTE, "1:0xdef 'whale'");
    }

    @Test
    void aFileWithoutRowsHasNoWallets() throws Exception {
        assertThat(read("")).isEmpty();
        assertThat(read("\uFEFF\n\n")).isEmpty();
    }

    @Test
    void aWalletIsAChainAndAnAddress() {
        assertThat(WalletKey.parse("1:0xABC")).isEqualTo(new WalletKey("1", "0xabc"));
        assertThatThrownBy(() -> WalletKey.parse("0xabc"))
                .hasMessage("'0xabc' is not a wallet: expected CHAIN:ADDRESS such as 56:0x28c6…");
    }

    /** Returns the wallets with their labels, and the rejected rows with line and reason. */
    private static List<String> read(String text) throws IOException {
        List<String> read = new ArrayList<>();
        new WalletFile(new StringReader(text))
                .read(
                        new WalletFile.Receiver() {
                            @Override
                            public void wallet(WalletLine wallet) {
                                read.add(wallet.wallet().text() + " '" + wallet.label() + "'");
                            }

                            @Override
                            public void rejected(long line, String reason) {
                                read.add(line + ": " + reason);
                            }
                        });
        return read;
    }
}

package io.dexklines.verifier;

import static io.dexklines.verifier.Records.MONDAY;
import static io.dexklines.verifier.Records.TOPIC;
import static io.dexklines.verifier.Records.buy;
import static io.dexklines.verifier.Records.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {

    private final RecordReader reader = new RecordReader(Records.CHAINS);

    @Test
    void aTradeIsReadWithItsNumbersInAnyForm() {
        Swap swap = only("{" + NEEDED + ",'token_amount':'1.5e-3','slot':7,'log_index':2}");

        assertThat(swap.pair()).isEqualTo("1:0xab");
        assertThat(swap.maker()).isEqualTo("0xme");
        assertThat(swap.tokenAmount()).isEqualTo(0.0015);
        assertThat(swap.totalUsd()).isEqualTo(3.0);
        assertThat(swap.position()).isEqualTo("7#0#2");
        assertThat(swap.mcap()).isZero();
        assertThat(swap.clamp()).isFalse();
    }

    @Test
    void addressesOfSolanaKeepTheirCase() {
        RecordReader solana = new RecordReader(java.util.Map.of("t", java.util.Set.of("100000")));
        byte[] record = json("[{" + NEEDED.replace("'chain_id':'1'", "'chain_id':100000") + "}]");

        assertThat(solana.entries("t", 0, 0, 0, record).get(0).swap().orElseThrow().pair())
                .isEqualTo("100000:0xAB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{}", "nonsense", "[1", "[] []", "\uFEFF[]", "null"})
    void aRecordThatIsNoArrayIsOneMalformedEntry(String value) {
        List<Entry> entries =
                reader.entries(TOPIC, 0, 5, 0, value.getBytes(StandardCharsets.UTF_8));

        assertThat(entries).hasSize(1);
        assertThat(entries.get(0).index()).isEqualTo(-1);
        assertThat(entries.get(0).rejection()).contains(Reason.MALFORMED);
    }

    @Test
    void aRecordWithoutAValueIsMalformedAndAnEmptyArrayIsNothing() {
        assertThat(reader.entries(TOPIC, 0, 0, 0, null).get(0).rejection())
                .contains(Reason.MALFORMED);
        assertThat(reader.entries(TOPIC, 0, 0, 0, json("[]"))).isEmpty();
        assertThat(reader.entries(TOPIC, 0, 0, 0, new byte[] {'[', (byte) 0xFF, ']'})).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'tx_hash':null",
                "'maker':''",
                "'maker':7",
                "'pair_addr':'a,b'",
                "'pair_addr':'a b'",
                "'pair_addr':'a:b'",
                "'pair_addr':'a\\\"'",
                "'maker':'a\\\\b'",
                "'tx_hash':'0x \\u0000'",
                "'block_time':1.5",
                "'block_time':-1",
                "'block_time':'1'",
                "'token_amount':-1",
                "'token_amount':'NaN'",
                "'token_amount':'0x10'",
                "'token_amount':true",
                "'total_usd':1e999",
                "'total_usd':' 1'",
                "'token_price_usd':0",
                "'token_price_usd':'0.0'",
                "'chain_id':1.0",
            })
    void aNeededFieldThatCannotBeIsInvalid(String field) {
        assertThat(rejection("{" + NEEDED + "," + field + "}")).contains(Reason.INVALID);
    }

    @Test
    void addressesOfOtherChainsGetTheirPrefix() {
        String digits = "Ab".repeat(20);

        assertThat(only("{" + NEEDED + ",'pair_addr':'" + digits + "'}").pair())
                .isEqualTo("1:0x" + "ab".repeat(20));
        assertThat(only("{" + NEEDED + ",'maker':'0X" + digits + "'}").maker())
                .isEqualTo("0x" + "ab".repeat(20));
        assertThat(only("{" + NEEDED + ",'maker':'" + "Ab".repeat(19) + "'}").maker())
                .isEqualTo("ab".repeat(19));
    }

    @Test
    void aNumberIsAtMost1100CharactersLong() {
        String longest = "1." + "0".repeat(1_098);

        for (String quote : List.of("", "'")) {
            assertThat(only("{" + NEEDED + ",'token_amount':" + quote + longest + quote + "}"))
                    .extracting(Swap::tokenAmount)
                    .isEqualTo(1.0);
            assertThat(
                            rejection(
                                    "{"
                                            + NEEDED
                                            + ",'token_amount':"
                                            + quote
                                            + longest
                                            + "0"
                                            + quote
                                            + "}"))
                    .contains(Reason.INVALID);
        }
        assertThat(rejection("{" + NEEDED + ",'block_time':" + "9".repeat(1_101) + "}"))
                .contains(Reason.INVALID);
        assertThat(only("{" + NEEDED + ",'mcap':" + "9".repeat(1_101) + "}").mcap()).isZero();
    }

    @Test
    void labelsAreOptionalAndEmptyIfTheyCannotBeShown() {
        String labelled =
                "{"
                        + NEEDED
                        + ",'swap_name':'%s','pair_info':{'token_addr':'%s','token_symbol':'%s',"
                        + "'base_token_symbol':7}}";
        String emoji = "\uD83D\uDE00";

        assertThat(labels(labelled.formatted(emoji.repeat(64), "0xAb", "a b")))
                .isEqualTo(new Swap.Labels(emoji.repeat(64), "0xAb", "a b", ""));
        assertThat(labels(labelled.formatted(emoji.repeat(65), "0x Ab", "a\\uD800b")))
                .isEqualTo(new Swap.Labels("", "", "", ""));
        assertThat(labels(labelled.formatted("\\u001b[2J", "", "a\u202eb")))
                .isEqualTo(new Swap.Labels("", "", "", ""));
        assertThat(labels("{" + NEEDED + "}")).isEqualTo(new Swap.Labels("", "", "", ""));
    }

    private Swap.Labels labels(String element) {
        return reader.entries(TOPIC, 0, 0, 0, json("[" + element + "]"))
                .get(0)
                .swap()
                .orElseThrow()
                .labels();
    }

    @Test
    void theFirstReasonThatAppliesWins() {
        assertThat(rejection("1")).contains(Reason.INVALID);
        assertThat(rejection("{}")).contains(Reason.UNSUPPORTED_TYPE);
        assertThat(rejection("{" + NEEDED + ",'type':'add_position','maker':7}"))
                .contains(Reason.UNSUPPORTED_TYPE);
        assertThat(rejection("{" + NEEDED + ",'chain_id':56,'maker':7}")).contains(Reason.INVALID);
        assertThat(rejection("{" + NEEDED + ",'chain_id':56}")).contains(Reason.UNKNOWN_CHAIN);
    }

    @Test
    void equalTradesOfOneRecordAreToldApartByTheirOrdinal() {
        String trade = buy("0x1", MONDAY, 2, 1);

        List<Entry> entries = reader.entries(TOPIC, 0, 0, 0, record(trade, trade));

        assertThat(entries.get(0).swap().orElseThrow().ordinal()).isZero();
        assertThat(entries.get(1).swap().orElseThrow().ordinal()).isEqualTo(1);
        assertThat(reader.entries(TOPIC, 0, 1, 0, record(trade)).get(0).swap())
                .map(Swap::identity)
                .isEqualTo(entries.get(0).swap().map(Swap::identity));
    }

    private static final String NEEDED =
            "'chain_id':'1','pair_addr':'0xAB','tx_hash':'0x1','maker':'0xME','type':'buy',"
                    + "'block_time':1767571200,'token_amount':1,'total_usd':3,'token_price_usd':2";

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private Optional<Reason> rejection(String element) {
        return reader.entries(TOPIC, 0, 0, 0, json("[" + element + "]")).get(0).rejection();
    }

    private Swap only(String element) {
        return reader.entries(TOPIC, 0, 0, 0, json("[" + element + "]"))
                .get(0)
                .swap()
                .orElseThrow();
    }
}

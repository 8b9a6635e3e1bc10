package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.verifier.compare.Batch;
import io.dexklines.verifier.compare.Candle;
import io.dexklines.verifier.compare.Trade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GoRecordsTest {

    private static final long MS = Records.MONDAY * 1000;
    private static final String SOLANA = "100000:Pool";

    private final GoRecords records =
            new GoRecords(
                    Map.of(Records.TOPIC, Set.of("1"), "sol-trades", Set.of("100000")),
                    pair -> !pair.equals("1:0xcd"),
                    60);

    @Test
    void elementsThatDoNotCountHereAreInTheirBatch() {
        add(
                0,
                Records.buy("a", Records.MONDAY, 2, 3),
                Records.trade("b", "add_position", Records.MONDAY, 2, 3),
                Records.buy("c", Records.MONDAY, 0, 3),
                Records.buy("d", Records.MONDAY + 61, 2, 3),
                Records.buy("e", Records.MONDAY, 2, 3).replace("0xAB", "0xCD"));

        assertThat(records.pairs()).containsExactly(Records.PAIR);
        List<Batch> batches = records.remove(Records.PAIR);
        assertThat(batches).hasSize(1);
        assertThat(batches.get(0).trades())
                .extracting(Trade::excluded)
                .containsExactly("", "unsupported_type", "invalid", "future");
        assertThat(batches.get(0).readable()).isTrue();
    }

    @Test
    void ofATradeThatIsInTheTopicsTwiceTheFirstCounts() {
        add(7, Records.buy("a", Records.MONDAY, 2, 3));
        add(3, Records.buy("a", Records.MONDAY, 2, 3), Records.buy("b", Records.MONDAY, 2, 3));

        List<Batch> batches = records.remove(Records.PAIR);

        assertThat(batches).extracting(Batch::offset).containsExactly(3L, 7L);
        assertThat(batches.get(0).trades()).extracting(Trade::excluded).containsExactly("", "");
        assertThat(batches.get(1).trades())
                .extracting(Trade::excluded)
                .containsExactly("duplicate");
    }

    @Test
    void onSolanaANumberThatIsATextMakesTheRecordUnreadable() {
        String trade =
                """
                [{"chain_id":"100000","pair_addr":"Pool","tx_hash":"a","maker":"m","type":"buy",
                "block_time":%d,"token_amount":%s,"total_usd":6,"token_price_usd":2}]
                """;
        addText(0, trade.formatted(Records.MONDAY, "3"));
        addText(1, trade.formatted(Records.MONDAY, "\"3\""));

        assertThat(records.remove(SOLANA)).extracting(Batch::readable).containsExactly(true, false);
    }

    @Test
    void theReferenceIsTheVerifiersKline() {
        add(0, Records.buy("a", Records.MONDAY, 2, 3), Records.sell("b", Records.MONDAY, 4, 0.5));

        Candle kline = GoRecords.reference(records.remove(Records.PAIR).get(0).trades());

        assertThat(kline)
                .isEqualTo(new Candle(2, 4, 4, 2, 2000, 4000, 2000, 4000, 8, 3.5, 1, 1, 2));
    }

    @Test
    void aMemberHasFifteenFields() {
        String member = "0xAB,60,1,2,3,0.5,10,30,5,20,100.25,50,4,3,7";

        assertThat(GoOutputs.candle(member))
                .isEqualTo(new Candle(1, 2, 3, 0.5, 10, 30, 5, 20, 100.25, 50, 4, 3, 7));
        assertThat(GoOutputs.candle(member + ",1").open()).isEqualTo(-1);
        assertThat(GoOutputs.candle(member.replace("100.25", "much")).open()).isEqualTo(-1);
    }

    private void add(long offset, String... trades) {
        records.add(Records.TOPIC, 0, offset, MS, Records.record(trades));
    }

    private void addText(long offset, String value) {
        records.add("sol-trades", 0, offset, MS, value.getBytes(StandardCharsets.UTF_8));
    }
}

package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterOutputsTest {

    private static final KlineKey KEY = new KlineKey("1:0xab", "1m", 60);

    private static final String LINE =
            """
            {"stream":"1:0xab@kline_1m","data":{"e":"kline","E":61000,"s":"1:0xab","k":{"t":60000,
            "T":119999,"s":"1:0xab","i":"1m","f":"1#0#2","L":"1#0#3","o":"1.5","c":"2","h":"3",
            "l":"1","v":"10","n":2,"x":true,"q":"20.25","V":"5","Q":"10","mo":"4","mh":"7","ml":"3",
            "mc":"6","nb":1,"tf":60000,"tl":119000}}}
            """;

    @Test
    void aMemberOfRedisIsReadByItsPlaces() {
        Row row = ClusterOutputs.redisRow(KEY, "0xab,60,1.5,2,3,1,4,5,6,7,20.25,10,1,2,3");

        assertThat(row.key()).isEqualTo(KEY);
        assertThat(row.values())
                .containsEntry(Column.PAIR_ADDR, "0xab")
                .containsEntry(Column.OPEN_TIME, 60L)
                .containsEntry(Column.OPEN, 1.5)
                .containsEntry(Column.CLOSE, 2.0)
                .containsEntry(Column.HIGH, 3.0)
                .containsEntry(Column.LOW, 1.0)
                .containsEntry(Column.MCAP_OPEN, 4.0)
                .containsEntry(Column.MCAP_HIGH, 5.0)
                .containsEntry(Column.MCAP_LOW, 6.0)
                .containsEntry(Column.MCAP_CLOSE, 7.0)
                .containsEntry(Column.VOLUME_USD, 20.25)
                .containsEntry(Column.VOLUME_TOKEN, 10.0)
                .containsEntry(Column.BUYS, 1L)
                .containsEntry(Column.SELLS, 2L)
                .containsEntry(Column.TRADES, 3L);
        assertThat(row.closed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0xab,60",
                "0xab,60,1.5,2,3,1,4,5,6,7,20.25,10,1,2,many",
                "0xab,60,1.5,2,3,1,4,5,6,7,20.25,10,1,2,3,4"
            })
    void aMemberThatCannotBeReadHasNoTrades(String member) {
        assertThat(ClusterOutputs.redisRow(KEY, member).trades()).isZero();
    }

    @Test
    void aLineOfTheRelayIsReadByItsNames() throws Exception {
        Row row = ClusterOutputs.relayRow(new ObjectMapper().readTree(LINE));

        assertThat(row.key()).isEqualTo(KEY);
        assertThat(row.values())
                .containsEntry(Column.LAST_MS, 119_999L)
                .containsEntry(Column.FIRST, "1#0#2")
                .containsEntry(Column.LAST, "1#0#3")
                .containsEntry(Column.OPEN, 1.5)
                .containsEntry(Column.CLOSE, 2.0)
                .containsEntry(Column.HIGH, 3.0)
                .containsEntry(Column.LOW, 1.0)
                .containsEntry(Column.VOLUME_TOKEN, 10.0)
                .containsEntry(Column.VOLUME_USD, 20.25)
                .containsEntry(Column.BUY_VOLUME_TOKEN, 5.0)
                .containsEntry(Column.BUY_VOLUME_USD, 10.0)
                .containsEntry(Column.MCAP_OPEN, 4.0)
                .containsEntry(Column.MCAP_HIGH, 7.0)
                .containsEntry(Column.MCAP_LOW, 3.0)
                .containsEntry(Column.MCAP_CLOSE, 6.0)
                .containsEntry(Column.BUYS, 1L)
                .containsEntry(Column.FIRST_TRADE_TIME, 60L)
                .containsEntry(Column.LAST_TRADE_TIME, 119L)
                .containsEntry(Column.TRADES, 2L);
        assertThat(row.closed()).contains(true);
    }

    @Test
    void aLineOfAFormerVersionIsReadWithoutItsLaterMembers() throws Exception {
        String former = LINE.replaceAll("(?s),\"mo\".*\"tl\":119000", "");

        Row row = ClusterOutputs.relayRow(new ObjectMapper().readTree(former));

        assertThat(row.trades()).isEqualTo(2);
        assertThat(row.values()).doesNotContainKeys(Column.MCAP_OPEN, Column.BUYS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"i\":\"1m\"", "\"t\":60000", "\"n\":2", "\"x\":true", "\"o\":\"1.5\""})
    void aLineThatIsNotOfItsStreamOrCannotBeReadHasNoTrades(String field) throws Exception {
        String other = LINE.replace(field, field.substring(0, 4) + "\"none\"");

        assertThat(ClusterOutputs.relayRow(new ObjectMapper().readTree(other)).trades()).isZero();
    }
}

package io.dexklines.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.trade.IdentityFields;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.util.Collector;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class TradeRowsTest {

    private static final long NOON = 1_772_193_600L;
    private static final String TRADE =
            """
            {"chain_id":56,"pair_addr":"0xPAIR","tx_hash":"0xT","maker":"0xMAKER","type":"sell",\
            "token_amount":"2.5e0","base_token_amount":3,"total_usd":5,"token_price_usd":"2",\
            "base_token_price_usd":1.5,"mcap":"1e6","block_num":77,"block_time":%d,\
            "transaction_index":4,"log_index":9,"clamp":true,"swap_name":"V2",\
            "pair_info":{"token_addr":"0xtok","token_symbol":"TOK","base_token_symbol":"BNB"}}"""
                    .formatted(NOON);

    @Test
    void aTradeFillsEveryColumn() throws Exception {
        List<RowData> rows = read("[" + TRADE + "]", true, TradeColumn.values());

        assertThat(rows).hasSize(1);
        GenericRowData row = (GenericRowData) rows.get(0);
        String id = row.getField(TradeColumn.ID.ordinal()).toString();
        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(row)
                .isEqualTo(
                        GenericRowData.of(
                                text("56"),
                                text("0xpair"),
                                text("0xT"),
                                text("0xmaker"),
                                text("sell"),
                                2.5,
                                3.0,
                                5.0,
                                2.0,
                                1.5,
                                1e6,
                                true,
                                TimestampData.fromEpochMillis(1000 * NOON),
                                text("V2"),
                                text("0xtok"),
                                text("TOK"),
                                text("BNB"),
                                text(id),
                                GenericRowData.of(
                                        NOON,
                                        77L,
                                        4L,
                                        9L,
                                        0,
                                        IdentityFields.of("0xT", "0xmaker", false, 2.5, 3, 2)
                                                .toBytes()),
                                0,
                                null,
                                null,
                                null));
    }

    @Test
    void rowsHaveTheRequestedColumnsInOrder() throws Exception {
        assertThat(read("[" + TRADE + "]", false, TradeColumn.CLAMP, TradeColumn.CHAIN_ID))
                .containsExactly(GenericRowData.of(true, text("56")));
    }

    @Test
    void excludedTradesHaveRowsOnlyIfRequested() throws Exception {
        String record = "[7," + TRADE + "," + TRADE.replace("56", "1") + "]";
        TradeColumn[] columns = {
            TradeColumn.ENTRY, TradeColumn.REASON, TradeColumn.DETAIL, TradeColumn.MAKER
        };

        assertThat(read(record, false, columns))
                .containsExactly(GenericRowData.of(1, null, null, text("0xmaker")));
        assertThat(read(record, true, columns))
                .containsExactly(
                        GenericRowData.of(1, null, null, text("0xmaker")),
                        GenericRowData.of(0, text("invalid"), text("not an object"), null),
                        GenericRowData.of(
                                2,
                                text("unknown_chain"),
                                text("chain_id 1 does not belong to the topic"),
                                null));
    }

    @Test
    void aRecordThatIsNotAnArrayIsOneEntry() throws Exception {
        TradeColumn[] columns = {TradeColumn.ENTRY, TradeColumn.REASON, TradeColumn.ORIGINAL};

        assertThat(read("{}", true, columns))
                .containsExactly(GenericRowData.of(-1, text("malformed"), text("{}")));
        assertThat(read(null, true, columns))
                .containsExactly(GenericRowData.of(-1, text("malformed"), text("null")));
        assertThat(read("[]", true, columns)).isEmpty();
    }

    @Test
    void aTradeAheadOfTheClockIsExcluded() throws Exception {
        String inTime = TRADE.replace("" + NOON, "" + (NOON + 60));
        String tooEarly = TRADE.replace("" + NOON, "" + (NOON + 61));

        assertThat(read("[" + inTime + "," + tooEarly + "]", true, TradeColumn.REASON))
                .containsExactly(
                        GenericRowData.of((Object) null), GenericRowData.of(text("future")));
    }

    private static List<RowData> read(String record, boolean excludedToo, TradeColumn... columns)
            throws Exception {
        TradeRows rows =
                InstantiationUtil.clone(
                        new TradeRows(
                                Arrays.asList(columns),
                                Set.of("56"),
                                Duration.ofMinutes(1),
                                excludedToo,
                                Clock.fixed(Instant.ofEpochSecond(NOON), ZoneOffset.UTC),
                                TypeInformation.of(RowData.class)));
        rows.open(null);
        List<RowData> read = new ArrayList<>();
        rows.deserialize(
                record == null ? null : record.getBytes(StandardCharsets.UTF_8),
                new Collector<>() {
                    @Override
                    public void collect(RowData row) {
                        read.add(row);
                    }

                    @Override
                    public void close() {}
                });
        return read;
    }

    private static StringData text(String text) {
        return StringData.fromString(text);
    }
}

package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.TradePosition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RefusedTest {

    @Test
    void isOneObjectWithTheRowInIt() {
        Refused<PairKline> refused =
                new Refused<>(
                        Tables.KLINE,
                        new PairKline(PEPE, SampleKlines.closed(1, 3)),
                        "23000",
                        4025,
                        "CONSTRAINT c");

        assertThat(new String(refused.json(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"store\":\"mysql\",\"table\":\"kline\",\"reason\":\"CONSTRAINT c\",\"sql_state\":\"23000\",\"error_code\":4025,"
                                + "\"chain_id\":\"1\","
                                + "\"pair_addr\":\"0xa43fe16908251ee70ef74718545e4fe6c5ccec9f\","
                                + "\"interval\":\"1m\",\"open_time\":1788220860,\"kline\":{"
                                + "\"open\":1.5,\"high\":5.25,\"low\":0.0000125,"
                                + "\"close\":0.3333333333333333,"
                                + "\"mcap_open\":1000000000,\"mcap_high\":2000000003,"
                                + "\"mcap_low\":500000000,\"mcap_close\":123456789.125,"
                                + "\"volume_usd\":3000.3,"
                                + "\"volume_token\":3000000000003,"
                                + "\"buy_volume_usd\":0.30000000000000004,"
                                + "\"buy_volume_token\":700000000000,"
                                + "\"trades\":3,\"buys\":1,\"sells\":2,"
                                + "\"vwap\":0.000000001000099999999,"
                                + "\"first_trade_time\":1788220861,"
                                + "\"last_trade_time\":1788220862,\"closed\":true}}");
    }

    @Test
    void isJsonWhateverItHolds() throws IOException {
        String hostile = "\"\\\n\u0000\u2028é🚀</script>";
        TradePosition nowhere = new TradePosition(0, 0, 0, 0, 0, IdentityFields.NONE);
        Kline strange =
                new Kline(
                        Interval.ONE_MINUTE,
                        -60_000,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NEGATIVE_INFINITY,
                        Double.MAX_VALUE,
                        Double.MIN_VALUE,
                        -0.0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        Long.MAX_VALUE,
                        0,
                        nowhere,
                        nowhere,
                        false);

        JsonNode json =
                new ObjectMapper()
                        .readTree(
                                new Refused<>(
                                                Tables.KLINE,
                                                new PairKline(new Pair("a\"b", hostile), strange),
                                                "",
                                                0,
                                                hostile)
                                        .json());

        assertThat(json.get("reason").asText()).isEqualTo(hostile);
        assertThat(json.get("sql_state").asText()).isEmpty();
        assertThat(json.get("chain_id").asText()).isEqualTo("a\"b");
        assertThat(json.get("pair_addr").asText()).isEqualTo(hostile);
        assertThat(json.get("open_time").asLong()).isEqualTo(-60);
        JsonNode kline = json.get("kline");
        assertThat(kline.get("open").textValue()).isEqualTo("NaN");
        assertThat(kline.get("high").textValue()).isEqualTo("Infinity");
        assertThat(kline.get("low").textValue()).isEqualTo("-Infinity");
        assertThat(kline.get("close").doubleValue()).isEqualTo(Double.MAX_VALUE);
        assertThat(kline.get("mcap_open").doubleValue()).isEqualTo(Double.MIN_VALUE);
        assertThat(kline.get("trades").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(kline.get("closed").booleanValue()).isFalse();
    }
}

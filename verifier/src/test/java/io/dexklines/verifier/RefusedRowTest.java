package io.dexklines.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefusedRowTest {

    @Test
    void itsKeyAndItsVersionAreRead() {
        assertThat(
                        refused(
                                """
                                {"reason":"Data too long","sql_state":"22001","error_code":1406,
                                 "chain_id":"56","pair_addr":"0xab","interval":"1m",
                                 "open_time":1767571200,"kline":{"open":1.5,"trades":7}}
                                """))
                .contains(
                        new RefusedRow(
                                Sink.MYSQL,
                                Optional.of(new KlineKey("56:0xab", "1m", 1_767_571_200)),
                                7,
                                Optional.empty()));
    }

    @Test
    void theStoreIsRead() {
        String row =
                "{\"store\":\"%s\",\"chain_id\":\"56\",\"pair_addr\":\"0xab\",\"interval\":\"1m\","
                        + "\"open_time\":1767571200,\"kline\":{\"trades\":7}}";

        assertThat(refused(row.formatted("redis")).orElseThrow().store()).isEqualTo(Sink.REDIS);
        assertThat(refused(row.formatted("mysql")).orElseThrow().store()).isEqualTo(Sink.MYSQL);
    }

    @Test
    void theIdOfARefusedSmartMoneyTradeIsRead() {
        assertThat(refused("{\"table\":\"smart_money_trade\",\"id\":\"00ff\"}"))
                .contains(new RefusedRow(Sink.MYSQL, Optional.empty(), 0, Optional.of("00ff")));
        assertThat(refused("{\"table\":\"smart_money_trade\"}")).isEmpty();
    }

    @Test
    void whatIsNoRefusedRowIsNone() {
        assertThat(refused("{")).isEmpty();
        assertThat(refused("[]")).isEmpty();
        assertThat(refused("{\"open_time\":1767571200,\"kline\":{\"trades\":\"7\"}}")).isEmpty();
    }

    private static Optional<RefusedRow> refused(String json) {
        return RefusedRow.of(json.getBytes(StandardCharsets.UTF_8));
    }
}

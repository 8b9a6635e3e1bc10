package io.dexklines.job.sink.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.SampleSmartMoney;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** The JSON of events, in which amounts are strings. */
class SmartMoneyEventsTest {

    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(1_788_220_861_234L), ZoneOffset.UTC);

    private static final String TRADE =
            "\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\",\"label\":\"whale 1\","
                    + "\"chain_id\":\"1\",\"pair_addr\":\"0xpair\",\"token_addr\":\"0xtoken\","
                    + "\"token_symbol\":\"T\\u0022\\u00e9\",\"side\":\"buy\",\"usd\":\"12.5\","
                    + "\"token_amount\":\"0.0000001\",\"price_usd\":\"125000000\","
                    + "\"tx_hash\":\"0xtx0\",\"block_time\":1788220800,\"clamp\":false,"
                    + "\"first_buy\":true}";

    @Test
    void aTradeIsForAllWhoWatchTheChain() {
        assertThat(SmartMoneyEvents.of(SampleSmartMoney.buy(0), CLOCK))
                .isEqualTo(
                        new RelayEvent(
                                "1@smartmoney",
                                "{\"e\":\"smartmoney\",\"E\":1788220861234,"
                                        + "\"id\":\"000000000000000100000000000000ff\","
                                        + TRADE));
    }

    @Test
    void aNotificationIsForItsUser() {
        assertThat(SmartMoneyEvents.of(SampleSmartMoney.notification("alice"), CLOCK))
                .isEqualTo(
                        new RelayEvent(
                                "user:alice@alerts",
                                "{\"e\":\"alert\",\"E\":1788220861234,"
                                        + "\"id\":\"00000000000000aa\",\"user_id\":\"alice\","
                                        + TRADE));
    }

    @Test
    void aClusterNamesItsWallets() {
        assertThat(SmartMoneyEvents.of(SampleSmartMoney.cluster(), CLOCK))
                .isEqualTo(
                        new RelayEvent(
                                "1@smartmoney",
                                "{\"e\":\"cluster\",\"E\":1788220861234,"
                                        + "\"id\":\"00000000000000cc\",\"chain_id\":\"1\","
                                        + "\"token_addr\":\"0xtoken\",\"token_symbol\":\"T\","
                                        + "\"wallets\":["
                                        + "{\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\","
                                        + "\"label\":\"whale 1\",\"usd\":\"100.5\","
                                        + "\"block_time\":1788220800},"
                                        + "{\"wallet\":\"0xb\",\"label\":\"\",\"usd\":\"200\","
                                        + "\"block_time\":1788220860}],"
                                        + "\"usd\":\"300.5\",\"first_time\":1788220800,"
                                        + "\"last_time\":1788220860}"));
    }
}

package io.dexklines.job.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.smartmoney.SmartMoneyEvent;
import org.junit.jupiter.api.Test;

/** The JSON of events, in which amounts are strings. */
class EventPayloadTest {

    private static final long TIME_MS = 1_788_220_861_234L;

    private static final long EVENT_ID = 1_788_220_861_100_007L;

    private static final String TRADE =
            "\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\",\"label\":\"whale 1\","
                    + "\"chain_id\":\"1\",\"pair_addr\":\"0xpair\",\"token_addr\":\"0xtoken\","
                    + "\"token_symbol\":\"T\\u0022\\u00e9\",\"side\":\"buy\",\"usd\":\"12.5\","
                    + "\"token_amount\":\"0.0000001\",\"price_usd\":\"125000000\","
                    + "\"tx_hash\":\"0xtx0\",\"block_time\":1788220800,\"clamp\":false,"
                    + "\"first_buy\":true}";

    @Test
    void aTradeIsForAllWhoWatchTheChain() {
        assertThat(payload(SmartMoneyEvent.of(SampleSmartMoney.buy(0))))
                .isEqualTo(
                        "1@smartmoney "
                                + "{\"e\":\"smartmoney\",\"E\":1788220861234,\"event_id\":1788220861100007,"
                                + "\"id\":\"000000000000000100000000000000ff\","
                                + TRADE);
    }

    @Test
    void aNotificationIsForItsUser() {
        assertThat(payload(SmartMoneyEvent.of(SampleSmartMoney.notification("alice"))))
                .isEqualTo(
                        "user:alice@alerts "
                                + "{\"e\":\"alert\",\"E\":1788220861234,\"event_id\":1788220861100007,"
                                + "\"id\":\"00000000000000aa\",\"user_id\":\"alice\","
                                + TRADE);
    }

    @Test
    void aClusterNamesItsWallets() {
        assertThat(payload(SmartMoneyEvent.of(SampleSmartMoney.cluster())))
                .isEqualTo(
                        "1@smartmoney "
                                + "{\"e\":\"cluster\",\"E\":1788220861234,\"event_id\":1788220861100007,"
                                + "\"id\":\"00000000000000cc\",\"chain_id\":\"1\","
                                + "\"token_addr\":\"0xtoken\",\"token_symbol\":\"T\","
                                + "\"wallets\":["
                                + "{\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\","
                                + "\"label\":\"whale 1\",\"usd\":\"100.5\","
                                + "\"block_time\":1788220800},"
                                + "{\"wallet\":\"0xb\",\"label\":\"\",\"usd\":\"200\","
                                + "\"block_time\":1788220860}],"
                                + "\"usd\":\"300.5\",\"first_time\":1788220800,"
                                + "\"last_time\":1788220860}");
    }

    /** Returns the stream and the payload. */
    private static String payload(SmartMoneyEvent event) {
        SmartMoneyEvent ordered = event.at(EVENT_ID);
        return ordered.stream() + " " + EventPayload.of(ordered, TIME_MS);
    }
}

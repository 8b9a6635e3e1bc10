package io.dexklines.job.sink.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.job.sink.SampleSmartMoney;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The JSON of notifications and clusters, in which amounts are numbers. */
class SmartMoneyTopicsTest {

    @Test
    void aNotificationHasTheFieldsOfTheContract() {
        assertThat(text(AlertsSink.json(SampleSmartMoney.notification("alice"))))
                .isEqualTo(
                        "{\"id\":\"00000000000000aa\",\"user_id\":\"alice\","
                                + "\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\","
                                + "\"label\":\"whale 1\",\"chain_id\":\"1\","
                                + "\"pair_addr\":\"0xpair\",\"token_addr\":\"0xtoken\","
                                + "\"token_symbol\":\"T\\u0022\\u00e9\",\"side\":\"buy\","
                                + "\"usd\":12.5,\"token_amount\":0.0000001,"
                                + "\"price_usd\":125000000,\"tx_hash\":\"0xtx0\","
                                + "\"block_time\":1788220800,\"clamp\":false,"
                                + "\"first_buy\":true}");
    }

    @Test
    void aClusterHasItsWallets() {
        assertThat(text(AlertsSink.json(SampleSmartMoney.cluster())))
                .isEqualTo(
                        "{\"id\":\"00000000000000cc\",\"chain_id\":\"1\","
                                + "\"token_addr\":\"0xtoken\",\"token_symbol\":\"T\",\"wallets\":["
                                + "{\"wallet\":\"0xd8da6bf26964af9d7eed9e03e53415d37aa96045\","
                                + "\"label\":\"whale 1\",\"usd\":100.5,\"block_time\":1788220800},"
                                + "{\"wallet\":\"0xb\",\"label\":\"\",\"usd\":200,"
                                + "\"block_time\":1788220860}],"
                                + "\"usd\":300.5,\"first_time\":1788220800,"
                                + "\"last_time\":1788220860}");
    }

    @Test
    void aFollowOfAWalletThatIsNotListedIsNamed() {
        assertThat(
                        text(
                                AlertsSink.json(
                                        ListChange.followed(
                                                Follow.ofAll(SampleSmartMoney.WHALE, "alice")),
                                        "smart-money-follows")))
                .isEqualTo(
                        "{\"topic\":\"smart-money-follows\","
                                + "\"key\":\"1:0xd8da6bf26964af9d7eed9e03e53415d37aa96045:alice\","
                                + "\"reason\":\"the wallet is not listed\"}");
    }

    @Test
    void anInvalidRecordIsWrittenAsTheReaderDescribesIt() {
        assertThat(text(AlertsSink.json(ListChange.refused("{\"reason\":\"r\"}"), "follows")))
                .isEqualTo("{\"reason\":\"r\"}");
    }

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }
}

package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.SampleSmartMoney;
import io.dexklines.job.sink.store.StoreHarness;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink of smart-money trades with a real MariaDB. */
@Timeout(150)
@SuppressWarnings("try") // the harness's close() is declared to throw anything
class MySqlSmartMoneyITCase {

    @TempDir private static Path folder;

    private static MariaDbServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = new MariaDbServer(folder);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @Test
    void aRedeliveredTradeIsOneRowAndARefusedOneDoesNotAffectOthers() throws Exception {
        SmartMoneyTrade relabelled =
                new SmartMoneyTrade(
                        SampleSmartMoney.WHALE, "another", false, SampleSmartMoney.buy(0).trade());
        SmartMoneyTrade tooLong = SampleSmartMoney.buy(2, "0x" + "f".repeat(200));
        List<String> refused;

        try (StoreHarness<Wallet, SmartMoneyTrade> harness =
                new StoreHarness<>(
                        new MySqlSmartMoneyOperator(
                                MySqlTarget.of(
                                        "job",
                                        server.url(),
                                        MariaDbServer.USER,
                                        () -> MariaDbServer.PASSWORD)),
                        SmartMoneyTrade::wallet,
                        CodecTypeInfo.WALLET)) {
            harness.open();
            harness.process(SampleSmartMoney.buy(1));
            harness.process(SampleSmartMoney.buy(0));
            harness.process(tooLong);
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            harness.process(relabelled);
            harness.process(SampleSmartMoney.buy(3));
            harness.time(1_000);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            refused = harness.refused();
        }

        assertThat(
                        rows(
                                "SELECT CONCAT_WS(' ', chain_id, wallet, block_time, id, label,"
                                        + " pair_addr, swap_name, token_addr, token_symbol,"
                                        + " base_token_symbol, side, usd, token_amount,"
                                        + " base_token_amount, price_usd, mcap, tx_hash, block_num,"
                                        + " transaction_index, log_index, clamp, first_buy) FROM"
                                        + " smart_money_trade ORDER BY block_time LIMIT 1"))
                .containsExactly(
                        "1 0xd8da6bf26964af9d7eed9e03e53415d37aa96045 1788220800 00000000000000ff"
                                + " whale 1 0xpair UniswapV3 0xtoken T\"é WETH buy 12.5 0.0000001 0.005"
                                + " 125000000 1000000000 0xtx0 25000000 7 130 0 1");
        assertThat(rows("SELECT id FROM smart_money_trade ORDER BY block_time"))
                .containsExactly("00000000000000ff", "0000000000000100", "0000000000000102");
        assertThat(refused)
                .singleElement()
                .satisfies(
                        json ->
                                assertThat(json)
                                        .startsWith(
                                                "{\"store\":\"mysql\",\"table\":\"smart_money_trade\","
                                                        + "\"reason\":\"")
                                        .contains(
                                                "\"error_code\":1406",
                                                "\"wallet\":\"" + tooLong.wallet().address(),
                                                "\"id\":\"0000000000000101\"",
                                                "\"clamp\":false,\"first_buy\":false}"));
    }

    private static List<String> rows(String query) throws Exception {
        try (Connection admin = server.admin();
                Statement statement = admin.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}

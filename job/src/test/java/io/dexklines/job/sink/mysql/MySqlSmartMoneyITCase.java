package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.EventPayload;
import io.dexklines.job.sink.SampleSmartMoney;
import io.dexklines.job.sink.store.StoreHarness;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.Wallet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sink of smart-money trades with a real MariaDB. */
@Timeout(150)
@SuppressWarnings("try") // the harness's close() is declared to throw anything
class MySqlSmartMoneyITCase {

    @TempDir private static Path folder;

    private static final String IDS = "SELECT id FROM smart_money_trade ORDER BY block_time, id";

    private static MariaDbServer server;

    @BeforeAll
    static void startServer() throws Exception {
        server = new MariaDbServer(folder);
    }

    @BeforeEach
    void removeRows() throws Exception {
        change("DELETE FROM smart_money_trade");
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

        try (StoreHarness<Wallet, SmartMoneyTrade> harness = harness()) {
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
                        "1 0xd8da6bf26964af9d7eed9e03e53415d37aa96045 1788220800 000000000000000100000000000000ff"
                                + " whale 1 0xpair UniswapV3 0xtoken T\"é WETH buy 12.5 0.0000001 0.005"
                                + " 125000000 1000000000 0xtx0 25000000 7 130 0 1");
        assertThat(rows("SELECT id FROM smart_money_trade ORDER BY block_time"))
                .containsExactly(
                        "000000000000000100000000000000ff",
                        "00000000000000010000000000000100",
                        "00000000000000010000000000000102");
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
                                                "\"id\":\"00000000000000010000000000000101\"",
                                                "\"clamp\":false,\"first_buy\":false}"));
    }

    /**
     * The job goes back to a checkpoint of a former version, which wrote some of the following
     * trades after it, under their former ids. They are decided again and written once.
     */
    @Test
    void aTradeThatAFormerVersionHasWrittenIsNotWrittenAgain() throws Exception {
        List<SmartMoneyTrade> trades = new ArrayList<>();
        for (int second = 0; second < 150; second++) {
            trades.add(SampleSmartMoney.buy(second));
        }
        write(trades);
        List<String> ids = rows(IDS);
        for (SmartMoneyTrade trade : trades.subList(0, 100)) {
            change(
                    "UPDATE smart_money_trade SET id = '%s' WHERE id = '%s'",
                    trade.formerId(), trade);
        }

        write(trades);

        List<String> expected = new ArrayList<>();
        trades.subList(0, 100).forEach(trade -> expected.add(trade.formerId()));
        expected.addAll(ids.subList(100, 150));
        assertThat(rows(IDS)).isEqualTo(expected);
    }

    /** Two trades can share a former id on purpose. Neither may hide the other. */
    @Test
    void aRowUnderTheFormerIdOfAnotherTradeHidesNothing() throws Exception {
        SmartMoneyTrade large = SampleSmartMoney.buy(0);
        for (String difference :
                List.of(
                        "token_amount = token_amount * 2",
                        "base_token_amount = 7",
                        "price_usd = 7",
                        "tx_hash = '0xother'",
                        "pair_addr = '0xother'",
                        "transaction_index = 9",
                        "log_index = 9",
                        "side = 'sell'")) {
            change("DELETE FROM smart_money_trade");
            write(List.of(large));
            change(
                    "UPDATE smart_money_trade SET id = '%s', " + difference + " WHERE id = '%s'",
                    large.formerId(),
                    large);

            write(List.of(large));

            assertThat(rows(IDS)).as(difference).containsExactly(large.id(), large.formerId());
        }
    }

    /** After a failure of the job, what was written already comes again with later ids. */
    @Test
    void anEventKeepsItsFirstId() throws Exception {
        SmartMoneyEvent hit = SmartMoneyEvent.of(SampleSmartMoney.buy(0));
        SmartMoneyEvent alert = SmartMoneyEvent.of(SampleSmartMoney.notification("alice"));
        SmartMoneyEvent cluster = SmartMoneyEvent.of(SampleSmartMoney.cluster());

        writeEvents(hit.at(7_001), alert.at(7_002));
        writeEvents(alert.at(9_000), cluster.at(9_001), hit.at(9_002));

        assertThat(
                        rows(
                                "SELECT CONCAT_WS(' ', event_id, stream, id, block_time, payload)"
                                        + " FROM smart_money_notification ORDER BY event_id"))
                .containsExactly(
                        "7001 1@smartmoney "
                                + hit.id()
                                + " 1788220800 "
                                + EventPayload.of(hit.at(7_001), 7),
                        "7002 user:alice@alerts 00000000000000aa 1788220800 "
                                + EventPayload.of(alert.at(7_002), 7),
                        "9001 1@smartmoney 00000000000000cc 1788220860 "
                                + EventPayload.of(cluster.at(9_001), 9));
    }

    private static void writeEvents(SmartMoneyEvent... events) throws Exception {
        try (StoreHarness<String, SmartMoneyEvent> harness =
                new StoreHarness<>(
                        new MySqlEventOperator(
                                MySqlTarget.of(
                                        "job",
                                        server.url(),
                                        MariaDbServer.USER,
                                        () -> MariaDbServer.PASSWORD)),
                        SmartMoneyEvent::stream,
                        Types.STRING)) {
            harness.open();
            for (SmartMoneyEvent event : events) {
                harness.process(event);
            }
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
        }
    }

    private static void write(List<SmartMoneyTrade> trades) throws Exception {
        try (StoreHarness<Wallet, SmartMoneyTrade> harness = harness()) {
            harness.open();
            for (SmartMoneyTrade trade : trades) {
                harness.process(trade);
            }
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
        }
    }

    private static StoreHarness<Wallet, SmartMoneyTrade> harness() throws Exception {
        return new StoreHarness<>(
                new MySqlSmartMoneyOperator(
                        MySqlTarget.of(
                                "job",
                                server.url(),
                                MariaDbServer.USER,
                                () -> MariaDbServer.PASSWORD)),
                SmartMoneyTrade::wallet,
                CodecTypeInfo.WALLET);
    }

    /** Changes the row of a trade, as it is in a table that a former version wrote. */
    private static void change(String update, String formerId, SmartMoneyTrade trade)
            throws Exception {
        change(update.formatted(formerId, trade.id()));
    }

    private static void change(String statement) throws Exception {
        try (Connection admin = server.admin();
                Statement update = admin.createStatement()) {
            update.executeUpdate(statement);
        }
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

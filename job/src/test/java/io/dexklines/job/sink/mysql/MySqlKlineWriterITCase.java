package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.PEPE_LABELS;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.ofNumber;
import static io.dexklines.job.sink.SampleKlines.open;
import static io.dexklines.job.sink.SampleKlines.updates;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.job.sink.store.StoreHarness;
import io.dexklines.job.sink.store.StoreSettings;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.text.AddressCase;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The writer and its operator against a real MariaDB: what goes beyond {@link MySqlWriterContract}.
 */
@Timeout(150)
@SuppressWarnings("try") // the harness's close() is declared to throw anything
class MySqlKlineWriterITCase {

    private static final Table<PairKline> KLINES = Tables.KLINE;

    private static final String NUMBERS =
            "open, high, low, close, mcap_open, mcap_high, mcap_low, mcap_close, volume_usd,"
                    + " volume_token, buy_volume_usd, buy_volume_token, vwap";

    @TempDir private static Path folder;

    private static MariaDbServer server;
    private static Connection onlooker;

    private final List<MySqlWriter> writers = new ArrayList<>();
    private ExecutorService task;

    @BeforeAll
    static void startServer() throws Exception {
        server = new MariaDbServer(folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void emptyTables() throws SQLException {
        execute("DELETE FROM kline", "DELETE FROM pair", "DELETE FROM sink_progress");
        task = Executors.newSingleThreadExecutor();
    }

    @AfterEach
    void endTask() {
        writers.forEach(MySqlWriter::abort);
        task.shutdownNow();
        writers.forEach(MySqlWriter::close);
    }

    @Test
    void everyColumnArrives() throws Exception {
        writer().write(KLINES, List.of(new PairKline(PEPE, closed(0, 5))));

        try (Connection admin = server.admin();
                ResultSet row =
                        admin.createStatement()
                                .executeQuery(
                                        "SELECT * FROM kline WHERE chain_id = '1' AND pair_addr ="
                                                + " '0xa43fe16908251ee70ef74718545e4fe6c5ccec9f'"
                                                + " AND interval_code = '1m'"
                                                + " AND open_time = 1788220800")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getDouble("open")).isEqualTo(1.5);
            assertThat(row.getDouble("high")).isEqualTo(7.25);
            assertThat(row.getDouble("low")).isEqualTo(0.0000125);
            assertThat(row.getDouble("close")).isEqualTo(1.0 / 3);
            assertThat(row.getDouble("mcap_open")).isEqualTo(1e9);
            assertThat(row.getDouble("mcap_high")).isEqualTo(2000000005.0);
            assertThat(row.getDouble("mcap_low")).isEqualTo(5e8);
            assertThat(row.getDouble("mcap_close")).isEqualTo(123456789.125);
            assertThat(row.getDouble("volume_usd")).isEqualTo(5000.5);
            assertThat(row.getDouble("volume_token")).isEqualTo(3000000000005.0);
            assertThat(row.getDouble("buy_volume_usd")).isEqualTo(0.1 + 0.2);
            assertThat(row.getDouble("buy_volume_token")).isEqualTo(7e11);
            assertThat(row.getLong("trades")).isEqualTo(5);
            assertThat(row.getLong("buys")).isEqualTo(2);
            assertThat(row.getLong("sells")).isEqualTo(3);
            assertThat(row.getDouble("vwap")).isEqualTo(5000.5 / 3000000000005.0);
            assertThat(row.getLong("first_trade_time")).isEqualTo(1788220801);
            assertThat(row.getLong("last_trade_time")).isEqualTo(1788220802);
            assertThat(row.getBoolean("closed")).isTrue();
            assertThat(row.next()).isFalse();
        }
    }

    @Test
    void doublesComeBackBitForBitAfterInsertAndAfterUpdate() throws Exception {
        long seed = 20260901;
        SplittableRandom random = new SplittableRandom(seed);
        List<Double> numbers =
                new ArrayList<>(
                        List.of(
                                0.1 + 0.2,
                                1e-18,
                                Double.MIN_VALUE,
                                Double.MIN_NORMAL,
                                Double.MAX_VALUE,
                                Math.nextDown(1.0),
                                9007199254740993e3,
                                1.0 / 3));
        while (numbers.size() < 700) {
            double number = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(number)) {
                numbers.add(Math.abs(number));
            }
        }
        for (long trades = 1; trades <= 2; trades++) {
            List<PairKline> rows = new ArrayList<>();
            for (int i = 0; i < numbers.size(); i++) {
                double number = numbers.get((int) ((i + trades) % numbers.size()));
                rows.add(new PairKline(PEPE, ofNumber(i, number, trades)));
            }
            writer().write(KLINES, rows);

            try (Connection admin = server.admin();
                    ResultSet row =
                            admin.createStatement()
                                    .executeQuery(
                                            "SELECT "
                                                    + NUMBERS
                                                    + " FROM kline ORDER BY open_time")) {
                for (PairKline expected : rows) {
                    assertThat(row.next()).isTrue();
                    for (int column = 1; column <= 12; column++) {
                        assertThat(Double.doubleToRawLongBits(row.getDouble(column)))
                                .as("column %s, seed %s", column, seed)
                                .isEqualTo(Double.doubleToRawLongBits(expected.kline().open()));
                    }
                    assertThat(row.getDouble("vwap")).isEqualTo(1.0);
                }
                assertThat(row.next()).isFalse();
            }
        }
    }

    @Test
    void klinesOfExtremeAmountsAreWrittenWithAFiniteVwap() throws Exception {
        List<Refused<PairKline>> refused =
                writer().write(
                                KLINES,
                                List.of(
                                        new PairKline(PEPE, ofVolumes(0, 501, 1e-310)),
                                        new PairKline(PEPE, ofVolumes(1, Double.MAX_VALUE, 0.5)),
                                        new PairKline(PEPE, ofVolumes(2, Double.MIN_VALUE, 4)),
                                        new PairKline(PEPE, ofVolumes(3, 501, 0))));

        assertThat(refused).isEmpty();
        assertThat(texts("SELECT vwap FROM kline ORDER BY open_time"))
                .extracting(Double::parseDouble)
                .containsExactly(Double.MAX_VALUE, Double.MAX_VALUE, 0.0, 0.0);
    }

    @Test
    void theTableHasOneKeyAndAChartReadsOneRangeOfIt() throws Exception {
        assertThat(
                        texts(
                                "SELECT DISTINCT index_name FROM information_schema.statistics"
                                        + " WHERE table_schema = 'klines'"
                                        + " AND table_name = 'kline'"))
                .containsExactly("PRIMARY");
        List<PairKline> rows = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            rows.add(new PairKline(PEPE, closed(i, 1)));
            rows.add(new PairKline(BONK, closed(i, 1)));
        }
        writer().write(KLINES, rows);

        try (Statement statement = onlooker().createStatement();
                ResultSet plan =
                        statement.executeQuery(
                                "EXPLAIN PARTITIONS SELECT * FROM kline WHERE chain_id = '1' AND"
                                        + " pair_addr = '"
                                        + PEPE.address()
                                        + "' AND interval_code = '1m' AND open_time >= 1788220800"
                                        + " AND open_time < 1788224400 ORDER BY open_time")) {
            assertThat(plan.next()).isTrue();
            assertThat(plan.getString("type")).isEqualTo("range");
            assertThat(plan.getString("key")).isEqualTo("PRIMARY");
            assertThat(plan.getString("partitions")).isEqualTo("p2026_09");
            assertThat(plan.getString("Extra")).doesNotContain("filesort");
            assertThat(plan.next()).isFalse();
        }
    }

    @Test
    void oldKlinesLeaveWithTheirPartition() throws Exception {
        long july = 1_783_000_000_000L;
        writer().write(
                        KLINES,
                        List.of(
                                new PairKline(
                                        PEPE,
                                        SampleKlines.kline(
                                                Interval.ONE_MINUTE,
                                                Interval.ONE_MINUTE.openTimeMs(july),
                                                1,
                                                true)),
                                new PairKline(PEPE, closed(0, 1))));

        execute("ALTER TABLE kline DROP PARTITION p2026_07");

        assertThat(texts("SELECT open_time FROM kline")).containsExactly("1788220800");
    }

    @Test
    void severalRefusedRowsAreFoundInOneBatch() throws Exception {
        Pair tooLong = new Pair("1", "0x" + "a".repeat(200));
        Pair notAscii = new Pair("1", "0xaé");
        List<PairKline> rows = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            rows.add(new PairKline(PEPE, open(i, 1)));
        }
        rows.add(13, new PairKline(tooLong, open(0, 1)));
        rows.add(77, new PairKline(notAscii, open(0, 1)));

        List<Refused<PairKline>> refused = writer().write(KLINES, rows);

        assertThat(refused).hasSize(2);
        assertThat(refused.get(0).row().pair()).isEqualTo(tooLong);
        assertThat(refused.get(1).row().pair()).isEqualTo(notAscii);
        assertThat(texts("SELECT COUNT(*) FROM kline")).containsExactly("99");
    }

    @Test
    void rowsThatTheServerWouldStoreWronglyAreRefusedBeforehand() throws Exception {
        Kline infinite = ofNumber(0, Double.POSITIVE_INFINITY, 1);
        PairKline padded = new PairKline(new Pair("1", PEPE.address() + " "), open(0, 1));

        List<Refused<PairKline>> refused =
                writer().write(
                                KLINES,
                                List.of(
                                        new PairKline(PEPE, infinite),
                                        padded,
                                        new PairKline(PEPE, open(1, 1))));

        assertThat(refused)
                .containsExactly(
                        new Refused<>(
                                KLINES,
                                new PairKline(PEPE, infinite),
                                "",
                                0,
                                "a number that is not finite"),
                        new Refused<>(KLINES, padded, "", 0, "a key with a trailing space"));
        assertThat(texts("SELECT COUNT(*) FROM kline")).containsExactly("1");
    }

    @Test
    void theVictimOfADeadlockRetries() throws Exception {
        MySqlWriter writer = writer();
        List<PairKline> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(new PairKline(PEPE, open(i, 1)));
        }
        writer.write(KLINES, rows);
        try (Connection other = server.admin()) {
            // The one that changed more rows survives: the other has all but the first.
            other.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            other.setAutoCommit(false);
            other.createStatement()
                    .executeUpdate("UPDATE kline SET buys = 77 WHERE open_time > 1788220800");

            Future<?> writing =
                    inTask(
                            writer,
                            new PairKline(PEPE, open(0, 2)),
                            new PairKline(PEPE, open(1, 2)));
            awaitPatiently(
                    () ->
                            texts("SELECT trx_state FROM information_schema.innodb_trx")
                                    .contains("LOCK WAIT"));
            other.createStatement()
                    .executeUpdate("UPDATE kline SET buys = 78 WHERE open_time = 1788220800");
            other.commit();

            writing.get();
        }
        assertThat(writer.retries()).isEqualTo(1);
        assertThat(texts("SELECT trades FROM kline WHERE open_time <= 1788220860"))
                .containsExactly("2", "2");
    }

    @Test
    void aMissingTableIsWaitedFor() throws Exception {
        MySqlWriter writer = writer();
        execute("RENAME TABLE kline TO elsewhere");
        Future<?> writing;
        try {
            writing = inTask(writer, new PairKline(PEPE, open(0, 1)));
            awaitPatiently(() -> writer.retries() >= 2);
        } finally {
            execute("RENAME TABLE elsewhere TO kline");
        }

        writing.get();
        assertThat(texts("SELECT trades FROM kline")).containsExactly("1");
    }

    @Test
    void aWriterThatWaitsForALockEndsSoonWhenAborted() throws Exception {
        MySqlWriter writer = writer();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));
        try (Connection other = server.admin()) {
            other.setAutoCommit(false);
            other.createStatement().executeQuery("SELECT * FROM kline FOR UPDATE");
            Future<?> writing = inTask(writer, new PairKline(PEPE, open(0, 2)));
            awaitPatiently(
                    () ->
                            texts("SELECT trx_state FROM information_schema.innodb_trx")
                                    .contains("LOCK WAIT"));

            writer.abort();

            assertThatThrownBy(() -> writing.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void theOperatorConflatesAndDefers() throws Exception {
        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.time(1_000);
            harness.open();
            harness.process(updates(PEPE, open(0, 1)));
            harness.process(updates(PEPE, open(0, 2)));
            assertThat(texts("SELECT trades FROM kline")).isEmpty();

            harness.time(1_500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            assertThat(texts("SELECT trades FROM kline")).containsExactly("2");

            harness.process(updates(PEPE, open(0, 3), closed(1, 1)));
            harness.time(2_000);
            harness.settle();
            assertThat(harness.waitingRows()).isEqualTo(1);
            assertThat(texts("SELECT trades FROM kline ORDER BY open_time"))
                    .containsExactly("2", "1");

            for (long ms = 2_500; ms < 6_500; ms += 500) {
                harness.time(ms);
                harness.settle();
            }
            harness.process(updates(PEPE, open(0, 4)));
            assertThat(texts("SELECT trades FROM kline ORDER BY open_time"))
                    .containsExactly("2", "1");
            harness.time(6_500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            assertThat(texts("SELECT trades FROM kline ORDER BY open_time"))
                    .containsExactly("4", "1");
        }
    }

    @Test
    void theOperatorWritesAFullBatchAtOnceAndEmitsRefusedRows() throws Exception {
        Pair tooLong = new Pair("1", "0x" + "b".repeat(200));
        try (StoreHarness<Pair, KlineUpdates> harness = harness(3)) {
            harness.open();
            harness.process(updates(PEPE, open(0, 1), open(1, 1)));
            harness.runMails();
            assertThat(texts("SELECT COUNT(*) FROM kline")).containsExactly("0");

            harness.process(updates(tooLong, open(0, 1)));
            harness.settle();
            assertThat(harness.waitingRows()).isZero();

            assertThat(texts("SELECT COUNT(*) FROM kline")).containsExactly("2");
            assertThat(harness.refused())
                    .singleElement()
                    .satisfies(
                            json -> {
                                JsonNode refused = new ObjectMapper().readTree(json);
                                assertThat(refused.path("store").asText()).isEqualTo("mysql");
                                assertThat(refused.path("table").asText()).isEqualTo("kline");
                                assertThat(refused.path("pair_addr").asText())
                                        .isEqualTo(tooLong.address());
                                assertThat(refused.at("/kline/trades").asLong()).isEqualTo(1);
                                assertThat(refused.path("sql_state").asText()).isEqualTo("22001");
                                assertThat(refused.path("error_code").asInt()).isEqualTo(1406);
                            });
        }
    }

    @Test
    void theOperatorGoesOnWhileTheDatabaseIsDownAndACheckpointHasItsRows() throws Exception {
        OperatorSubtaskState checkpoint;
        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.open();
            harness.process(updates(PEPE, open(0, 1)));
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            server.stop();

            harness.process(updates(PEPE, open(0, 2)));
            harness.time(6_000);
            harness.process(updates(PEPE, open(0, 3)));
            harness.process(updates(BONK, closed(0, 1)));
            checkpoint = harness.snapshot(1);
            harness.cancel();
        }
        server.start();
        assertThat(texts("SELECT trades FROM kline")).containsExactly("1");

        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.restore(checkpoint).open();
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();

            assertThat(texts("SELECT CONCAT(chain_id, ' ', trades) FROM kline ORDER BY chain_id"))
                    .containsExactly("1 3", "100000 1");
            assertThat(harness.refused()).isEmpty();
        }
    }

    @Test
    void labelsFollowThePairAndUnknownOnesLeaveWhatIsThere() throws Exception {
        PairLabels strange = new PairLabels("", "", "🐸".repeat(200), "");
        String all =
                "SELECT CONCAT_WS('|', swap_name, token_addr, token_symbol, base_token_symbol)"
                        + " FROM pair";
        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.open();
            harness.process(new KlineUpdates(PEPE, PEPE_LABELS, List.of(open(0, 1))));
            harness.time(500);
            harness.settle();
            assertThat(harness.waitingRows()).isZero();
            assertThat(texts(all))
                    .containsExactly(
                            "UniswapV2|0x6982508145454ce325ddbe47a25d4ec3d2311933|PEPE|WETH");

            harness.process(new KlineUpdates(PEPE, strange, List.of(open(0, 2))));
            harness.time(1_000);
            harness.settle();
            // the kline is deferred, labels never are
            assertThat(harness.waitingRows()).isEqualTo(1);

            assertThat(texts(all))
                    .containsExactly(
                            "UniswapV2|0x6982508145454ce325ddbe47a25d4ec3d2311933|"
                                    + "🐸".repeat(128)
                                    + "|WETH");
        }
    }

    /** The pair is there when its kline is, and is added once for each connection. */
    @Test
    void pairsAreAddedAsReadersOfTheGoConsumersKnowThem() throws Exception {
        String spelled = "SELECT CONCAT_WS(' ', chain_id, pair_address) FROM pair_spelling";
        String views = "klines_views.trade_kline_1m_09";
        migrate("--compatibility-views=klines_views", "--compatibility-address-case=eip55");
        try (StoreHarness<Pair, KlineUpdates> harness =
                harness(target(1).spelling(AddressCase.EIP55))) {
            harness.open();
            harness.process(updates(PEPE, closed(0, 1)));
            harness.process(updates(BONK, closed(0, 1)));
            harness.settle();

            assertThat(texts(spelled + " ORDER BY chain_id"))
                    .containsExactly(
                            "1 0xA43fe16908251ee70EF74718545e4FE6C5cCEc9f",
                            "100000 " + BONK.address());
            assertThat(texts("SELECT pair_address FROM " + views + " WHERE chain_id = 1"))
                    .containsExactly("0xA43fe16908251ee70EF74718545e4FE6C5cCEc9f");

            execute("DELETE FROM pair_spelling");
            harness.process(updates(PEPE, closed(1, 1)));
            harness.settle();
            assertThat(texts(spelled)).as("remembered").isEmpty();

            migrate("--compatibility-views=klines_views", "--compatibility-address-case=eip55");
            assertThat(texts(spelled)).as("from the klines that are there").hasSize(2);
        }
        try (StoreHarness<Pair, KlineUpdates> harness = harness(target(1))) {
            execute("DELETE FROM pair_spelling");
            harness.open();
            harness.process(updates(PEPE, closed(2, 1)));
            harness.settle();
            assertThat(texts(spelled)).as("without the option").isEmpty();
        } finally {
            // the index too
            migrate("--drop-compatibility-views=klines_views");
        }
    }

    private static void migrate(String... options) {
        List<String> arguments = new ArrayList<>(List.of("--mysql-url=" + server.url()));
        arguments.add("--mysql-user=admin");
        arguments.addAll(List.of(options));
        assertThat(
                        new CommandLine(new MigrateCommand(Optional::empty))
                                .execute(arguments.toArray(String[]::new)))
                .isZero();
    }

    /** Solana's addresses are case-sensitive. */
    @Test
    void addressesThatDifferInTheirCaseAloneAreTwoRows() throws Exception {
        Pair other = new Pair(BONK.chainId(), BONK.address().toLowerCase(Locale.ROOT));

        writer().write(
                        KLINES,
                        List.of(
                                new PairKline(BONK, closed(0, 1)),
                                new PairKline(other, closed(0, 2))));

        assertThat(texts("SELECT CONCAT_WS(' ', pair_addr, trades) FROM kline ORDER BY trades"))
                .containsExactly(BONK.address() + " 1", other.address() + " 2");
    }

    @Test
    void anOrderlyStopWritesWhatWaits() throws Exception {
        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.open();
            harness.process(updates(PEPE, open(0, 1)));
        }
        assertThat(texts("SELECT trades FROM kline")).containsExactly("1");
    }

    @Test
    void closingNeverThrowsEvenWhenTheOperatorNeverOpened() throws Exception {
        try (StoreHarness<Pair, KlineUpdates> harness = harness(100)) {
            harness.setup();
        }
    }

    private static StoreHarness<Pair, KlineUpdates> harness(int batchRows) throws Exception {
        return harness(target(batchRows));
    }

    private static MySqlTarget target(int batchRows) {
        return MySqlTarget.of(
                List.of(server.url()),
                List.of(),
                MariaDbServer.USER,
                () -> MariaDbServer.PASSWORD,
                new StoreSettings("job", batchRows, 500, 5_000, 1_000_000, 1_000));
    }

    private static StoreHarness<Pair, KlineUpdates> harness(MySqlTarget target) throws Exception {
        return new StoreHarness<>(
                new MySqlKlineOperator(target), KlineUpdates::pair, CodecTypeInfo.PAIR);
    }

    private MySqlWriter writer() {
        return writer(server.url());
    }

    private MySqlWriter writer(String url) {
        MySqlWriter writer =
                new MySqlWriter(
                        connections(url),
                        MySqlTarget.execution(1000),
                        new SinkProgress("klines-0", "run", StoreWriter.NOTHING),
                        backoff(),
                        Thread::sleep,
                        System::nanoTime);
        writers.add(writer);
        return writer;
    }

    private static MySqlConnectionProvider connections(String url) {
        return MySqlConnectionProvider.of(url, MariaDbServer.USER, () -> MariaDbServer.PASSWORD);
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(10), Duration.ofMillis(100), new SplittableRandom(1));
    }

    private Future<?> inTask(MySqlWriter writer, PairKline... rows) {
        return task.submit(() -> writer.write(KLINES, List.of(rows)));
    }

    private static Kline ofVolumes(int minute, double usd, double token) {
        Kline kline = open(minute, 1);
        return new Kline(
                kline.interval(),
                kline.openTimeMs(),
                kline.open(),
                kline.high(),
                kline.low(),
                kline.close(),
                kline.mcapOpen(),
                kline.mcapHigh(),
                kline.mcapLow(),
                kline.mcapClose(),
                usd,
                token,
                usd,
                token,
                1,
                1,
                kline.first(),
                kline.last(),
                false);
    }

    private static void awaitPatiently(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    /** One connection for all that the tests look at and do beside the writer. */
    private static Connection onlooker() throws SQLException {
        if (onlooker == null || !onlooker.isValid(5)) {
            onlooker = server.admin();
        }
        return onlooker;
    }

    private static void execute(String... statements) throws SQLException {
        try (Statement statement = onlooker().createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static List<String> texts(String query) throws SQLException {
        try (Statement statement = onlooker().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> texts = new ArrayList<>();
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
            return texts;
        }
    }
}

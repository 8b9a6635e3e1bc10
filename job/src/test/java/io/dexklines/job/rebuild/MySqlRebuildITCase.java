package io.dexklines.job.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.SampleKlines;
import io.dexklines.job.sink.mysql.MySqlLanes;
import io.dexklines.job.sink.mysql.Tables;
import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineColumns;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.text.Column;
import io.dexklines.trade.Pair;
import io.dexklines.trade.ServerHash;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Grows from one server to two and four, as docs/scaling.md describes it. */
class MySqlRebuildITCase {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String CHAIN = "56";
    private static final int PAIRS = 40;
    private static final int MINUTES = 200;

    /** More than the rows of one transaction of the copy. */
    private static final int MINUTES_OF_THE_FIRST_PAIR = 1500;

    @TempDir static Path folder;
    private static final List<EmbeddedMariaDb> SERVERS = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        for (int i = 0; i < 4; i++) {
            Path of = Files.createDirectories(folder.resolve("mysql" + i));
            // the users have the same passwords on all servers
            Files.writeString(of.resolve("klines-password"), "canary");
            Files.writeString(of.resolve("migrator-password"), "parrot");
            EmbeddedMariaDb server = EmbeddedMariaDb.start(of, 0);
            SERVERS.add(server);
            server.migrate();
        }
    }

    @AfterAll
    static void stop() {
        SERVERS.forEach(EmbeddedMariaDb::close);
    }

    @BeforeEach
    void empty() throws SQLException {
        for (int server = 0; server < SERVERS.size(); server++) {
            for (String table : List.of("kline", "pair", "smart_money_trade")) {
                execute(server, "DELETE FROM " + table);
            }
        }
    }

    @Test
    void fromOneServerToTwoAndFourWhileTheJobWrites() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        try (Market market = new Market(seed)) {
            market.writeTo(new MySqlLanes(urls(1), List.of()));
            market.writeEverythingOnce();
            assertThat(market.missingFrom(urls(1))).isEmpty();

            for (int servers = 2; servers <= 4; servers *= 2) {
                List<String> former = urls(servers / 2);
                List<String> now = urls(servers);
                // the job is restarted with both lists
                market.writeTo(new MySqlLanes(now, former));
                Future<?> writing = market.start();
                market.awaitWrites(50);

                assertThat(rebuild(now, former)).isZero();

                market.awaitWrites(50);
                market.stop(writing);
                assertThat(market.missingFrom(former)).as("readers may still use it").isEmpty();
                assertThat(market.missingFrom(now)).isEmpty();

                // the readers have the new list, and the job is restarted without the former one
                market.writeTo(new MySqlLanes(now, List.of()));
                for (int server = 0; server < servers; server++) {
                    deleteMovedRows(server, servers);
                }
                assertThat(market.missingFrom(now)).isEmpty();
                assertThat(market.rowsOn(servers)).isEqualTo(market.rows());
            }

            // a job that writes to the former list alone is found out
            market.writeTo(new MySqlLanes(urls(2), List.of()));
            market.write(pair(2, 4), 0);
            assertThat(market.missingFrom(urls(4)))
                    .containsExactly("klines of 0x" + pair(2, 4) + " on server 2");
        }
    }

    @Test
    void aServerThatIsDownFailsTheCommand() {
        assertThat(rebuild(urls(1), List.of("jdbc:mysql://127.0.0.1:1/klines"))).isEqualTo(4);
    }

    @Test
    void theCopyNeverReplacesWhatTheJobHasWritten() throws Exception {
        Pair pair = new Pair(CHAIN, "0x" + pair(1, 2));
        Kline newer = SampleKlines.closed(0, 9);
        upsert(0, new PairKline(pair, SampleKlines.closed(0, 8)));
        upsert(0, new PairKline(pair, SampleKlines.open(1, 3)));
        upsert(1, new PairKline(pair, newer));
        insertPair(0, pair, "old", "USDC");
        insertPair(1, pair, "new", "");

        for (int run = 0; run < 2; run++) {
            assertThat(rebuild(urls(2), urls(1))).isZero();

            assertThat(klines(1).get(pair.address()).values())
                    .containsExactly(values(newer), values(SampleKlines.open(1, 3)));
            try (Connection connection = SERVERS.get(1).connect();
                    ResultSet labels =
                            connection
                                    .createStatement()
                                    .executeQuery(
                                            "SELECT token_symbol, base_token_symbol FROM pair")) {
                assertThat(labels.next()).isTrue();
                assertThat(labels.getString(1)).isEqualTo("new");
                assertThat(labels.getString(2)).isEqualTo("USDC");
            }
        }
    }

    @Test
    void rowsThatAreNoLongerOfTheirServerAreNotCopied() throws Exception {
        Pair left = new Pair(CHAIN, "0x" + pair(3, 4));
        // a row that was not deleted after an earlier move from the first to the second server
        upsert(0, new PairKline(left, SampleKlines.closed(0, 8)));

        assertThat(rebuild(urls(4), urls(2))).isZero();

        assertThat(klines(3)).isEmpty();
    }

    @Test
    void bothListsAreNeeded() {
        assertThat(MySqlRebuild.run("--kafka.bootstrap-servers=b:1")).isEqualTo(2);
        assertThat(
                        MySqlRebuild.run(
                                "--kafka.bootstrap-servers=b:1",
                                "--mysql.url=" + String.join(" ", urls(2))))
                .isEqualTo(2);
    }

    private static int rebuild(List<String> urls, List<String> formerUrls) {
        return MySqlRebuild.run(
                "--kafka.bootstrap-servers=b:1",
                "--mysql.url=" + String.join(" ", urls),
                "--mysql.former-url=" + String.join(" ", formerUrls),
                "--mysql.username=" + SERVERS.get(0).job().user(),
                "--mysql.password=" + SERVERS.get(0).job().passwordReference());
    }

    private static List<String> urls(int servers) {
        return SERVERS.stream().limit(servers).map(EmbeddedMariaDb::jdbcUrl).toList();
    }

    /** Returns the number of a pair that belongs on one of so many servers. */
    private static int pair(int server, int servers) {
        int i = 0;
        while (ServerHash.server(CHAIN, "0x" + i, servers) != server) {
            i++;
        }
        return i;
    }

    /** Executes the statements of docs/scaling.md. */
    private static void deleteMovedRows(int server, int servers) throws SQLException {
        for (String table : List.of("kline", "pair", "smart_money_trade")) {
            String address = table.equals("smart_money_trade") ? "wallet" : "pair_addr";
            execute(
                    server,
                    "DELETE FROM %s WHERE CRC32(CONCAT(chain_id, ':', %s)) MOD %d <> %d"
                            .formatted(table, address, servers, server));
        }
    }

    private static void execute(int server, String sql) throws SQLException {
        try (Connection connection = SERVERS.get(server).connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void upsert(int server, PairKline row) throws SQLException {
        try (Connection connection = SERVERS.get(server).connect()) {
            upsert(connection, List.of(row));
        }
    }

    private static void upsert(Connection connection, List<PairKline> rows) throws SQLException {
        try (PreparedStatement upsert =
                connection.prepareStatement(Tables.KLINE.upsert(rows.size()))) {
            Tables.KLINE.bind(upsert, rows);
            upsert.executeUpdate();
        }
    }

    private static void insertPair(int server, Pair pair, String symbol, String base)
            throws SQLException {
        execute(
                server,
                "INSERT INTO pair VALUES ('%s', '%s', '', '', '%s', '%s')"
                        .formatted(pair.chainId(), pair.address(), symbol, base));
    }

    /** Returns the values of the klines of a server, by the address of the pair and open time. */
    private static Map<String, Map<Long, List<Object>>> klines(int server) throws SQLException {
        Map<String, Map<Long, List<Object>>> klines = new TreeMap<>();
        try (Connection connection = SERVERS.get(server).connect();
                ResultSet rows = connection.createStatement().executeQuery("SELECT * FROM kline")) {
            KlineColumns.Row row = new KlineColumns.Row(rows);
            while (rows.next()) {
                Kline kline =
                        KlineColumns.kline(Interval.ofCode(rows.getString("interval_code")), row);
                klines.computeIfAbsent(rows.getString("pair_addr"), first -> new TreeMap<>())
                        .put(kline.openTimeMs(), values(kline));
            }
        }
        return klines;
    }

    /** Returns what the table holds of a kline. */
    private static List<Object> values(Kline kline) {
        List<Object> values = new ArrayList<>();
        Column.Writer<RuntimeException> collect =
                new Column.Writer<>() {
                    @Override
                    public void text(String name, String value) {
                        values.add(value);
                    }

                    @Override
                    public void whole(String name, long value) {
                        values.add(value);
                    }

                    @Override
                    public void number(String name, double value) {
                        values.add(value);
                    }

                    @Override
                    public void flag(String name, boolean value) {
                        values.add(value);
                    }
                };
        KlineColumns.TABLE.forEach(column -> column.write(kline, collect));
        return values;
    }

    /**
     * A market whose newest rows are known, and which writes them as the job does: each row to all
     * of its lanes.
     */
    private static final class Market implements AutoCloseable {

        private final SplittableRandom random;
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Map<String, Map<Long, Kline>> newest = new TreeMap<>();
        private final Map<String, String> tradesByWallet = new TreeMap<>();
        private final Map<String, Connection> connections = new HashMap<>();
        private MySqlLanes lanes;
        private volatile boolean stopped;
        private volatile int writes;

        Market(long seed) {
            random = new SplittableRandom(seed);
        }

        void writeTo(MySqlLanes newLanes) {
            lanes = newLanes;
        }

        void writeEverythingOnce() throws SQLException {
            for (int pair = 0; pair < PAIRS; pair++) {
                List<PairKline> rows = new ArrayList<>();
                for (int minute = 0; minute < minutes(pair); minute++) {
                    rows.add(next(pair, minute));
                }
                upsert(connection(0), rows);
                insertPair(0, rows.get(0).pair(), "symbol " + pair, "USDC");
                write(pair, 0);
            }
        }

        private static int minutes(int pair) {
            return pair == 0 ? MINUTES_OF_THE_FIRST_PAIR : MINUTES;
        }

        Future<?> start() {
            stopped = false;
            writes = 0;
            return thread.submit(
                    () -> {
                        while (!stopped) {
                            int pair = random.nextInt(PAIRS);
                            write(pair, random.nextInt(minutes(pair)));
                        }
                        return null;
                    });
        }

        void stop(Future<?> writing) throws Exception {
            stopped = true;
            writing.get();
        }

        void awaitWrites(int more) {
            int before = writes;
            await().atMost(PATIENCE).until(() -> writes >= before + more);
        }

        /** Returns a newer version of a kline. */
        private PairKline next(int pair, int minute) {
            String address = "0x" + pair;
            Map<Long, Kline> klines = newest.computeIfAbsent(address, first -> new TreeMap<>());
            long openTimeMs = SampleKlines.open(minute, 1).openTimeMs();
            Kline last = klines.get(openTimeMs);
            long trades = last == null ? 1 : last.trades() + 1;
            Kline kline =
                    random.nextBoolean()
                            ? SampleKlines.open(minute, trades)
                            : SampleKlines.closed(minute, trades);
            klines.put(openTimeMs, kline);
            return new PairKline(new Pair(CHAIN, address), kline);
        }

        /** Writes a newer version of a kline, and a trade of a wallet. */
        private void write(int pair, int minute) throws SQLException {
            PairKline row = next(pair, minute);
            for (int lane : lanes.lanesOf(CHAIN, row.pair().address())) {
                upsert(connection(lane), List.of(row));
            }
            String wallet = "0xw" + (pair * 7 + minute) % 300;
            String id = "id" + pair;
            if (tradesByWallet.putIfAbsent(wallet, id) == null) {
                for (int lane : lanes.lanesOf(CHAIN, wallet)) {
                    try (Statement insert = connection(lane).createStatement()) {
                        insert.execute(
                                ("INSERT INTO smart_money_trade VALUES ('%s', '%s', 1788220800,"
                                                + " '%s', '\u20ac', '0xd1', 'V3', '0xt', 'WETH', 'USDC',"
                                                + " 'buy', 12.1, 0.25, 1e-300, 50, 1000, '0xhash',"
                                                + " 7, 8, 9, FALSE, TRUE)")
                                        .formatted(CHAIN, wallet, id));
                    }
                }
            }
            writes++;
        }

        private Connection connection(int lane) throws SQLException {
            String url = lanes.urls().get(lane);
            Connection connection = connections.get(url);
            if (connection == null) {
                EmbeddedMariaDb any = SERVERS.get(0);
                connection =
                        DriverManager.getConnection(
                                url, any.migrator().user(), any.migrator().password());
                connections.put(url, connection);
            }
            return connection;
        }

        /** Returns what a reader of the servers does not find as it was written last. */
        List<String> missingFrom(List<String> servers) throws SQLException {
            List<String> missing = new ArrayList<>();
            List<Map<String, Map<Long, List<Object>>>> held = new ArrayList<>();
            for (int server = 0; server < servers.size(); server++) {
                held.add(klines(server));
            }
            for (Map.Entry<String, Map<Long, Kline>> pair : newest.entrySet()) {
                int server = ServerHash.server(CHAIN, pair.getKey(), servers.size());
                Map<Long, List<Object>> expected = new TreeMap<>();
                pair.getValue().forEach((time, kline) -> expected.put(time, values(kline)));
                if (!expected.equals(held.get(server).get(pair.getKey()))) {
                    missing.add("klines of " + pair.getKey() + " on server " + server);
                }
                String symbol = "symbol " + pair.getKey().substring(2);
                if (count(server, "pair WHERE token_symbol = '" + symbol + "'") != 1) {
                    missing.add("labels of " + pair.getKey() + " on server " + server);
                }
            }
            for (Map.Entry<String, String> trade : tradesByWallet.entrySet()) {
                int server = ServerHash.server(CHAIN, trade.getKey(), servers.size());
                String row =
                        ("smart_money_trade WHERE wallet = '%s' AND id = '%s' AND label = '\u20ac'"
                                        + " AND usd = 12.1 AND base_token_amount = 1e-300"
                                        + " AND first_buy AND NOT clamp")
                                .formatted(trade.getKey(), trade.getValue());
                if (count(server, row) != 1) {
                    missing.add("trade of " + trade.getKey() + " on server " + server);
                }
            }
            return missing;
        }

        /** Returns the number of rows on the first servers. */
        long rowsOn(int servers) throws SQLException {
            long rows = 0;
            for (int server = 0; server < servers; server++) {
                rows += count(server, "kline") + count(server, "pair");
                rows += count(server, "smart_money_trade");
            }
            return rows;
        }

        long rows() {
            return newest.values().stream().mapToLong(Map::size).sum()
                    + newest.size()
                    + tradesByWallet.size();
        }

        private static long count(int server, String from) throws SQLException {
            try (Connection connection = SERVERS.get(server).connect();
                    ResultSet count =
                            connection
                                    .createStatement()
                                    .executeQuery("SELECT COUNT(*) FROM " + from)) {
                count.next();
                return count.getLong(1);
            }
        }

        @Override
        public void close() throws SQLException {
            stopped = true;
            thread.shutdownNow();
            for (Connection connection : connections.values()) {
                connection.close();
            }
        }
    }
}

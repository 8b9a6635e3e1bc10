package io.dexklines.bench;

import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.mysql.Tables;
import io.dexklines.kline.Interval;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.schema.MigrateCommand;
import io.dexklines.trade.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import picocli.CommandLine;

/**
 * A benchmark of the views for readers of the Go consumers: their two queries over a table {@code
 * kline} of {@value #PAIRS} pairs with {@code 1m}, with and without the index {@code by_time}, and
 * the job's upserts with and without it. The phases are: without the index, with it, and without it
 * again.
 *
 * <p>Prints one line for each measurement. Arguments: rows (10000000), batches of a phase (10), the
 * case of addresses (lower).
 */
public final class CompatibilityViews {

    private static final int PAIRS = 1_000;
    private static final int BATCH_ROWS = 10_000;
    private static final int STATEMENT_ROWS = 500;
    private static final int SAMPLES = 20;
    private static final int MINUTE = 60;

    /** 2026-09-01, the open time of the first kline. */
    private static final long FIRST = 1_788_220_800;

    private static final String VIEW = "klines_views.trade_kline_1m_09";

    private static final String RANGE =
            "SELECT * FROM "
                    + VIEW
                    + " WHERE chain_id = ? and pair_address = ? and candle_time between ? and ?"
                    + " ORDER BY id desc LIMIT 1500";
    private static final String BUSIEST =
            "SELECT pair_address FROM "
                    + VIEW
                    + " WHERE chain_id = ? and candle_time > ? GROUP BY pair_address"
                    + " ORDER BY sum(v) desc LIMIT 10";

    private final EmbeddedMariaDb server;
    private final int minutes;
    private final int batches;
    private final List<Pair> pairs =
            IntStream.range(0, PAIRS)
                    .mapToObj(SampleKlines::pair)
                    .sorted(Comparator.comparing(Pair::address))
                    .toList();
    private final Random random = new Random(1);
    private long nextTime;

    private CompatibilityViews(EmbeddedMariaDb server, int minutes, int batches) {
        this.server = server;
        this.minutes = minutes;
        this.batches = batches;
        this.nextTime = FIRST + (long) minutes * MINUTE;
    }

    public static void main(String[] args) throws Exception {
        int rows = Bench.argument(args, 0, 10_000_000);
        int batches = Bench.argument(args, 1, 10);
        String addressCase = args.length > 2 ? args[2] : "lower";
        Path folder = Files.createTempDirectory("views");
        try (EmbeddedMariaDb server = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0)) {
            server.migrate();
            new CompatibilityViews(server, rows / PAIRS, batches).run(addressCase);
        }
        System.exit(0);
    }

    private void run(String addressCase) throws SQLException {
        timed("the rows", () -> load());
        // the job keeps the table of addresses up to date, the command fills it
        timed("klines migrate, which builds by_time", () -> migrate(addressCase));
        timed(
                "ALTER TABLE … DROP KEY by_time",
                () -> execute("ALTER TABLE kline DROP KEY by_time"));
        timed("ANALYZE TABLE", () -> execute("ANALYZE TABLE kline"));
        phase("without by_time", false);
        timed(
                "ALTER TABLE … ADD KEY by_time",
                () ->
                        execute(
                                "ALTER TABLE kline ADD KEY by_time (chain_id, interval_code,"
                                        + " open_time), ALGORITHM = INPLACE, LOCK = NONE"));
        timed("ANALYZE TABLE", () -> execute("ANALYZE TABLE kline"));
        phase("with by_time", true);
        execute("ALTER TABLE kline DROP KEY by_time");
        phase("without by_time again", false);
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static double seconds(Work work) throws SQLException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void timed(String name, Work work) throws SQLException {
        print("%s: %.1f s", name, seconds(work));
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private void migrate(String addressCase) {
        int status =
                new CommandLine(new MigrateCommand(Optional::empty))
                        .execute(
                                "--mysql-url=" + server.jdbcUrl(),
                                "--mysql-user=" + server.migrator().user(),
                                "--mysql-password=" + server.migrator().passwordReference(),
                                "--compatibility-views=klines_views",
                                "--compatibility-address-case=" + addressCase);
        if (status != 0) {
            throw new IllegalStateException("klines migrate: " + status);
        }
    }

    private void load() throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            // otherwise the server counts rows in the background
            statement.execute("ALTER TABLE kline STATS_AUTO_RECALC = 0");
            for (int pair = 0; pair < PAIRS; pair++) {
                statement.execute(
                        """
                        INSERT INTO kline (chain_id, pair_addr, interval_code, open_time,
                            first_trade_time, last_trade_time, open, close, high, low,
                            mcap_open, mcap_close, mcap_high, mcap_low,
                            volume_usd, volume_token, vwap, buy_volume_usd, buy_volume_token,
                            trades, buys, sells, closed)
                        SELECT '56', '%s', '1m', %d + 60 * seq,
                            %2$d + 60 * seq, %2$d + 60 * seq + 59, seq, seq, seq, seq,
                            seq, seq, seq, seq, %d + seq, 4, 5, 6, 7, 5, 3, 2, TRUE
                        FROM seq_0_to_%d\
                        """
                                .formatted(
                                        pairs.get(pair).address(),
                                        FIRST,
                                        (long) pair * 7919 % PAIRS * 1_000,
                                        minutes - 1));
            }
        }
    }

    private void phase(String name, boolean indexed) throws SQLException {
        print("%n%s", name);
        upserts();
        try (Connection connection =
                DriverManager.getConnection(
                        server.jdbcUrl() + "?useServerPrepStmts=true",
                        server.migrator().user(),
                        server.migrator().password())) {
            long end = FIRST + (long) minutes * MINUTE;
            print("1,500 klines of a pair: %s", explain(connection, RANGE, pairs.get(0), end));
            List<Double> times = new ArrayList<>();
            for (int i = 0; i < SAMPLES; i++) {
                Pair pair = pairs.get(random.nextInt(PAIRS));
                times.add(seconds(() -> range(connection, pair, end)));
            }
            print("  %s", spread(times));
            print("busiest pairs: %s", explain(connection, BUSIEST, null, end - 3600));
            for (int hours : new int[] {1, 24}) {
                times.clear();
                // without the index, one query reads everything
                for (int i = 0; i < (indexed ? 3 : 1); i++) {
                    times.add(seconds(() -> busiest(connection, end - hours * 3600L)));
                }
                print("  of %d h: %s", hours, spread(times));
            }
        }
    }

    private String spread(List<Double> times) {
        List<Double> sorted = times.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                "median %.1f ms, longest %.1f ms of %d",
                sorted.get(sorted.size() / 2) * 1e3,
                sorted.get(sorted.size() - 1) * 1e3,
                sorted.size());
    }

    /** Writes batches of new klines, and then newer versions of them. */
    private void upserts() throws SQLException {
        long first = nextTime;
        for (int trades = 1; trades <= 2; trades++) {
            List<Double> times = new ArrayList<>();
            long time = first;
            for (int batch = 0; batch < batches; batch++) {
                List<PairKline> rows = new ArrayList<>(BATCH_ROWS);
                for (Pair pair : pairs) {
                    for (int i = 0; i < BATCH_ROWS / PAIRS; i++) {
                        rows.add(
                                new PairKline(
                                        pair,
                                        SampleKlines.kline(
                                                Interval.ONE_MINUTE,
                                                (time + i * MINUTE) * 1000,
                                                trades,
                                                false,
                                                random)));
                    }
                }
                time += BATCH_ROWS / PAIRS * MINUTE;
                times.add(seconds(() -> upsert(rows)));
            }
            nextTime = time;
            print(
                    "upserts of %,d %s: %s",
                    BATCH_ROWS, trades == 1 ? "new rows" : "newer versions", spread(times));
        }
    }

    private Connection writer;

    /** Writes the rows as the job does: sorted, with prepared statements, in one transaction. */
    private void upsert(List<PairKline> rows) throws SQLException {
        if (writer == null) {
            writer =
                    DriverManager.getConnection(
                            server.jdbcUrl()
                                    + "?useServerPrepStmts=true&cachePrepStmts=true"
                                    + "&prepStmtCacheSqlLimit=100000",
                            server.job().user(),
                            server.job().password());
            writer.setAutoCommit(false);
        }
        try (PreparedStatement statement =
                writer.prepareStatement(Tables.KLINE.upsert(STATEMENT_ROWS))) {
            for (int from = 0; from < rows.size(); from += STATEMENT_ROWS) {
                Tables.KLINE.bind(statement, rows.subList(from, from + STATEMENT_ROWS));
                statement.executeUpdate();
            }
        }
        writer.commit();
    }

    private static void range(Connection connection, Pair pair, long end) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(RANGE)) {
            bindRange(query, pair, end);
            count(query, 1500);
        }
    }

    private static void bindRange(PreparedStatement query, Pair pair, long end)
            throws SQLException {
        query.setLong(1, Long.parseLong(pair.chainId()));
        query.setString(2, pair.address());
        query.setLong(3, end - 1500 * MINUTE);
        query.setLong(4, end - 1);
    }

    private static void busiest(Connection connection, long after) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(BUSIEST)) {
            query.setLong(1, 56);
            query.setLong(2, after);
            count(query, 10);
        }
    }

    private static void count(PreparedStatement query, int expected) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            if (count != expected) {
                throw new IllegalStateException(count + " rows, not " + expected);
            }
        }
    }

    /**
     * @param pair null for the query of the busiest pairs
     */
    private static String explain(Connection connection, String sql, Pair pair, long time)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("EXPLAIN " + sql)) {
            if (pair == null) {
                query.setLong(1, 56);
                query.setLong(2, time);
            } else {
                bindRange(query, pair, time);
            }
            StringBuilder plan = new StringBuilder();
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    plan.append(plan.isEmpty() ? "" : ", ")
                            .append(rows.getString("table"))
                            .append(' ')
                            .append(rows.getString("type"))
                            .append(' ')
                            .append(rows.getString("key"))
                            .append(' ')
                            .append(rows.getString("rows"));
                }
            }
            return plan.toString();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

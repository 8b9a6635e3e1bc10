package io.dexklines.bench;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.mysql.KlineRow;
import io.dexklines.job.sink.mysql.KlineTable;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.mysql.MySqlTarget;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.local.stack.ProjectHome;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.jdbc.JdbcConnectionOptions;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * Rows a second into MySQL's table {@code kline}: new ones, and newer versions of all of them. The
 * same rows in every run, and afterwards all of them have to be there.
 */
final class MySqlSinks {

    private static final int BATCH_ROWS = 10_000;
    private static final int BATCH_MS = 500;
    private static final String REWRITTEN =
            "?rewriteBatchedStatements=true&connectionTimeZone=UTC&characterEncoding=UTF-8";

    /** The work: what is written over what. */
    private record Work(Versions before, Versions written) {}

    /**
     * One version of all klines.
     *
     * @param updates as the engine emits them
     * @param rows the same, one by one
     * @param sorted the same in the order of the primary key
     * @param file the same as a file for LOAD DATA, sorted too
     */
    private record Versions(
            long trades,
            List<KlineUpdates> updates,
            List<KlineRow> rows,
            List<KlineRow> sorted,
            Path file) {}

    /** What the stock sink's statement takes its rows from, in this JVM. */
    private static volatile List<KlineRow> stockRows;

    private final EmbeddedMariaDb server;
    private final SinkJobs jobs;
    private final int pairs;

    private MySqlSinks(EmbeddedMariaDb server, SinkJobs jobs, int pairs) {
        this.server = server;
        this.jobs = jobs;
        this.pairs = pairs;
    }

    static void measure(Path folder, int rounds, int rows) throws Exception {
        int pairs = Math.max(1, rows / SampleKlines.INTERVALS.size());
        try (EmbeddedMariaDb server = EmbeddedMariaDb.start(folder.resolve("mariadb"), 0);
                SinkJobs jobs = new SinkJobs()) {
            server.migrate(ProjectHome.find().mysqlMigrations());
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                // else the server counts rows in the background, and TRUNCATE may wait for that
                statement.execute("ALTER TABLE kline STATS_AUTO_RECALC = 0");
            }
            MySqlSinks sinks = new MySqlSinks(server, jobs, pairs);
            Versions none = new Versions(0, List.of(), List.of(), List.of(), null);
            Versions first = versions(folder, pairs, 1);
            Versions second = versions(folder, pairs, 2);
            sinks.contest(new Work(none, first)).run("MySQL, new rows", rounds);
            sinks.contest(new Work(first, second)).run("MySQL, newer versions", rounds);
        }
    }

    private Contest contest(Work work) {
        return new Contest("rows", pairs * SampleKlines.INTERVALS.size())
                .add("this project's sink", () -> measured(work, () -> ours(work, "")))
                .add(
                        "the same, its statements as text (useServerPrepStmts=false)",
                        () -> measured(work, () -> ours(work, "?useServerPrepStmts=false")))
                .add(
                        "JDBC batches, sorted, rewriteBatchedStatements, no Flink",
                        () -> measured(work, () -> rewrittenBatches(work)))
                .add(
                        "Flink's JdbcSink, rewriteBatchedStatements",
                        () -> measured(work, () -> stock(work)))
                .add(
                        "LOAD DATA LOCAL INFILE … REPLACE, sorted",
                        () -> measured(work, () -> loadData(work)));
    }

    /** Prepares the table, lets it be written, and sees that all is there. */
    private Contest.Span measured(Work work, Contest.Contender contender) throws Exception {
        try (Connection connection = connect("?allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE TABLE kline");
            if (work.before.file != null) {
                statement.execute(loadStatement(work.before.file));
            }
        }
        Contest.Span span = contender.run();
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet sums =
                        statement.executeQuery("SELECT COUNT(*), MIN(trades) FROM kline")) {
            sums.next();
            if (sums.getInt(1) != work.written.rows.size()
                    || sums.getLong(2) != work.written.trades) {
                throw new IllegalStateException("the rows are not there");
            }
        }
        return span;
    }

    private Contest.Span ours(Work work, String parameters) throws Exception {
        MySqlTarget target =
                MySqlTarget.of(
                        server.jdbcUrl() + parameters,
                        server.user(),
                        new Password(server.password()));
        return jobs.run(
                server.pid(),
                work.written.updates.size(),
                CodecTypeInfo.KLINE_UPDATES,
                work.written.updates::get,
                updates -> MySqlSink.attachKlines(updates, target).sinkTo(new DiscardingSink<>()));
    }

    private Contest.Span stock(Work work) throws Exception {
        stockRows = work.written.rows;
        JdbcSink<Integer> sink =
                JdbcSink.<Integer>builder()
                        .withQueryStatement(
                                new KlineTable().upsert(1),
                                (statement, index) ->
                                        new KlineTable().bind(statement, 0, stockRows.get(index)))
                        .withExecutionOptions(
                                JdbcExecutionOptions.builder()
                                        .withBatchSize(BATCH_ROWS)
                                        .withBatchIntervalMs(BATCH_MS)
                                        .build())
                        .buildAtLeastOnce(
                                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                                        .withUrl(server.jdbcUrl() + REWRITTEN)
                                        .withUsername(server.user())
                                        .withPassword(server.password())
                                        .build());
        return jobs.run(
                server.pid(),
                work.written.rows.size(),
                Types.INT,
                index -> index,
                rows -> rows.sinkTo(sink));
    }

    private Contest.Span rewrittenBatches(Work work) throws SQLException {
        KlineTable table = new KlineTable();
        Contest.Meter start = Contest.Meter.now(server.pid());
        try (Connection connection = connect(REWRITTEN);
                PreparedStatement statement = connection.prepareStatement(table.upsert(1))) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            int waiting = 0;
            for (KlineRow row : work.written.sorted) {
                table.bind(statement, 0, row);
                statement.addBatch();
                if (++waiting == BATCH_ROWS) {
                    statement.executeBatch();
                    connection.commit();
                    waiting = 0;
                }
            }
            statement.executeBatch();
            connection.commit();
        }
        return Contest.Meter.now(server.pid()).since(start);
    }

    private Contest.Span loadData(Work work) throws SQLException {
        Contest.Meter start = Contest.Meter.now(server.pid());
        try (Connection connection = connect("?allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute(loadStatement(work.written.file));
        }
        return Contest.Meter.now(server.pid()).since(start);
    }

    private static String loadStatement(Path file) {
        return "LOAD DATA LOCAL INFILE '"
                + file
                + "' REPLACE INTO TABLE kline CHARACTER SET ascii FIELDS TERMINATED BY ','"
                + " (chain_id, pair_addr, interval_code, open_time, open, high, low, close,"
                + " mcap_open, mcap_high, mcap_low, mcap_close, volume_usd, volume_token,"
                + " buy_volume_usd, buy_volume_token, trades, buys, sells, vwap,"
                + " first_trade_time, last_trade_time, closed)";
    }

    private Connection connect(String parameters) throws SQLException {
        return DriverManager.getConnection(
                server.jdbcUrl() + parameters, server.user(), server.password());
    }

    private static Versions versions(Path folder, int pairs, long trades) throws IOException {
        List<KlineUpdates> updates = SampleKlines.updates(pairs, trades, true);
        List<KlineRow> rows = new ArrayList<>();
        for (KlineUpdates update : updates) {
            for (Kline kline : update.klines()) {
                rows.add(new KlineRow(update.pair(), kline));
            }
        }
        List<KlineRow> sorted = rows.stream().sorted(KlineRow.BY_PRIMARY_KEY).toList();
        Path file = folder.resolve("klines-" + trades + ".csv").toAbsolutePath();
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (KlineRow row : sorted) {
                writer.write(line(row));
            }
        }
        return new Versions(trades, updates, List.copyOf(rows), sorted, file);
    }

    private static String line(KlineRow row) {
        Kline kline = row.kline();
        return String.join(
                        ",",
                        row.pair().chainId(),
                        row.pair().address(),
                        kline.interval().code(),
                        String.valueOf(kline.openTimeMs() / 1000),
                        String.valueOf(kline.open()),
                        String.valueOf(kline.high()),
                        String.valueOf(kline.low()),
                        String.valueOf(kline.close()),
                        String.valueOf(kline.mcapOpen()),
                        String.valueOf(kline.mcapHigh()),
                        String.valueOf(kline.mcapLow()),
                        String.valueOf(kline.mcapClose()),
                        String.valueOf(kline.volumeUsd()),
                        String.valueOf(kline.volumeToken()),
                        String.valueOf(kline.buyVolumeUsd()),
                        String.valueOf(kline.buyVolumeToken()),
                        String.valueOf(kline.trades()),
                        String.valueOf(kline.buys()),
                        String.valueOf(kline.sells()),
                        String.valueOf(kline.vwap()),
                        String.valueOf(kline.first().blockTimeSeconds()),
                        String.valueOf(kline.last().blockTimeSeconds()),
                        kline.closed() ? "1" : "0")
                + "\n";
    }

    /** A password that the job may carry: it opens a server that ends with the measurement. */
    private record Password(String get) implements SerializableSupplier<String> {}
}

package io.dexklines.bench;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.mysql.MySqlSink;
import io.dexklines.job.sink.mysql.MySqlTarget;
import io.dexklines.job.sink.mysql.Table;
import io.dexklines.job.sink.mysql.Tables;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.local.stack.EmbeddedMariaDb;
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
 * Compares ways to write rows to MySQL's table {@code kline}: first new rows, then newer versions
 * of all of them. Every run writes the same rows, and then verifies that all of them are there.
 */
final class MySqlSinks {

    private static final int BATCH_ROWS = 10_000;
    private static final int BATCH_MS = 500;
    private static final String REWRITE_PARAMETERS =
            "?rewriteBatchedStatements=true&connectionTimeZone=UTC&characterEncoding=UTF-8";

    /** The work of a run: the rows to write, and the rows that are in the table before. */
    private record Work(Versions before, Versions written) {}

    /**
     * One version of all klines, in several forms.
     *
     * @param trades the number of trades of each kline, which is its version
     * @param updates the klines as the kline operator emits them
     * @param rows the klines as rows
     * @param sorted the rows in the order of the primary key
     * @param file the sorted rows as a file for LOAD DATA
     */
    private record Versions(
            long trades,
            List<KlineUpdates> updates,
            List<PairKline> rows,
            List<PairKline> sorted,
            Path file) {}

    /** The rows of Flink's JDBC sink, which runs in this JVM. */
    private static volatile List<PairKline> jdbcSinkRows;

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
            server.migrate();
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement()) {
                // otherwise the server counts rows in the background, which may delay TRUNCATE
                statement.execute("ALTER TABLE kline STATS_AUTO_RECALC = 0");
            }
            MySqlSinks sinks = new MySqlSinks(server, jobs, pairs);
            Versions none = new Versions(0, List.of(), List.of(), List.of(), null);
            Versions first = versions(folder, pairs, 1);
            Versions second = versions(folder, pairs, 2);
            sinks.comparison(new Work(none, first)).run("MySQL, new rows", rounds);
            sinks.comparison(new Work(first, second)).run("MySQL, newer versions", rounds);
        }
    }

    private Comparison comparison(Work work) {
        return new Comparison("rows", pairs * SampleKlines.INTERVALS.size())
                .add(
                        "this project's sink",
                        () -> onPreparedTable(work, () -> projectSink(work, "")))
                .add(
                        "this project's sink, statements as text (useServerPrepStmts=false)",
                        () ->
                                onPreparedTable(
                                        work, () -> projectSink(work, "?useServerPrepStmts=false")))
                .add(
                        "JDBC batches, sorted, rewriteBatchedStatements, no Flink",
                        () -> onPreparedTable(work, () -> rewrittenBatches(work)))
                .add(
                        "Flink's JdbcSink, rewriteBatchedStatements",
                        () -> onPreparedTable(work, () -> flinkJdbcSink(work)))
                .add(
                        "LOAD DATA LOCAL INFILE … REPLACE, sorted",
                        () -> onPreparedTable(work, () -> loadData(work)));
    }

    /** Prepares the table, runs a candidate, and verifies that all rows are there. */
    private Comparison.Cost onPreparedTable(Work work, Comparison.Candidate candidate)
            throws Exception {
        try (Connection connection = connect("?allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE TABLE kline");
            if (work.before.file != null) {
                statement.execute(loadStatement(work.before.file));
            }
        }
        Comparison.Cost cost = candidate.run();
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet sums =
                        statement.executeQuery("SELECT COUNT(*), MIN(trades) FROM kline")) {
            sums.next();
            if (sums.getInt(1) != work.written.rows.size()
                    || sums.getLong(2) != work.written.trades) {
                throw new IllegalStateException("rows are missing");
            }
        }
        return cost;
    }

    private Comparison.Cost projectSink(Work work, String parameters) throws Exception {
        MySqlTarget target =
                MySqlTarget.of(
                        "bench",
                        server.jdbcUrl() + parameters,
                        server.migrator().user(),
                        new Password(server.migrator().password()));
        return jobs.run(
                server.pid(),
                work.written.updates.size(),
                CodecTypeInfo.KLINE_UPDATES,
                work.written.updates::get,
                updates -> MySqlSink.attachKlines(updates, target).sinkTo(new DiscardingSink<>()));
    }

    private Comparison.Cost flinkJdbcSink(Work work) throws Exception {
        jdbcSinkRows = work.written.rows;
        JdbcSink<Integer> sink =
                JdbcSink.<Integer>builder()
                        .withQueryStatement(
                                Tables.KLINE.upsert(1),
                                (statement, index) ->
                                        Tables.KLINE.bind(
                                                statement, List.of(jdbcSinkRows.get(index))))
                        .withExecutionOptions(
                                JdbcExecutionOptions.builder()
                                        .withBatchSize(BATCH_ROWS)
                                        .withBatchIntervalMs(BATCH_MS)
                                        .build())
                        .buildAtLeastOnce(
                                new JdbcConnectionOptions.JdbcConnectionOptionsBuilder()
                                        .withUrl(server.jdbcUrl() + REWRITE_PARAMETERS)
                                        .withUsername(server.migrator().user())
                                        .withPassword(server.migrator().password())
                                        .build());
        return jobs.run(
                server.pid(),
                work.written.rows.size(),
                Types.INT,
                index -> index,
                rows -> rows.sinkTo(sink));
    }

    private Comparison.Cost rewrittenBatches(Work work) throws SQLException {
        Table<PairKline> table = Tables.KLINE;
        Comparison.Counters start = Comparison.Counters.now(server.pid());
        try (Connection connection = connect(REWRITE_PARAMETERS);
                PreparedStatement statement = connection.prepareStatement(table.upsert(1))) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            int batched = 0;
            for (PairKline row : work.written.sorted) {
                table.bind(statement, List.of(row));
                statement.addBatch();
                if (++batched == BATCH_ROWS) {
                    statement.executeBatch();
                    connection.commit();
                    batched = 0;
                }
            }
            statement.executeBatch();
            connection.commit();
        }
        return Comparison.Counters.now(server.pid()).since(start);
    }

    private Comparison.Cost loadData(Work work) throws SQLException {
        Comparison.Counters start = Comparison.Counters.now(server.pid());
        try (Connection connection = connect("?allowLoadLocalInfile=true");
                Statement statement = connection.createStatement()) {
            statement.execute(loadStatement(work.written.file));
        }
        return Comparison.Counters.now(server.pid()).since(start);
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
                server.jdbcUrl() + parameters,
                server.migrator().user(),
                server.migrator().password());
    }

    private static Versions versions(Path folder, int pairs, long trades) throws IOException {
        List<KlineUpdates> updates = SampleKlines.updates(pairs, trades, true);
        List<PairKline> rows = new ArrayList<>();
        for (KlineUpdates update : updates) {
            for (Kline kline : update.klines()) {
                rows.add(new PairKline(update.pair(), kline));
            }
        }
        List<PairKline> sorted = rows.stream().sorted(Tables.KLINE.order()).toList();
        Path file = folder.resolve("klines-" + trades + ".csv").toAbsolutePath();
        try (Writer writer = Files.newBufferedWriter(file)) {
            for (PairKline row : sorted) {
                writer.write(line(row));
            }
        }
        return new Versions(trades, updates, List.copyOf(rows), sorted, file);
    }

    private static String line(PairKline row) {
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

    /** The password of the temporary server. It may be part of the job graph. */
    private record Password(String get) implements SerializableSupplier<String> {}
}

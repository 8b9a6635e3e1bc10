package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.BONK;
import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.closed;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.store.StoreWriter;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The contract between the writer and a database. It runs against a real database and against the
 * one in memory that other tests use, so that both behave alike.
 */
@Timeout(150)
abstract class MySqlWriterContract {

    static final Table<PairKline> KLINES = Tables.KLINE;

    /** A database, and the faults that a test can cause. */
    interface Database {

        /** Returns connections whose lock timeout is short. */
        JdbcConnectionProvider connections();

        /**
         * Returns the committed rows in the order of the key, each as {@code chain minute trades
         * closed high}.
         */
        List<String> rows() throws Exception;

        /** Kills the connections of the writer. */
        void killConnections() throws Exception;

        void readOnly(boolean on) throws Exception;

        /** Stops the database. Committed rows remain. */
        void stop() throws Exception;

        void start() throws Exception;

        /** Keeps every row locked until {@link #unlockRows}. */
        void lockRows() throws Exception;

        void unlockRows() throws Exception;

        /** Removes all rows and the last count of each writer, as an older copy would. */
        void setBack() throws Exception;
    }

    private final List<MySqlWriter> writers = new ArrayList<>();
    private ExecutorService task;
    private Database database;

    /** Returns a running, empty database. */
    abstract Database database() throws Exception;

    @BeforeEach
    void startTask() throws Exception {
        database = database();
        task = Executors.newSingleThreadExecutor();
    }

    @AfterEach
    void endTask() {
        writers.forEach(MySqlWriter::abort);
        task.shutdownNow();
        writers.forEach(MySqlWriter::close);
    }

    @Test
    void anOlderKlineNeverReplacesANewerOneNorAnOpenOneTheSameClosed() throws Exception {
        MySqlWriter writer = writer();
        Kline[] arrivals = {
            open(0, 3), open(0, 2), closed(0, 3), open(0, 3), closed(0, 5), closed(0, 4), open(0, 4)
        };
        // the high follows from the trades: the whole row is of one version
        String[] held = {
            "1 0 3 0 5.25",
            "1 0 3 0 5.25",
            "1 0 3 1 5.25",
            "1 0 3 1 5.25",
            "1 0 5 1 7.25",
            "1 0 5 1 7.25",
            "1 0 5 1 7.25"
        };

        for (int i = 0; i < arrivals.length; i++) {
            writer.write(KLINES, List.of(new PairKline(PEPE, arrivals[i])));

            assertThat(database.rows()).as("after arrival %s", i).containsExactly(held[i]);
        }
    }

    @Test
    void oneStatementMayHoldOldNewAndUnknownRows() throws Exception {
        MySqlWriter writer = writer();
        writer.write(
                KLINES, List.of(new PairKline(PEPE, open(0, 3)), new PairKline(PEPE, open(1, 3))));

        writer.write(
                KLINES,
                List.of(
                        new PairKline(PEPE, open(0, 2)),
                        new PairKline(PEPE, open(1, 4)),
                        new PairKline(BONK, open(0, 1))));

        assertThat(database.rows())
                .containsExactly("1 0 3 0 5.25", "1 1 4 0 6.25", "100000 0 1 0 3.25");
    }

    @Test
    void batchesOfAnySizeAreWrittenWhole() throws Exception {
        List<PairKline> rows = new ArrayList<>();
        for (int i = 0; i < 1299; i++) {
            rows.add(new PairKline(PEPE, open(i, 1)));
        }
        MySqlWriter writer = writer();

        assertThat(writer.write(KLINES, rows)).isEmpty();

        assertThat(database.rows()).hasSize(1299);
        assertThat(writer.transactions()).isEqualTo(2);
    }

    @Test
    void aRefusedRowIsReturnedAndTheRestIsWritten() throws Exception {
        Pair tooLong = new Pair("1", "0x" + "a".repeat(200));
        List<PairKline> rows = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            rows.add(new PairKline(PEPE, open(i, 1)));
        }
        rows.add(13, new PairKline(tooLong, open(0, 1)));

        List<Refused<PairKline>> refused = writer().write(KLINES, rows);

        assertThat(refused)
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.row().pair()).isEqualTo(tooLong);
                            assertThat(row.sqlState()).isEqualTo("22001");
                            assertThat(row.errorCode()).isEqualTo(1406);
                        });
        assertThat(database.rows()).hasSize(99);
    }

    @Test
    void aKilledConnectionIsReplaced() throws Exception {
        MySqlWriter writer = writer();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));

        database.killConnections();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 2))));

        assertThat(database.rows()).containsExactly("1 0 2 0 4.25");
        assertThat(writer.retries()).isEqualTo(1);
        assertThat(writer.downSeconds()).isZero();
    }

    @Test
    void aReadOnlyDatabaseIsRetried() throws Exception {
        MySqlWriter writer = writer();
        database.readOnly(true);
        Future<?> writing = inTask(writer, new PairKline(PEPE, open(0, 1)));

        awaitPatiently(() -> writer.retries() >= 2);
        assertThat(database.rows()).isEmpty();
        database.readOnly(false);

        writing.get();
        assertThat(database.rows()).containsExactly("1 0 1 0 3.25");
    }

    @Test
    void writesContinueAfterAnOutageWithoutLosses() throws Exception {
        MySqlWriter writer = writer();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));
        database.stop();
        Future<?> writing = inTask(writer, new PairKline(PEPE, open(1, 1)));

        awaitPatiently(() -> writer.retries() >= 2);
        database.start();

        writing.get();
        assertThat(database.rows()).containsExactly("1 0 1 0 3.25", "1 1 1 0 3.25");
    }

    @Test
    void aLockIsRetriedBeyondItsTimeout() throws Exception {
        MySqlWriter writer = writer();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));
        database.lockRows();
        Future<?> writing = inTask(writer, new PairKline(PEPE, open(0, 2)));
        awaitPatiently(() -> writer.retries() >= 1);
        database.unlockRows();

        writing.get();
        assertThat(database.rows()).containsExactly("1 0 2 0 4.25");
    }

    @Test
    void aDatabaseThatWentBackInTimeIsNoticedOnce() throws Exception {
        SinkProgress progress = new SinkProgress("klines-0", "run", StoreWriter.NOTHING);
        MySqlWriter writer = writer(progress);
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));
        writer.write(KLINES, List.of(new PairKline(PEPE, open(0, 2))));
        assertThat(progress.takeLost()).isFalse();

        database.setBack();
        writer.write(KLINES, List.of(new PairKline(PEPE, open(1, 1))));

        assertThat(progress.takeLost()).isTrue();
        writer.noteProgress();
        assertThat(progress.takeLost()).isFalse();
    }

    @Test
    void aDatabaseThatWentBackInTimeWhileTheJobWasDownIsNoticed() throws Exception {
        SinkProgress before = new SinkProgress("klines-0", "run", StoreWriter.NOTHING);
        writer(before).write(KLINES, List.of(new PairKline(PEPE, open(0, 1))));
        SinkProgress restarted = new SinkProgress("klines-0", "run", before.remembered());
        writer(restarted).noteProgress();
        assertThat(restarted.takeLost()).isFalse();

        database.setBack();
        SinkProgress restartedAgain = new SinkProgress("klines-0", "run", restarted.remembered());
        writer(restartedAgain).noteProgress();

        assertThat(restartedAgain.takeLost()).isTrue();
    }

    @Test
    void aWriterThatStartsAnewOrAfterAnOlderCheckpointLosesNothing() throws Exception {
        SinkProgress former = new SinkProgress("klines-0", "run", StoreWriter.NOTHING);
        MySqlWriter first = writer(former);
        first.noteProgress();
        long older = former.remembered();
        first.noteProgress();

        for (long remembered : new long[] {StoreWriter.NOTHING, older}) {
            SinkProgress progress = new SinkProgress("klines-0", "run", remembered);
            writer(progress).noteProgress();
            assertThat(progress.takeLost()).isFalse();
            assertThat(progress.remembered()).isGreaterThan(former.remembered());
        }
    }

    final MySqlWriter writer() {
        return writer(new SinkProgress("klines-0", "run", StoreWriter.NOTHING));
    }

    private MySqlWriter writer(SinkProgress progress) {
        MySqlWriter writer =
                new MySqlWriter(
                        database.connections(),
                        MySqlTarget.execution(1000),
                        progress,
                        new Backoff(
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                new SplittableRandom(1)),
                        Thread::sleep,
                        System::nanoTime);
        writers.add(writer);
        return writer;
    }

    private Future<?> inTask(MySqlWriter writer, PairKline... rows) {
        return task.submit(() -> writer.write(KLINES, List.of(rows)));
    }

    private static void awaitPatiently(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).until(condition);
    }
}

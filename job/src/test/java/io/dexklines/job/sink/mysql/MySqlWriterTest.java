package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.store.StoreWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.junit.jupiter.api.Test;

/** The retries of the writer, on a clock that only the test moves. */
class MySqlWriterTest {

    private static final SQLException AWAY = new SQLException("refused", "08S01");
    private static final SQLException STRANGE = new SQLException("what?", "HY000", 4711);

    private long nowMs;

    @Test
    void anOutageIsRetriedHoweverLongItLasts() throws Exception {
        MySqlWriter writer = writer(failingFor(24 * 3_600_000, () -> AWAY));

        write(writer);

        assertThat(nowMs).isBetween(86_400_000L, 86_405_000L);
        assertThat(writer.downSeconds()).isZero();
    }

    @Test
    void unknownErrorsAreRetriedUntilSomebodyMendsThem() throws Exception {
        MySqlWriter writer = writer(failingFor(600_000, () -> STRANGE));

        write(writer);

        assertThat(nowMs).isBetween(600_000L, 605_000L);
    }

    @Test
    void theWriterTellsForHowLongTheDatabaseHasBeenUnavailable() {
        MySqlWriter[] writer = new MySqlWriter[1];
        List<Long> seconds = new ArrayList<>();
        writer[0] =
                new MySqlWriter(
                        failing(() -> AWAY),
                        MySqlTarget.execution(1000),
                        new SinkProgress("klines-0", "run", StoreWriter.NOTHING),
                        backoff(),
                        ms -> {
                            nowMs += 7_000;
                            seconds.add(writer[0].downSeconds());
                            if (seconds.size() == 3) {
                                throw new InterruptedException();
                            }
                        },
                        () -> nowMs * 1_000_000);

        assertThatThrownBy(() -> write(writer[0])).isInstanceOf(InterruptedException.class);

        assertThat(seconds).containsExactly(7L, 14L, 21L);
    }

    @Test
    void anInterruptEndsTheWaiting() {
        MySqlWriter writer =
                new MySqlWriter(
                        failing(() -> AWAY),
                        MySqlTarget.execution(1000),
                        new SinkProgress("klines-0", "run", StoreWriter.NOTHING),
                        backoff(),
                        ms -> {
                            throw new InterruptedException();
                        },
                        () -> 0);

        assertThatThrownBy(() -> write(writer)).isInstanceOf(InterruptedException.class);
    }

    private interface Fault {
        SQLException now();
    }

    private static JdbcConnectionProvider failing(Fault fault) {
        return new TestingConnections(
                () -> {
                    throw fault.now();
                });
    }

    private JdbcConnectionProvider failingFor(long ms, Fault fault) {
        TestingMySql mysql = new TestingMySql();
        return new TestingConnections(
                () -> {
                    if (nowMs < ms) {
                        throw fault.now();
                    }
                    return mysql.open();
                });
    }

    private MySqlWriter writer(JdbcConnectionProvider connections) {
        return new MySqlWriter(
                connections,
                MySqlTarget.execution(1000),
                new SinkProgress("klines-0", "run", StoreWriter.NOTHING),
                backoff(),
                ms -> nowMs += ms,
                () -> nowMs * 1_000_000);
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(1));
    }

    private static void write(MySqlWriter writer) throws InterruptedException {
        writer.write(Tables.KLINE, List.of(new PairKline(PEPE, open(0, 1))));
    }
}

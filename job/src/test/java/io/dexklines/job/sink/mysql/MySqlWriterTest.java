package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.SampleKlines.PEPE;
import static io.dexklines.job.sink.SampleKlines.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dexklines.job.sink.Backoff;
import io.dexklines.job.sink.PairKline;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.junit.jupiter.api.Test;

/** The retry budget of the writer, on a clock that only the test moves. */
class MySqlWriterTest {

    private static final SQLException AWAY = new SQLException("refused", "08S01");
    private static final SQLException STRANGE = new SQLException("what?", "HY000", 4711);

    private long nowMs;

    @Test
    void anOutageIsRetriedUntilTheBudgetIsSpent() {
        TestingMySql mysql = new TestingMySql();
        mysql.stop();
        MySqlWriter writer = writer(Duration.ofMinutes(10), mysql.connections());

        assertThatThrownBy(() -> write(writer))
                .isInstanceOf(IOException.class)
                .hasCauseInstanceOf(SQLException.class);

        assertThat(nowMs).isBetween(600_000L, 605_000L);
        assertThat(writer.downSeconds()).isBetween(600L, 605L);
    }

    @Test
    void aReadOnlyDatabaseIsRetriedUntilTheBudgetIsSpent() {
        TestingMySql mysql = new TestingMySql();
        mysql.readOnly(true);
        MySqlWriter writer = writer(Duration.ofMinutes(10), mysql.connections());

        assertThatThrownBy(() -> write(writer)).isInstanceOf(IOException.class);

        assertThat(nowMs).isBetween(600_000L, 605_000L);
        assertThat(mysql.rows()).isEmpty();
    }

    @Test
    void unknownErrorsFailSooner() {
        MySqlWriter writer = writer(Duration.ofMinutes(10), failing(() -> STRANGE));

        assertThatThrownBy(() -> write(writer)).isInstanceOf(IOException.class).hasCause(STRANGE);

        assertThat(nowMs).isBetween(30_000L, 35_000L);
    }

    @Test
    void theBudgetOfUnknownErrorsStartsWithTheFirstOfThem() {
        MySqlWriter writer =
                writer(Duration.ofMinutes(10), failing(() -> nowMs < 120_000 ? AWAY : STRANGE));

        assertThatThrownBy(() -> write(writer)).isInstanceOf(IOException.class).hasCause(STRANGE);

        assertThat(nowMs).isBetween(150_000L, 160_000L);
    }

    @Test
    void anInterruptEndsTheWaiting() {
        MySqlWriter writer =
                new MySqlWriter(
                        failing(() -> AWAY),
                        MySqlTarget.execution(1000, Duration.ZERO),
                        Duration.ofMinutes(10),
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

    private MySqlWriter writer(Duration budget, JdbcConnectionProvider connections) {
        return new MySqlWriter(
                connections,
                MySqlTarget.execution(1000, Duration.ZERO),
                budget,
                backoff(),
                ms -> nowMs += ms,
                () -> nowMs * 1_000_000);
    }

    private static Backoff backoff() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5), new SplittableRandom(1));
    }

    private static void write(MySqlWriter writer) throws IOException, InterruptedException {
        writer.write(Tables.KLINE, List.of(new PairKline(PEPE, open(0, 1))));
    }
}

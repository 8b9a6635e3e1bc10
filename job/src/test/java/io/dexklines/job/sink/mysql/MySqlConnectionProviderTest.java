package io.dexklines.job.sink.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MySqlConnectionProviderTest {

    @Test
    void aServerThatNeverAnswersCountsAsAnOutage() throws Exception {
        // the system accepts for it; nobody ever reads or writes
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            MySqlConnectionProvider connections =
                    MySqlConnectionProvider.of(
                            "jdbc:mysql://127.0.0.1:"
                                    + mute.getLocalPort()
                                    + "/klines?socketTimeout=300",
                            "writer",
                            () -> "none");

            SQLException error =
                    catchThrowableOfType(SQLException.class, connections::getOrEstablishConnection);

            assertThat(SqlFailure.of(error)).isEqualTo(SqlFailure.OUTAGE);
        }
    }
}

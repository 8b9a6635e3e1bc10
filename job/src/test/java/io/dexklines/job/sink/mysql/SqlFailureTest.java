package io.dexklines.job.sink.mysql;

import static io.dexklines.job.sink.mysql.SqlFailure.CONTENTION;
import static io.dexklines.job.sink.mysql.SqlFailure.DATA;
import static io.dexklines.job.sink.mysql.SqlFailure.OTHER;
import static io.dexklines.job.sink.mysql.SqlFailure.OUTAGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

class SqlFailureTest {

    @Test
    void deadlocksAndLockWaitsAreContention() {
        assertThat(SqlFailure.of("40001", 1213)).isEqualTo(CONTENTION);
        assertThat(SqlFailure.of("HY000", 1205)).isEqualTo(CONTENTION);
        assertThat(SqlFailure.of("40001", 0)).isEqualTo(CONTENTION);
    }

    @Test
    void errorsThatEndWithTheServersReturnAreAnOutage() {
        assertThat(SqlFailure.of("08S01", 0)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("08004", 1040)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("HY000", 1290)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("HY000", 1836)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("25006", 1792)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("08S01", 1053)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of("70100", 1927)).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of(new SQLTransientConnectionException("gone"))).isEqualTo(OUTAGE);
        assertThat(SqlFailure.of(new SQLNonTransientConnectionException("gone"))).isEqualTo(OUTAGE);
    }

    @Test
    void errorsAboutTheContentOfARowAreData() {
        assertThat(SqlFailure.of("22001", 1406)).isEqualTo(DATA);
        assertThat(SqlFailure.of("22003", 1264)).isEqualTo(DATA);
        assertThat(SqlFailure.of("HY000", 1366)).isEqualTo(DATA);
        assertThat(SqlFailure.of("22007", 1366)).isEqualTo(DATA);
        assertThat(SqlFailure.of("23000", 1048)).isEqualTo(DATA);
        assertThat(SqlFailure.of("HY000", 1526)).isEqualTo(DATA);
    }

    @Test
    void aPacketThatIsTooLargeIsSplitAndNotRetriedForever() {
        assertThat(SqlFailure.of("08S01", 1153)).isEqualTo(DATA);
        assertThat(SqlFailure.of(new PacketTooBigException(2, 1))).isEqualTo(DATA);
    }

    @Test
    void aMissingTableOrAWrongPasswordIsAnotherError() {
        assertThat(SqlFailure.of("42S02", 1146)).isEqualTo(OTHER);
        assertThat(SqlFailure.of("28000", 1045)).isEqualTo(OTHER);
        assertThat(SqlFailure.of(null, 0)).isEqualTo(OTHER);
        assertThat(SqlFailure.of(new SQLException("what?"))).isEqualTo(OTHER);
    }
}

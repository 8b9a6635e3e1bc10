package io.dexklines.job.sink.mysql;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** The kinds of database errors, by what has to happen to the rows of the failed batch. */
enum SqlFailure {
    /** Another transaction interfered: repeat the batch on the same connection. */
    CONTENTION,
    /** The database is unreachable, read-only or full: repeat the batch on a new connection. */
    OUTAGE,
    /** A row has content that the database refuses: write the others without it. */
    DATA,
    /** Any other error, such as a missing table or a wrong password: repeat until it is mended. */
    OTHER;

    private static final Set<Integer> CONTENTION_ERRORS =
            Set.of(
                    1020, // record has changed since last read (MariaDB, snapshot isolation)
                    1205, // lock wait timeout
                    1213, // deadlock
                    1412, // table definition has changed
                    1615, // prepared statement needs to be re-prepared
                    3572); // lock not available

    private static final Set<Integer> OUTAGE_ERRORS =
            Set.of(
                    1021, // disk full
                    1037, // out of memory
                    1038, // out of sort memory
                    1040, // too many connections
                    1041, // out of resources
                    1053, // server shutdown
                    1077, // normal shutdown
                    1079, // shutdown complete
                    1114, // table full
                    1129, // host is blocked
                    1180, // error during commit
                    1203, // too many connections of this user
                    1226, // user has exceeded a resource
                    1290, // running with --read-only (or another such option)
                    1317, // query was interrupted
                    1792, // transaction is read-only
                    1836, // running in read-only mode
                    1927, // connection was killed (MariaDB)
                    1969, // max_statement_time exceeded (MariaDB)
                    3024, // max_execution_time exceeded
                    3032, // server is offline
                    3100, // refused by group replication
                    3101, // rolled back by group replication
                    4031); // disconnected for inactivity

    private static final Set<Integer> ROW_ERRORS =
            Set.of(
                    1153, // packet too large: its half may fit
                    1264, // out of range
                    1265, // data truncated
                    1366, // incorrect value or character
                    1406, // too long
                    1526, // no partition for it
                    1748); // not in the given partitions

    /** Returns the kind of an error. */
    static SqlFailure of(SQLException error) {
        if (error instanceof PacketTooBigException) {
            return DATA;
        }
        SqlFailure meaning = of(error.getSQLState(), error.getErrorCode());
        boolean connectionLost =
                error instanceof SQLRecoverableException
                        || error instanceof SQLTransientException
                        || error instanceof SQLNonTransientConnectionException;
        return meaning == OTHER && connectionLost ? OUTAGE : meaning;
    }

    /**
     * Returns the kind of an error by its codes.
     *
     * @param sqlState five characters, or null
     * @param code the server's number of the error, 0 for an error of the driver
     */
    static SqlFailure of(String sqlState, int code) {
        // the error number is more precise than the SQLSTATE
        if (CONTENTION_ERRORS.contains(code)) {
            return CONTENTION;
        }
        if (OUTAGE_ERRORS.contains(code)) {
            return OUTAGE;
        }
        if (ROW_ERRORS.contains(code)) {
            return DATA;
        }
        String kind = sqlState == null || sqlState.length() < 2 ? "" : sqlState.substring(0, 2);
        return switch (kind) {
            case "40" -> CONTENTION;
            case "08" -> OUTAGE;
            case "21", "22", "23" -> DATA;
            default -> OTHER;
        };
    }
}

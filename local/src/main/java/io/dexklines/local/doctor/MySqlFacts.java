package io.dexklines.local.doctor;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a server of MySQL tells the job's user.
 *
 * @param version such as {@code 8.4.3} or {@code 11.4.5-MariaDB}
 * @param schemaVersion the version of the tables; empty if none is recorded that the user can read
 * @param denied for each table the rights that the user lacks, such as {@code INSERT}
 * @param missing the tables that do not exist
 * @param isReadOnly whether the server refuses writes
 * @param maxPacketBytes {@code max_allowed_packet}
 * @param flushAtCommit {@code innodb_flush_log_at_trx_commit}
 * @param monthsEndSeconds where the last partition of a month ends, in epoch seconds; empty if the
 *     table of klines has none
 */
record MySqlFacts(
        String version,
        OptionalInt schemaVersion,
        Map<String, Set<String>> denied,
        List<String> missing,
        boolean isReadOnly,
        long maxPacketBytes,
        int flushAtCommit,
        OptionalLong monthsEndSeconds) {}

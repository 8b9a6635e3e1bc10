package io.dexklines.job.sink.mysql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.sink.Json;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.RefusedKline;

/**
 * A row that MySQL refused for its content. The rest of its batch was written.
 *
 * @param table the table that the row was for
 * @param row the row
 * @param sqlState the SQLSTATE of the error, such as {@code 22001}; empty if the row was not sent
 * @param errorCode the server's error number; 0 if the row was not sent
 * @param reason the error message
 * @param <R> the type of the row
 */
record Refused<R>(Table<R> table, R row, String sqlState, int errorCode, String reason) {

    /** Returns the error, for the log. */
    String description() {
        return "a row of %s (state '%s', code %d): %s"
                .formatted(table.name(), sqlState, errorCode, reason);
    }

    /**
     * Returns the record for the topic of refused rows: {@code
     * {"store","table","reason","sql_state","error_code"}} and the columns of the row under their
     * names. A kline's columns that are not part of its key form an object {@code kline}, and its
     * interval is named {@code interval}.
     */
    byte[] json() {
        ObjectNode json =
                Json.object()
                        .put("store", MySqlSink.STORE)
                        .put("table", table.name())
                        .put("reason", reason)
                        .put("sql_state", sqlState)
                        .put("error_code", errorCode);
        if (row instanceof PairKline kline) {
            RefusedKline.add(json, kline);
        } else {
            table.json(json, row);
        }
        return Json.bytes(json);
    }
}

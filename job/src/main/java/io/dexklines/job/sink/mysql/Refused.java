package io.dexklines.job.sink.mysql;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.sink.Json;
import io.dexklines.text.Column;
import java.util.List;

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

    /**
     * Returns the record for the topic of refused rows: {@code
     * {"table","reason","sql_state","error_code"}} and the columns of the row under their names. A
     * kline's columns that are not part of its key form an object {@code kline}, and its interval
     * is named {@code interval}.
     */
    byte[] json() {
        ObjectNode json =
                Json.object()
                        .put("table", table.name())
                        .put("reason", reason)
                        .put("sql_state", sqlState)
                        .put("error_code", errorCode);
        List<Column<R>> others =
                table.columns().subList(table.key().size(), table.columns().size());
        boolean kline = table.name().equals(Tables.KLINE.name());
        Table.json(json, table.key(), row);
        Table.json(kline ? json.putObject("kline") : json, others, row);
        return Json.bytes(json);
    }
}

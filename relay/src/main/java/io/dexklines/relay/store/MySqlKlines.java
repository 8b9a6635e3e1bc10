package io.dexklines.relay.store;

import io.dexklines.kline.KlineColumns;
import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/**
 * Reads the table {@code kline}. Every query scans a single range of its primary key, on the server
 * that has the pair.
 */
public final class MySqlKlines implements KlineStore {

    private static final String QUERY =
            """
            SELECT %s
            FROM kline
            WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?
                AND open_time >= ? AND open_time < ?
            ORDER BY open_time %s
            LIMIT ?
            """;
    private static final String OLDEST = QUERY.formatted(KlineColumns.TABLE_NAMES, "ASC");
    private static final String NEWEST = QUERY.formatted(KlineColumns.TABLE_NAMES, "DESC");

    private final MySqlServers mysql;

    public MySqlKlines(MySqlServers mysql) {
        this.mysql = mysql;
    }

    @Override
    public List<PastKline> read(KlineSeries series, Window window, Cancellation cancellation) {
        boolean newest = window.end() == Window.End.NEWEST;
        List<PastKline> klines =
                mysql.query(
                        mysql.server(series.chainId(), series.pairAddr()),
                        newest ? NEWEST : OLDEST,
                        List.of(
                                series.chainId(),
                                series.pairAddr(),
                                series.interval().code(),
                                window.from(),
                                window.to(),
                                window.limit()),
                        MySqlKlines::kline,
                        cancellation);
        if (newest) {
            Collections.reverse(klines);
        }
        return klines;
    }

    static PastKline kline(ResultSet row) throws SQLException {
        return PastKline.of(KlineColumns.TABLE, new KlineColumns.Row(row));
    }
}

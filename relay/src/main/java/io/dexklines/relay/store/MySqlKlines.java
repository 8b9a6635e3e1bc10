package io.dexklines.relay.store;

import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.KlineStore;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.Window;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;

/** Reads the table {@code kline}. Every query scans a single range of its primary key. */
public final class MySqlKlines implements KlineStore {

    /** The columns that {@link #kline} reads. */
    static final String COLUMNS =
            """
            open_time, open, high, low, close, mcap_open, mcap_high, mcap_low, mcap_close,
            volume_usd, volume_token, buy_volume_usd, buy_volume_token, trades, buys, sells,
            first_trade_time, last_trade_time, closed""";

    private static final String QUERY =
            """
            SELECT %s
            FROM kline
            WHERE chain_id = ? AND pair_addr = ? AND interval_code = ?
                AND open_time >= ? AND open_time < ?
            ORDER BY open_time %s
            LIMIT ?
            """;
    private static final String OLDEST = QUERY.formatted(COLUMNS, "ASC");
    private static final String NEWEST = QUERY.formatted(COLUMNS, "DESC");

    private final MySqlPool mysql;

    public MySqlKlines(MySqlPool mysql) {
        this.mysql = mysql;
    }

    @Override
    public List<PastKline> read(KlineSeries series, Window window) {
        boolean newest = window.end() == Window.End.NEWEST;
        List<PastKline> klines =
                mysql.query(
                        newest ? NEWEST : OLDEST,
                        List.of(
                                series.chainId(),
                                series.pairAddr(),
                                series.interval().code(),
                                window.from(),
                                window.to(),
                                window.limit()),
                        MySqlKlines::kline);
        if (newest) {
            Collections.reverse(klines);
        }
        return klines;
    }

    static PastKline kline(ResultSet row) throws SQLException {
        return new PastKline(
                row.getLong("open_time"),
                row.getDouble("open"),
                row.getDouble("high"),
                row.getDouble("low"),
                row.getDouble("close"),
                new PastKline.MarketCap(
                        row.getDouble("mcap_open"),
                        row.getDouble("mcap_high"),
                        row.getDouble("mcap_low"),
                        row.getDouble("mcap_close")),
                row.getDouble("volume_usd"),
                row.getDouble("volume_token"),
                new PastKline.BuyVolume(
                        row.getDouble("buy_volume_usd"), row.getDouble("buy_volume_token")),
                row.getLong("trades"),
                new PastKline.Sides(row.getLong("buys"), row.getLong("sells")),
                new PastKline.TradeTimes(
                        row.getLong("first_trade_time"), row.getLong("last_trade_time")),
                row.getBoolean("closed"));
    }
}

package io.dexklines.job.sink.mysql;

import io.dexklines.kline.Kline;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The table {@code kline}. Its upsert is guarded: a row gives way to one with more trades, or with
 * as many unless it is closed and the other is not; see {@link Kline#supersedes}.
 */
public final class KlineTable implements UpsertTable<KlineRow> {

    private static final List<String> COLUMNS =
            List.of(
                    "chain_id",
                    "pair_addr",
                    "interval_code",
                    "open_time",
                    "open",
                    "high",
                    "low",
                    "close",
                    "mcap_open",
                    "mcap_high",
                    "mcap_low",
                    "mcap_close",
                    "volume_usd",
                    "volume_token",
                    "buy_volume_usd",
                    "buy_volume_token",
                    "buys",
                    "sells",
                    "vwap",
                    "first_trade_time",
                    "last_trade_time",
                    "closed",
                    "trades");

    private static final int KEY_COLUMNS = 4;

    private static final String NEWER =
            "VALUES(trades) > trades OR (VALUES(trades) = trades AND VALUES(closed) >= closed)";

    @Override
    public String name() {
        return "kline";
    }

    @Override
    public String upsert(int rows) {
        StringBuilder sql =
                new StringBuilder(UpsertTable.insert(name(), COLUMNS, rows))
                        .append(" ON DUPLICATE KEY UPDATE ");
        // Assignments happen from left to right and the guard reads what they leave: closed must
        // come after all that it guards and trades after closed, as COLUMNS has them. Both leave
        // the guard as it was: a newer row stays newer than, or equal to, itself.
        for (String column : COLUMNS.subList(KEY_COLUMNS, COLUMNS.size())) {
            sql.append(column)
                    .append(" = IF(")
                    .append(NEWER)
                    .append(", VALUES(")
                    .append(column)
                    .append("), ")
                    .append(column)
                    .append("), ");
        }
        sql.setLength(sql.length() - 2);
        return sql.toString();
    }

    @Override
    public int columns() {
        return COLUMNS.size();
    }

    @Override
    public void bind(PreparedStatement statement, int offset, KlineRow row) throws SQLException {
        Kline kline = row.kline();
        int column = offset;
        statement.setString(++column, row.pair().chainId());
        statement.setString(++column, row.pair().address());
        statement.setString(++column, kline.interval().code());
        statement.setLong(++column, Math.floorDiv(kline.openTimeMs(), 1000L));
        statement.setDouble(++column, kline.open());
        statement.setDouble(++column, kline.high());
        statement.setDouble(++column, kline.low());
        statement.setDouble(++column, kline.close());
        statement.setDouble(++column, kline.mcapOpen());
        statement.setDouble(++column, kline.mcapHigh());
        statement.setDouble(++column, kline.mcapLow());
        statement.setDouble(++column, kline.mcapClose());
        statement.setDouble(++column, kline.volumeUsd());
        statement.setDouble(++column, kline.volumeToken());
        statement.setDouble(++column, kline.buyVolumeUsd());
        statement.setDouble(++column, kline.buyVolumeToken());
        statement.setLong(++column, kline.buys());
        statement.setLong(++column, kline.sells());
        statement.setDouble(++column, kline.vwap());
        statement.setLong(++column, kline.first().blockTimeSeconds());
        statement.setLong(++column, kline.last().blockTimeSeconds());
        statement.setBoolean(++column, kline.closed());
        statement.setLong(++column, kline.trades());
    }

    @Override
    public Optional<String> refusal(KlineRow row) {
        // In the binary protocol the server takes what a DOUBLE cannot hold without a word.
        Kline kline = row.kline();
        boolean finite =
                Double.isFinite(kline.open())
                        && Double.isFinite(kline.high())
                        && Double.isFinite(kline.low())
                        && Double.isFinite(kline.close())
                        && Double.isFinite(kline.mcapOpen())
                        && Double.isFinite(kline.mcapHigh())
                        && Double.isFinite(kline.mcapLow())
                        && Double.isFinite(kline.mcapClose())
                        && Double.isFinite(kline.volumeUsd())
                        && Double.isFinite(kline.volumeToken())
                        && Double.isFinite(kline.buyVolumeUsd())
                        && Double.isFinite(kline.buyVolumeToken())
                        && Double.isFinite(kline.vwap());
        if (!finite) {
            return Optional.of("a number that is not finite");
        }
        return PaddedKey.refusal(row.pair());
    }
}

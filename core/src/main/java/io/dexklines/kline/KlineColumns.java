package io.dexklines.kline;

import io.dexklines.text.Column;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.TradePosition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** The values of a kline as stores hold them: their names, their types and their order. */
public final class KlineColumns {

    /** The open time, epoch seconds. */
    public static final Column<Kline> OPEN_TIME =
            Column.whole("open_time", kline -> Math.floorDiv(kline.openTimeMs(), 1000L));

    public static final Column<Kline> OPEN = Column.number("open", Kline::open);
    public static final Column<Kline> HIGH = Column.number("high", Kline::high);
    public static final Column<Kline> LOW = Column.number("low", Kline::low);
    public static final Column<Kline> CLOSE = Column.number("close", Kline::close);
    public static final Column<Kline> MCAP_OPEN = Column.number("mcap_open", Kline::mcapOpen);
    public static final Column<Kline> MCAP_HIGH = Column.number("mcap_high", Kline::mcapHigh);
    public static final Column<Kline> MCAP_LOW = Column.number("mcap_low", Kline::mcapLow);
    public static final Column<Kline> MCAP_CLOSE = Column.number("mcap_close", Kline::mcapClose);
    public static final Column<Kline> VOLUME_USD = Column.number("volume_usd", Kline::volumeUsd);
    public static final Column<Kline> VOLUME_TOKEN =
            Column.number("volume_token", Kline::volumeToken);
    public static final Column<Kline> BUY_VOLUME_USD =
            Column.number("buy_volume_usd", Kline::buyVolumeUsd);
    public static final Column<Kline> BUY_VOLUME_TOKEN =
            Column.number("buy_volume_token", Kline::buyVolumeToken);

    /** The number of trades, which is the version of the kline. */
    public static final Column<Kline> TRADES = Column.whole("trades", Kline::trades);

    public static final Column<Kline> BUYS = Column.whole("buys", Kline::buys);
    public static final Column<Kline> SELLS = Column.whole("sells", Kline::sells);
    public static final Column<Kline> VWAP = Column.number("vwap", Kline::vwap);

    /** The block time of the first trade, epoch seconds. */
    public static final Column<Kline> FIRST_TRADE_TIME =
            Column.whole("first_trade_time", kline -> kline.first().blockTimeSeconds());

    /** The block time of the last trade, epoch seconds. */
    public static final Column<Kline> LAST_TRADE_TIME =
            Column.whole("last_trade_time", kline -> kline.last().blockTimeSeconds());

    public static final Column<Kline> CLOSED = Column.flag("closed", Kline::closed);

    /** The columns of the table {@code kline} in MySQL, after those of the pair and interval. */
    public static final List<Column<Kline>> TABLE =
            List.of(
                    OPEN_TIME,
                    OPEN,
                    HIGH,
                    LOW,
                    CLOSE,
                    MCAP_OPEN,
                    MCAP_HIGH,
                    MCAP_LOW,
                    MCAP_CLOSE,
                    VOLUME_USD,
                    VOLUME_TOKEN,
                    BUY_VOLUME_USD,
                    BUY_VOLUME_TOKEN,
                    TRADES,
                    BUYS,
                    SELLS,
                    VWAP,
                    FIRST_TRADE_TIME,
                    LAST_TRADE_TIME,
                    CLOSED);

    /** The fields of a member of the sorted sets in Redis, after the address of the pair. */
    public static final List<Column<Kline>> REDIS_MEMBER =
            List.of(
                    OPEN_TIME,
                    OPEN,
                    CLOSE,
                    HIGH,
                    LOW,
                    MCAP_OPEN,
                    MCAP_HIGH,
                    MCAP_LOW,
                    MCAP_CLOSE,
                    VOLUME_USD,
                    VOLUME_TOKEN,
                    BUYS,
                    SELLS,
                    TRADES);

    /** The names of {@link #TABLE}, as a query lists them. */
    public static final String TABLE_NAMES =
            TABLE.stream().map(Column::name).collect(Collectors.joining(", "));

    private KlineColumns() {}

    /**
     * The values of one stored kline.
     *
     * @param <E> the exception that reading may throw
     */
    public interface Values<E extends Exception> {

        /** Returns the value of a column of whole numbers. */
        long whole(Column<Kline> column) throws E;

        /** Returns the value of a column of numbers. */
        double number(Column<Kline> column) throws E;

        /** Returns the value of a column of truth values. */
        boolean flag(Column<Kline> column) throws E;
    }

    /** The row of the table at which a result set stands. */
    public record Row(ResultSet rows) implements Values<SQLException> {

        @Override
        public long whole(Column<Kline> column) throws SQLException {
            return rows.getLong(column.name());
        }

        @Override
        public double number(Column<Kline> column) throws SQLException {
            return rows.getDouble(column.name());
        }

        @Override
        public boolean flag(Column<Kline> column) throws SQLException {
            return rows.getBoolean(column.name());
        }
    }

    /**
     * Returns the kline that the values of {@link #TABLE} describe. The table does not hold the
     * places of trades in their blocks, so {@link Kline#first} and {@link Kline#last} have only
     * their times.
     */
    public static <E extends Exception> Kline kline(Interval interval, Values<E> values) throws E {
        return new Kline(
                interval,
                values.whole(OPEN_TIME) * 1000,
                values.number(OPEN),
                values.number(HIGH),
                values.number(LOW),
                values.number(CLOSE),
                values.number(MCAP_OPEN),
                values.number(MCAP_HIGH),
                values.number(MCAP_LOW),
                values.number(MCAP_CLOSE),
                values.number(VOLUME_USD),
                values.number(VOLUME_TOKEN),
                values.number(BUY_VOLUME_USD),
                values.number(BUY_VOLUME_TOKEN),
                values.whole(TRADES),
                values.whole(BUYS),
                at(values.whole(FIRST_TRADE_TIME)),
                at(values.whole(LAST_TRADE_TIME)),
                values.flag(CLOSED));
    }

    private static TradePosition at(long blockTimeSeconds) {
        return new TradePosition(blockTimeSeconds, 0, 0, 0, 0, IdentityFields.NONE);
    }
}

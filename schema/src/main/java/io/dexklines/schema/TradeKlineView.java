package io.dexklines.schema;

import io.dexklines.kline.Interval;
import java.time.Month;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A view with the klines of one interval in one month of every year, under the name and with the
 * columns of the tables that the Go consumers write. The month is that of the open time in UTC.
 *
 * <p>The chain is a number there and a text here, so the view joins a table that maps one to the
 * other. Another table maps addresses as readers know them to those of {@code kline}, on request.
 * For a query with a number, that table is read first and turns the number into the text, with
 * which the index of {@code kline} is read. Every year is a range of open times of its own, so that
 * no other months are read.
 *
 * @param interval an interval of whole minutes, and not the month: {@code 1M} and {@code 1m} are
 *     the same table name on some servers
 * @param month the month
 */
record TradeKlineView(Interval interval, Month month) {

    private static final int FIRST_YEAR = 2015;
    private static final int LAST_YEAR = 2060;

    private static final int DAYS = 31;
    private static final int DAY_SECONDS = 86_400;

    /** An id is a BIGINT and not negative. */
    private static final int ID_BITS = 63;

    /** Hexadecimal digits of the hash from which the lower bits of an id are taken. */
    private static final int HASH_DIGITS = 13;

    /** The default intervals of the job, which contain those of the Go consumers. */
    private static final List<Interval> INTERVALS =
            List.of(
                    Interval.ONE_MINUTE,
                    Interval.FIVE_MINUTES,
                    Interval.FIFTEEN_MINUTES,
                    Interval.THIRTY_MINUTES,
                    Interval.ONE_HOUR,
                    Interval.FOUR_HOURS,
                    Interval.TWELVE_HOURS,
                    Interval.ONE_DAY,
                    Interval.ONE_WEEK);

    /** Returns all views, by interval and month. */
    static List<TradeKlineView> all() {
        List<TradeKlineView> views = new ArrayList<>();
        for (Interval interval : INTERVALS) {
            for (Month month : Month.values()) {
                views.add(new TradeKlineView(interval, month));
            }
        }
        return views;
    }

    /** Returns the name of the view, such as {@code trade_kline_1m_03}. */
    String name() {
        return "trade_kline_%s_%02d".formatted(interval.code(), month.getValue());
    }

    /**
     * Returns the query of the view.
     *
     * @param chains the table that maps numbers of chains to texts, with its database
     * @param klines the table {@code kline}, with its database
     * @param spelling the table {@code pair_spelling}, with its database, whose addresses are
     *     shown; empty to show those of {@code kline}
     */
    String select(String chains, String klines, Optional<String> spelling) {
        return """
        SELECT
            %s AS id,
            c.number AS chain_id,
            %s AS pair_address,
            k.open_time AS candle_time,
            k.first_trade_time AS open_at,
            k.last_trade_time AS close_at,
            k.open AS o,
            k.close AS c,
            k.high AS h,
            k.low AS l,
            k.volume_usd AS v,
            k.volume_token AS t,
            k.vwap AS a,
            k.trades AS `count`,
            k.buys AS buy_count,
            k.sells AS sell_count,
            CAST(%s AS DATETIME(3)) AS updated_at
        FROM %s c%s
        JOIN %s k ON k.chain_id = c.chain_id%s
        WHERE k.interval_code = '%s'
            AND (%s)\
        """
                .formatted(
                        id(),
                        spelling.isPresent() ? "p.pair_address" : "k.pair_addr",
                        dateTime("k.last_trade_time"),
                        chains,
                        spelling.map(table -> "\nJOIN " + table + " p ON p.chain_id = c.chain_id")
                                .orElse(""),
                        klines,
                        spelling.isPresent() ? " AND k.pair_addr = p.pair_addr" : "",
                        interval.code(),
                        years());
    }

    /**
     * Returns the expression of the id. The upper bits count the klines of the interval in this
     * month of all years, so that a later kline has the larger id. The lower bits are a hash of the
     * pair, so that klines of one time differ. A kline has the same id whenever it is read.
     */
    private String id() {
        int slotSeconds = (int) Math.min(DAY_SECONDS, lengthSeconds());
        long slotsPerDay = DAY_SECONDS / slotSeconds;
        int hashBits = hashBits();
        String date = dateTime("k.open_time");
        return ("CAST(((YEAR(%s) - %d) * %d + DAY(%s) - 1) * %d + k.open_time MOD %d DIV %d * %d +"
                        + " (CAST(CONV(LEFT(MD5(CONCAT(k.chain_id, ':', k.pair_addr)), %d), 16, 10) AS"
                        + " UNSIGNED) >> %d) AS SIGNED)")
                .formatted(
                        date,
                        FIRST_YEAR,
                        DAYS,
                        date,
                        slotsPerDay << hashBits,
                        DAY_SECONDS,
                        slotSeconds,
                        1L << hashBits,
                        HASH_DIGITS,
                        4 * HASH_DIGITS - hashBits);
    }

    /** Returns how many bits of an id are the hash of the pair: 42 for {@code 1m}. */
    int hashBits() {
        long slotsPerDay = Math.max(1, DAY_SECONDS / lengthSeconds());
        long slots = (LAST_YEAR - FIRST_YEAR + 1) * DAYS * slotsPerDay;
        return Math.min(4 * HASH_DIGITS, ID_BITS - (64 - Long.numberOfLeadingZeros(slots - 1)));
    }

    private long lengthSeconds() {
        return interval.closeTimeMs(0) / 1000;
    }

    /** Returns the condition that the open time is in the month, with a range for each year. */
    private String years() {
        return IntStream.rangeClosed(FIRST_YEAR, LAST_YEAR)
                .mapToObj(year -> YearMonth.of(year, month))
                .map(
                        each ->
                                "k.open_time >= %d AND k.open_time < %d"
                                        .formatted(
                                                startSeconds(each),
                                                startSeconds(each.plusMonths(1))))
                .collect(Collectors.joining(" OR "));
    }

    private static long startSeconds(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }

    /** Returns epoch seconds as a time in UTC, whatever the time zone of the session. */
    private static String dateTime(String seconds) {
        return "(TIMESTAMP'1970-01-01 00:00:00' + INTERVAL %s SECOND)".formatted(seconds);
    }
}

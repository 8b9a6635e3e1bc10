package io.dexklines.local.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.dexklines.local.schema.MarketReader.Access;
import io.dexklines.local.schema.MarketReader.Row;
import io.dexklines.local.stack.EmbeddedMariaDb;
import io.dexklines.schema.MigrateCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The views for readers of the Go consumers, read by their own queries: three days of {@code 1m}
 * over the end of a month, and a year of {@code 1d}, of several pairs and chains. All tests share a
 * server, its klines and the views in two databases; the last one drops those.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CompatibilityViewsITCase {

    private static final String VIEWS = "klines_views";

    /** The database of the views with the checksum of EIP-55. */
    private static final String SPELLED = "klines_spelled";

    /** An address of which EIP-55 says how it is written. */
    private static final String CHECKSUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    private static final long MINUTE = 60;
    private static final long DAY = 86_400;

    /** Three days of {@code 1m}: two of February and one of March. */
    private static final long MINUTES_FROM = seconds("2026-02-27T00:00:00Z");

    private static final int MINUTES = 3 * 1440;

    /** A year of {@code 1d}, from the middle of one month to the middle of the same. */
    private static final long DAYS_FROM = seconds("2025-06-16T00:00:00Z");

    private static final int DAYS = 365;

    /** An hour of {@code 1m}, in the March before. */
    private static final long FORMER_MARCH = seconds("2025-03-31T23:00:00Z");

    /** A pair, and its number in the volumes: a larger one has more. */
    private record Pair(String chain, String address, int rank) {}

    private static final List<Pair> PAIRS =
            List.of(
                    new Pair("56", CHECKSUM.toLowerCase(Locale.ROOT), 0),
                    new Pair("56", "0x00000000000000000000000000000000000000a2", 1),
                    new Pair("56", "0x00000000000000000000000000000000000000a3", 2),
                    new Pair("1", CHECKSUM.toLowerCase(Locale.ROOT), 3),
                    new Pair("100000", "8sLbNZoA1cfnvMJLPfp98ZLAnFSYCFApfJKMbiXNLwxj", 4));

    /** A pair of a chain that no BIGINT can name. */
    private static final Pair DEVNET = new Pair("devnet", "0xd1", 5);

    @TempDir private static Path folder;
    private static EmbeddedMariaDb server;
    private static MarketReader reader;
    private static MarketReader spelled;

    @BeforeAll
    static void start() throws SQLException {
        server = EmbeddedMariaDb.start(folder, 0);
        assertThat(migrate("klines").line(0)).contains(": version ");
        for (Pair pair : PAIRS) {
            insert("klines", pair, "1m", MINUTES_FROM, MINUTES, MINUTE);
            insert("klines", pair, "1m", FORMER_MARCH, 60, MINUTE);
            insert("klines", pair, "1d", DAYS_FROM, DAYS, DAY);
        }
        insert("klines", DEVNET, "1m", MINUTES_FROM, 1, MINUTE);
        execute("ANALYZE TABLE klines.kline");
        assertThat(indexes("klines")).as("without the option").containsExactly("PRIMARY");

        assertThat(migrate("klines", "--compatibility-views", VIEWS).line(1))
                .isEqualTo(
                        server.jdbcUrl()
                                + ": 108 views in klines_views, of the chains 1, 10, 56, 137, 8453,"
                                + " 42161, 100000; not of devnet, which are no numbers");
        reader = new MarketReader(server, server.migrator(), VIEWS);
        assertThat(strings("SHOW TABLES LIKE 'pair_spelling'")).as("in lower case").isEmpty();
        migrate(
                "klines",
                "--compatibility-views",
                SPELLED,
                "--compatibility-address-case",
                "eip55");
        // a market has more pairs than these
        execute(
                "INSERT INTO klines.pair_spelling SELECT '56', CONCAT('0xb', seq), CONCAT('0xb',"
                        + " seq) FROM seq_1_to_1000",
                "ANALYZE TABLE klines.pair_spelling");
        spelled = new MarketReader(server, server.migrator(), SPELLED);
    }

    @AfterAll
    static void stop() throws SQLException {
        reader.close();
        spelled.close();
        server.close();
    }

    @Test
    void everyKlineOfThreeDaysIsFoundAcrossTheEndOfAMonth() throws SQLException {
        long hours = 5;
        for (Pair pair : PAIRS) {
            for (long n = 0; n < MINUTES; n += hours * 60) {
                long first = n;
                long last = Math.min(MINUTES, n + hours * 60) - 1;
                long from = MINUTES_FROM + first * MINUTE;
                long to = MINUTES_FROM + last * MINUTE;

                List<Row> rows = read("1m", pair, from, to, 1500);

                assertThat(rows.stream().map(Row::withoutId))
                        .containsExactlyElementsOf(
                                descending(first, last)
                                        .mapToObj(i -> row(pair, MINUTES_FROM, i, MINUTE))
                                        .toList());
            }
        }
    }

    @Test
    void aLimitKeepsTheNewest() throws SQLException {
        long to = MINUTES_FROM + DAY - MINUTE;

        assertThat(times(read("1m", PAIRS.get(0), MINUTES_FROM, to, 3)))
                .containsExactly(to, to - MINUTE, to - 2 * MINUTE);
    }

    @Test
    void everyDayOfAYearIsFoundMonthByMonth() throws SQLException {
        for (Pair pair : PAIRS) {
            List<Row> year = new ArrayList<>();
            for (YearMonth month = YearMonth.of(2026, 6);
                    !month.isBefore(YearMonth.of(2025, 6));
                    month = month.minusMonths(1)) {
                long from = month.atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
                long to =
                        month.plusMonths(1).atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC)
                                - 1;
                year.addAll(read("1d", pair, from, to, 31));
            }

            assertThat(year.stream().map(Row::withoutId))
                    .containsExactlyElementsOf(
                            descending(0, DAYS - 1)
                                    .mapToObj(i -> row(pair, DAYS_FROM, i, DAY))
                                    .toList());
        }
    }

    /** A reader that finds nothing asks once more from 0, and takes the newest row. */
    @Test
    void fromTheBeginningOfTimeTheNewestOfTheMonthIsFound() throws SQLException {
        List<Row> rows = read("1d", PAIRS.get(0), 0, seconds("2026-02-28T23:59:59Z"), 100);

        assertThat(times(rows)).hasSize(28).startsWith(seconds("2026-02-28T00:00:00Z"));
    }

    @Test
    void theYearsShareAMonthAndIdsAscendWithTime() throws SQLException {
        List<String> times =
                strings("SELECT candle_time FROM klines_views.trade_kline_1m_03 ORDER BY id");

        assertThat(times)
                .hasSize((60 + 1440) * PAIRS.size())
                .isSortedAccordingTo(Comparator.comparingLong(Long::parseLong));
        assertThat(times.get(0)).isEqualTo(Long.toString(FORMER_MARCH));
        assertThat(
                        strings(
                                "SELECT COUNT(DISTINCT id) FROM klines_views.trade_kline_1m_03"
                                        + " WHERE id > 0"))
                .containsExactly(Integer.toString(times.size()));
    }

    @Test
    void aKlineKeepsItsIdWhileItIsUpdated() throws SQLException {
        Pair pair = new Pair("1", "0xe1", 0);
        insert("klines", pair, "1h", MINUTES_FROM, 1, MINUTE);
        List<Row> before = read("1h", pair, MINUTES_FROM, MINUTES_FROM, 1);
        execute("UPDATE klines.kline SET trades = 9 WHERE pair_addr = '0xe1'");
        migrate("klines", "--compatibility-views", VIEWS);

        List<Row> after = read("1h", pair, MINUTES_FROM, MINUTES_FROM, 1);

        assertThat(after).singleElement().extracting(Row::count).isEqualTo(9L);
        assertThat(after.get(0).id()).isEqualTo(before.get(0).id());
    }

    @Test
    void theBusiestPairsAreThoseOfTheirChain() throws SQLException {
        long after = MINUTES_FROM + DAY - MINUTE;

        assertThat(reader.busiestPairs(56, after, 2))
                .containsExactly(PAIRS.get(2).address(), PAIRS.get(1).address());
        assertThat(reader.busiestPairs(100_000, after, 2)).containsExactly(PAIRS.get(4).address());
    }

    /** The chain is one row of a small table, and its text is the first column of the index. */
    @Test
    void theReadersQueriesAreServedByIndexes() throws SQLException {
        Access chain = new Access("c", "const", "PRIMARY");
        for (Pair pair : PAIRS) {
            long number = Long.parseLong(pair.chain());
            for (int month = 1; month <= 12; month++) {
                YearMonth asked = YearMonth.of(month < 7 ? 2026 : 2025, month);
                long from = asked.atDay(1).atStartOfDay().toEpochSecond(ZoneOffset.UTC);
                assertThat(reader.explainRange("1d", number, pair.address(), from, from + 27 * DAY))
                        .as("1d of %s", asked)
                        .containsExactly(chain, new Access("k", "range", "PRIMARY"));
            }
            for (long from = MINUTES_FROM; from < MINUTES_FROM + 3 * DAY; from += DAY / 4) {
                assertThat(
                                reader.explainRange(
                                        "1m", number, pair.address(), from, from + DAY / 4 - 1))
                        .as("1m")
                        .containsExactly(chain, new Access("k", "range", "PRIMARY"));
            }
            assertThat(
                            reader.explainRange(
                                    "1m", number, pair.address(), 0, MINUTES_FROM + 3 * DAY - 1))
                    .as("from the beginning of time")
                    .containsExactly(chain, new Access("k", "range", "PRIMARY"));
            assertThat(reader.explainBusiest(number, MINUTES_FROM + 3 * DAY - MINUTE - 1))
                    .as("busiest pairs")
                    .containsExactly(chain, new Access("k", "range", "by_time"));
        }
    }

    /** The negative control: without the table of chains, a number loses the index. */
    @Test
    void aNumberComparedWithTheTextOfAChainReadsEverything() throws SQLException {
        execute(
                "CREATE OR REPLACE VIEW klines_views.plain AS SELECT chain_id, pair_addr AS"
                        + " pair_address, open_time AS candle_time, volume_usd AS v FROM"
                        + " klines.kline WHERE interval_code = '1m'");

        assertThat(
                        strings(
                                "EXPLAIN SELECT * FROM klines_views.plain WHERE chain_id = 56 AND"
                                        + " pair_address = '0xa' AND candle_time BETWEEN 0 AND 9",
                                "type"))
                .containsExactly("ALL");
    }

    @Test
    void aChainIsInTheViewsFromTheNextRunOn() throws SQLException {
        Pair pair = new Pair("81457", "0xf1", 0);
        insert("klines", pair, "1d", DAYS_FROM, 1, DAY);
        assertThat(read("1d", pair, DAYS_FROM, DAYS_FROM, 1)).isEmpty();

        assertThat(migrate("klines", "--compatibility-views", VIEWS).line(1))
                .contains(" 42161, 81457, 100000;");

        assertThat(read("1d", pair, DAYS_FROM, DAYS_FROM, 1)).hasSize(1);
    }

    @Test
    void columnsHaveTheTypesOfTheTables() throws SQLException {
        assertThat(
                        strings(
                                "SELECT CONCAT(column_name, ' ', data_type) FROM"
                                        + " information_schema.columns WHERE table_schema ="
                                        + " 'klines_views' AND table_name = 'trade_kline_1m_03'"
                                        + " ORDER BY ordinal_position"))
                .containsExactly(
                        "id bigint",
                        "chain_id bigint",
                        "pair_address varchar",
                        "candle_time bigint",
                        "open_at bigint",
                        "close_at bigint",
                        "o double",
                        "c double",
                        "h double",
                        "l double",
                        "v double",
                        "t double",
                        "a double",
                        "count bigint",
                        "buy_count bigint",
                        "sell_count bigint",
                        "updated_at datetime");
        assertThat(
                        strings(
                                "SELECT DISTINCT CONCAT(security_type, ' ', algorithm) FROM"
                                        + " information_schema.views WHERE table_schema ="
                                        + " 'klines_views' AND table_name LIKE 'trade%'"))
                .containsExactly("DEFINER MERGE");
    }

    @Test
    void aDatabaseWithTablesOfATeamIsRefused() throws SQLException {
        execute(
                "CREATE DATABASE klines_team",
                "CREATE TABLE klines_team.trade_kline_1m_03 (id BIGINT)");

        Output output = migrate("klines", "--compatibility-views", "klines_team");

        assertThat(output.status()).isEqualTo(4);
        assertThat(output.errors())
                .isEqualTo(
                        "klines: "
                                + server.jdbcUrl()
                                + ": the database klines_team has trade_kline_1m_03, which was not"
                                + " made for the klines in klines: name another database, or rename"
                                + " what is there\n");
        execute(
                "RENAME TABLE klines_team.trade_kline_1m_03 TO klines_team.trade_kline_1m_03_old",
                "CREATE VIEW klines_team.trade_kline_1m_04 AS SELECT 1");
        assertThat(migrate("klines", "--compatibility-views", "klines_team").errors())
                .contains("has trade_kline_1m_04, which");
        assertThat(migrate("klines", "--compatibility-views", "klines").errors())
                .endsWith("the views need another database than the klines, not klines\n");
    }

    @Test
    void addressesWithAChecksumAreShownAndFoundInAnyCase() throws SQLException {
        Pair pair = PAIRS.get(0);
        long to = MINUTES_FROM + 2 * DAY + 99 * MINUTE;

        for (String asked : List.of(CHECKSUM, pair.address())) {
            List<Row> rows = spelled.klines("1m", 56, asked, to - 199 * MINUTE, to, 500);
            assertThat(rows)
                    .hasSize(200)
                    .allSatisfy(row -> assertThat(row.pairAddress()).isEqualTo(CHECKSUM))
                    .extracting(Row::id)
                    .containsExactlyElementsOf(
                            read("1m", pair, to - 199 * MINUTE, to, 500).stream()
                                    .map(Row::id)
                                    .toList());
        }
        assertThat(reader.klines("1m", 56, CHECKSUM, to - MINUTE, to, 9))
                .as("in the views of lower case")
                .isEmpty();
        assertThat(spelled.busiestPairs(56, to, 3)).endsWith(CHECKSUM).hasSize(3);
        assertThat(spelled.busiestPairs(100_000, to, 3)).containsExactly(PAIRS.get(4).address());
    }

    /** The pair too is one row, so the klines are read by their primary key as in lower case. */
    @Test
    void addressesWithAChecksumAreServedByIndexes() throws SQLException {
        Access chain = new Access("c", "const", "PRIMARY");
        long from = MINUTES_FROM + 2 * DAY;

        assertThat(spelled.explainRange("1m", 56, CHECKSUM, from, from + 99 * MINUTE))
                .containsExactly(
                        chain,
                        new Access("p", "const", "by_address"),
                        new Access("k", "range", "PRIMARY"));
        assertThat(spelled.explainBusiest(56, MINUTES_FROM + 3 * DAY - MINUTE - 1))
                .containsExactly(
                        chain,
                        new Access("k", "range", "by_time"),
                        new Access("p", "eq_ref", "PRIMARY"));
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void whatWasMadeIsDroppedAndTheIndexWithTheLastDatabase() throws SQLException {
        execute(
                "DROP VIEW klines_views.trade_kline_1d_12",
                "DROP VIEW IF EXISTS klines_views.plain");
        migrate("klines", "--compatibility-views", VIEWS);
        assertThat(strings("SHOW TABLES IN klines_views")).hasSize(109);

        assertThat(migrate("klines", "--drop-compatibility-views", VIEWS).line(1))
                .endsWith(": dropped the views in klines_views");
        assertThat(strings("SHOW TABLES IN klines_views")).isEmpty();
        assertThat(indexes("klines")).containsExactlyInAnyOrder("PRIMARY", "by_time");

        migrate("klines", "--drop-compatibility-views", SPELLED);
        assertThat(indexes("klines")).containsExactly("PRIMARY");
        assertThat(strings("SELECT COUNT(*) > 0 FROM klines.pair_spelling"))
                .as("the job may still write it")
                .containsExactly("1");
        assertThat(migrate("klines", "--drop-compatibility-views", SPELLED).line(1))
                .endsWith(": there were no views in klines_spelled");
    }

    private static List<Row> read(String interval, Pair pair, long from, long to, int limit)
            throws SQLException {
        return reader.klines(
                interval, Long.parseLong(pair.chain()), pair.address(), from, to, limit);
    }

    private static List<Long> times(List<Row> rows) {
        return rows.stream().map(Row::candleTime).toList();
    }

    private static LongStream descending(long first, long last) {
        return LongStream.rangeClosed(first, last).map(i -> first + last - i);
    }

    /** Returns the row that readers expect of the kline number {@code n}, without its id. */
    private static Row row(Pair pair, long fromSeconds, long n, long stepSeconds) {
        long time = fromSeconds + n * stepSeconds;
        double volume = 1_000_000.0 * (pair.rank() + 1) + n;
        return new Row(
                0,
                Long.parseLong(pair.chain()),
                pair.address(),
                time,
                time + 1,
                time + stepSeconds - 1,
                n + 0.5,
                n + 1.25,
                n + 3.0,
                n,
                volume,
                4,
                volume / 4,
                5,
                3,
                2,
                LocalDateTime.ofEpochSecond(time + stepSeconds - 1, 0, ZoneOffset.UTC));
    }

    /** Inserts klines whose columns are those of {@link #row}. */
    private static void insert(
            String database, Pair pair, String interval, long from, int number, long step)
            throws SQLException {
        execute(
                """
                INSERT INTO %1$s.kline (chain_id, pair_addr, interval_code, open_time,
                    first_trade_time, last_trade_time, open, close, high, low,
                    mcap_open, mcap_close, mcap_high, mcap_low,
                    volume_usd, volume_token, vwap, buy_volume_usd, buy_volume_token,
                    trades, buys, sells, closed)
                SELECT '%2$s', '%3$s', '%4$s', %5$d + %7$d * seq,
                    %5$d + %7$d * seq + 1, %5$d + %7$d * seq + %7$d - 1,
                    seq + 0.5, seq + 1.25, seq + 3, seq, 0, 0, 0, 0,
                    %8$d + seq, 4, (%8$d + seq) / 4e0, 0, 0, 5, 3, 2, TRUE
                FROM seq_0_to_%6$d\
                """
                        .formatted(
                                database,
                                pair.chain(),
                                pair.address(),
                                interval,
                                from,
                                number - 1,
                                step,
                                1_000_000 * (pair.rank() + 1)));
    }

    private record Output(int status, String output, String errors) {

        String line(int number) {
            return output.lines().toList().get(number);
        }
    }

    /** Runs {@code klines migrate} for the klines in a database. */
    private static Output migrate(String database, String... options) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "--mysql-url",
                                server.jdbcUrl().replace("/klines", "/" + database),
                                "--mysql-user",
                                server.migrator().user(),
                                "--mysql-password",
                                server.migrator().passwordReference()));
        arguments.addAll(List.of(options));
        int status =
                new CommandLine(new MigrateCommand(Optional::empty))
                        .setOut(new PrintWriter(out, true))
                        .setErr(new PrintWriter(err, true))
                        .execute(arguments.toArray(String[]::new));
        return new Output(status, out.toString(), err.toString());
    }

    private static List<String> indexes(String database) throws SQLException {
        return strings(
                "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema ="
                        + " '"
                        + database
                        + "' AND table_name = 'kline' ORDER BY index_name");
    }

    private static long seconds(String instant) {
        return Instant.parse(instant).getEpochSecond();
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private static List<String> strings(String query) throws SQLException {
        return strings(query, null);
    }

    /** Returns a column of the rows, the first one if it is null. */
    private static List<String> strings(String query, String column) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(column == null ? rows.getString(1) : rows.getString(column));
            }
        }
        return strings;
    }
}

package io.dexklines.schema;

import io.dexklines.text.AddressCase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The views {@code trade_kline_{interval}_{MM}} for readers of the Go consumers, in a database of
 * their own on the server of the klines. Repeating either method is harmless.
 *
 * @param name the name of the database of the views
 * @param chains numbers of chains whose klines the views contain even if {@code kline} has none
 *     yet; those of the chains in {@code kline} are added
 * @param addressCase the case of the addresses that the views show
 */
record CompatibilityViews(String name, Set<Long> chains, AddressCase addressCase) {

    /**
     * The table that maps the number of a chain to its text in {@code kline}. It marks a database
     * of views: its comment names the database of the klines and the version of the views.
     */
    private static final String CHAINS = "trade_kline_chain";

    private static final String COMMENT = "klines migrate: %s %s";

    /** The index by which the busiest pairs of a chain are found. */
    private static final String BY_TIME = "by_time";

    /** The table beside {@code kline} that has the address of each pair as the views show it. */
    private static final String SPELLING = "pair_spelling";

    /** The rows that one statement adds to that table. */
    private static final int BATCH_ROWS = 1000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$-]{1,64}");

    /** Texts that a number can be written as in one way only. */
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

    /**
     * What {@link #create} made.
     *
     * @param views the number of views
     * @param chains the numbers of the chains that the views contain, ascending
     * @param withoutNumber chains that the views cannot contain, in order: their ids are no numbers
     */
    record Result(int views, List<Long> chains, List<String> withoutNumber) {}

    /**
     * @throws IllegalArgumentException if the name has other characters than letters, digits, `_`,
     *     `$` and `-`, or a number is negative
     */
    CompatibilityViews {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a database's name has 1 to 64 of A-Z a-z 0-9 _ $ -, not " + name);
        }
        if (chains.stream().anyMatch(number -> number < 0)) {
            throw new IllegalArgumentException("the number of a chain is not negative");
        }
        chains = Set.copyOf(chains);
    }

    /**
     * Creates the database, the views and what they need, or brings them to the newest version. The
     * tables of the klines must be of the newest version.
     *
     * @throws SchemaException if the server is unreachable or refuses, or if the database is that
     *     of the klines or has tables or views of such names that this did not make
     */
    Result create(Database database) {
        return SchemaMigration.locked(database, (source, connection) -> create(connection));
    }

    /**
     * Drops the views and what they needed. The database remains, and so do the indexes while
     * another database has such views.
     *
     * @return whether there were views
     * @throws SchemaException if the server is unreachable or refuses
     */
    boolean drop(Database database) {
        return SchemaMigration.locked(database, (source, connection) -> drop(connection));
    }

    private Result create(Connection connection) throws SQLException {
        String klines = strings(connection, "SELECT DATABASE()").get(0);
        refuseTablesOfOthers(connection, klines);
        if (strings(
                        connection,
                        "SELECT schema_name FROM information_schema.schemata"
                                + " WHERE schema_name = ?",
                        name)
                .isEmpty()) {
            execute(connection, "CREATE DATABASE `" + name + "`");
        }
        execute(
                connection,
                """
                CREATE TABLE IF NOT EXISTS %s (
                    number BIGINT NOT NULL,
                    chain_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
                    PRIMARY KEY (number)
                ) ENGINE = InnoDB COMMENT = '%s'\
                """
                        .formatted(chainTable(), COMMENT.formatted(klines, "")));
        List<String> withoutNumber = addChains(connection);
        addIndex(connection, BY_TIME, "chain_id, interval_code, open_time");
        Optional<String> spelling = Optional.empty();
        if (addressCase != AddressCase.LOWER) {
            addSpelling(connection);
            spelling = Optional.of("`" + klines + "`." + SPELLING);
        }
        createViews(connection, klines, spelling);
        List<Long> numbers =
                strings(connection, "SELECT number FROM " + chainTable() + " ORDER BY number")
                        .stream()
                        .map(Long::valueOf)
                        .toList();
        return new Result(TradeKlineView.all().size(), numbers, withoutNumber);
    }

    private boolean drop(Connection connection) throws SQLException {
        String klines = strings(connection, "SELECT DATABASE()").get(0);
        if (!viewDatabases(connection, klines).contains(name)) {
            return false;
        }
        execute(
                connection,
                TradeKlineView.all().stream()
                        .map(view -> qualified(view.name()))
                        .collect(Collectors.joining(", ", "DROP VIEW IF EXISTS ", "")));
        execute(connection, "DROP TABLE " + chainTable());
        if (viewDatabases(connection, klines).isEmpty() && hasIndex(connection, BY_TIME)) {
            execute(connection, "ALTER TABLE kline DROP KEY " + BY_TIME);
        }
        return true;
    }

    private void refuseTablesOfOthers(Connection connection, String klines) throws SQLException {
        if (klines.equals(name)) {
            throw new SchemaException(
                    "the views need another database than the klines, not " + name);
        }
        boolean ours = viewDatabases(connection, klines).contains(name);
        Set<String> needed = viewNames();
        if (!ours) {
            needed.add(CHAINS);
        }
        List<String> others =
                strings(
                                connection,
                                "SELECT table_name FROM information_schema.tables"
                                        + " WHERE table_schema = ? AND table_type IN ("
                                        + (ours ? "'BASE TABLE'" : "'BASE TABLE', 'VIEW'")
                                        + ") ORDER BY table_name",
                                name)
                        .stream()
                        .filter(needed::contains)
                        .toList();
        if (!others.isEmpty()) {
            throw new SchemaException(
                    "the database %s has %s, which was not made for the klines in %s: name another database, or rename what is there"
                            .formatted(name, others.get(0), klines));
        }
    }

    /** Returns the databases that have views of the klines in the given one. */
    private static List<String> viewDatabases(Connection connection, String klines)
            throws SQLException {
        return strings(
                connection,
                "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
                        + CHAINS
                        + "' AND LEFT(table_comment, CHAR_LENGTH(?)) = ?",
                COMMENT.formatted(klines, ""),
                COMMENT.formatted(klines, ""));
    }

    /** Adds the numbers of chains that are missing. Returns the chains that have no number. */
    private List<String> addChains(Connection connection) throws SQLException {
        Set<Long> numbers = new TreeSet<>(chains);
        List<String> withoutNumber = new ArrayList<>();
        for (String chain :
                strings(connection, "SELECT DISTINCT chain_id FROM kline ORDER BY chain_id")) {
            if (NUMBER.matcher(chain).matches()) {
                numbers.add(Long.valueOf(chain));
            } else {
                withoutNumber.add(chain);
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO "
                                + chainTable()
                                + " VALUES (?, ?) ON DUPLICATE KEY UPDATE number = number")) {
            for (long number : numbers) {
                insert.setLong(1, number);
                insert.setString(2, Long.toString(number));
                insert.executeUpdate();
            }
        }
        return withoutNumber;
    }

    /**
     * Creates the table of addresses and adds the pairs of {@code kline} that it does not have. The
     * job adds later ones. Addresses are unique in any case, so that a view finds the pair before
     * it reads the klines, and that a reader may ask in another case.
     */
    private void addSpelling(Connection connection) throws SQLException {
        execute(
                connection,
                """
                CREATE TABLE IF NOT EXISTS %s (
                    chain_id VARCHAR(32) NOT NULL,
                    pair_addr VARCHAR(128) NOT NULL,
                    pair_address VARCHAR(128) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
                    PRIMARY KEY (chain_id, pair_addr),
                    UNIQUE KEY by_address (chain_id, pair_address)
                ) ENGINE = InnoDB DEFAULT CHARACTER SET ascii COLLATE ascii_bin\
                """
                        .formatted(SPELLING));
        List<String[]> missing = new ArrayList<>();
        try (Statement query = connection.createStatement();
                ResultSet rows =
                        query.executeQuery(
                                """
                                SELECT k.chain_id, k.pair_addr
                                FROM (SELECT DISTINCT chain_id, pair_addr FROM kline) k
                                LEFT JOIN %s p
                                    ON p.chain_id = k.chain_id AND p.pair_addr = k.pair_addr
                                WHERE p.chain_id IS NULL
                                ORDER BY k.chain_id, k.pair_addr\
                                """
                                        .formatted(SPELLING))) {
            while (rows.next()) {
                missing.add(new String[] {rows.getString(1), rows.getString(2)});
            }
        }
        for (int from = 0; from < missing.size(); from += BATCH_ROWS) {
            addPairs(
                    connection, missing.subList(from, Math.min(missing.size(), from + BATCH_ROWS)));
        }
    }

    private void addPairs(Connection connection, List<String[]> pairs) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(
                        "INSERT INTO "
                                + SPELLING
                                + " (chain_id, pair_addr, pair_address) VALUES (?, ?, ?)"
                                + ", (?, ?, ?)".repeat(pairs.size() - 1)
                                + " ON DUPLICATE KEY UPDATE pair_addr = pair_addr")) {
            int parameter = 0;
            for (String[] pair : pairs) {
                insert.setString(++parameter, pair[0]);
                insert.setString(++parameter, pair[1]);
                insert.setString(++parameter, addressCase.of(pair[0], pair[1]));
            }
            insert.executeUpdate();
        }
    }

    /**
     * Creates the views unless they are there with these definitions. To replace a view waits for
     * the queries that read it, and later queries wait with it.
     */
    private void createViews(Connection connection, String klines, Optional<String> spelling)
            throws SQLException {
        Map<String, String> statements = new LinkedHashMap<>();
        for (TradeKlineView view : TradeKlineView.all()) {
            statements.put(
                    view.name(),
                    // readers need no right on the klines
                    "CREATE OR REPLACE ALGORITHM = MERGE SQL SECURITY DEFINER VIEW "
                            + qualified(view.name())
                            + " AS\n"
                            + view.select(chainTable(), "`" + klines + "`.kline", spelling));
        }
        String version = COMMENT.formatted(klines, digest(statements.values()));
        boolean upToDate =
                strings(
                                connection,
                                "SELECT table_comment FROM information_schema.tables"
                                        + " WHERE table_schema = ? AND table_name = '"
                                        + CHAINS
                                        + "'",
                                name)
                        .contains(version);
        Set<String> current = upToDate ? views(connection) : Set.of();
        for (Map.Entry<String, String> statement : statements.entrySet()) {
            if (!current.contains(statement.getKey())) {
                execute(connection, statement.getValue());
            }
        }
        if (!upToDate) {
            execute(connection, "ALTER TABLE " + chainTable() + " COMMENT = '" + version + "'");
        }
    }

    private Set<String> views(Connection connection) throws SQLException {
        return Set.copyOf(
                strings(
                        connection,
                        "SELECT table_name FROM information_schema.views WHERE table_schema = ?",
                        name));
    }

    private static Set<String> viewNames() {
        return TradeKlineView.all().stream()
                .map(TradeKlineView::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean hasIndex(Connection connection, String index) throws SQLException {
        return !strings(
                        connection,
                        "SELECT index_name FROM information_schema.statistics WHERE table_schema ="
                                + " DATABASE() AND table_name = 'kline' AND index_name = ?",
                        index)
                .isEmpty();
    }

    /** Adds an index while the job goes on writing; fails where that is impossible. */
    private static void addIndex(Connection connection, String index, String columns)
            throws SQLException {
        if (!hasIndex(connection, index)) {
            execute(
                    connection,
                    "ALTER TABLE kline ADD KEY %s (%s), ALGORITHM = INPLACE, LOCK = NONE"
                            .formatted(index, columns));
        }
    }

    private String chainTable() {
        return qualified(CHAINS);
    }

    private String qualified(String table) {
        return "`" + name + "`." + table;
    }

    private static String digest(Collection<String> statements) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(String.join(";", statements).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the first column of the rows. */
    private static List<String> strings(Connection connection, String sql, String... parameters)
            throws SQLException {
        List<String> strings = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                query.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    strings.add(rows.getString(1));
                }
            }
        }
        return strings;
    }
}

package io.dexklines.relay.store;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Reads the table {@code smart_money_trade}. Every query scans a single range of one of its indexes
 * in its order, and ends when it has found enough. The trades of a wallet are on one server, those
 * of a pair on all.
 */
public final class MySqlSmartMoneyTrades {

    /**
     * The condition of a query: the trades of a wallet, of a pair, or of all wallets and pairs.
     * Times are in epoch seconds.
     *
     * @param chainId null for all chains; required with a wallet or a pair
     * @param wallet null for all
     * @param pairAddr null for all
     */
    public record Selection(
            String chainId, String wallet, String pairAddr, long from, long to, int limit) {}

    /**
     * The result of a query.
     *
     * @param trades the newest trades, newest first. Each is a map from column names to values, in
     *     the order in which the API returns them. Amounts of money are in US dollars, times in
     *     epoch seconds
     * @param complete false if a server did not answer, which may have further trades
     */
    public record Found(List<Map<String, Object>> trades, boolean complete) {}

    /**
     * What sums over the trades of a wallet need.
     *
     * @param usd the value in US dollars
     * @param blockTime epoch seconds
     */
    public record WalletTrade(
            String pairAddr,
            String tokenSymbol,
            String baseTokenSymbol,
            boolean buy,
            double usd,
            long blockTime) {}

    /** Reads one range of the primary key, backwards. */
    private static final String OF_WALLET =
            """
            SELECT pair_addr, token_symbol, base_token_symbol, side, usd, block_time
            FROM smart_money_trade FORCE INDEX (PRIMARY)
            WHERE chain_id = ? AND wallet = ?
            ORDER BY block_time DESC, id DESC
            LIMIT ?
            """;

    private static final Set<String> IDENTIFIERS =
            Set.of("chain_id", "wallet", "pair_addr", "tx_hash");

    /**
     * Trades of the same second as the last one that is returned, of which the newest are chosen.
     */
    private static final int MAX_SAME_TIME = 250;

    private static final String QUERY =
            """
            SELECT STRAIGHT_JOIN id, chain_id, wallet, label, pair_addr, swap_name, token_addr,
                token_symbol, base_token_symbol, side, usd, token_amount, base_token_amount,
                price_usd, mcap, tx_hash, block_num, transaction_index, log_index, block_time,
                clamp, first_buy
            FROM (
                SELECT chain_id, wallet, block_time, id
                FROM smart_money_trade FORCE INDEX (%s)
                WHERE %s
                ORDER BY block_time DESC
                LIMIT ?
            ) AS newest
            JOIN smart_money_trade FORCE INDEX (PRIMARY) USING (chain_id, wallet, block_time, id)
            """;

    /** The index for a chain, which tables of former versions do not have. */
    private static final String BY_CHAIN = "by_chain";

    private static final String INDEX_EXISTS =
            """
            SELECT DISTINCT index_name
            FROM information_schema.statistics
            WHERE table_schema = DATABASE() AND table_name = 'smart_money_trade'
                AND index_name = ?
            """;

    private static final Comparator<Map<String, Object>> NEWEST_FIRST =
            Comparator.comparingLong((Map<String, Object> row) -> whole(row, "block_time"))
                    .thenComparingLong(row -> whole(row, "block_num"))
                    .thenComparingLong(row -> whole(row, "transaction_index"))
                    .thenComparingLong(row -> whole(row, "log_index"))
                    .thenComparing(row -> (String) row.get("id"))
                    .reversed();

    private final MySqlServers mysql;

    public MySqlSmartMoneyTrades(MySqlServers mysql) {
        this.mysql = mysql;
    }

    /**
     * Returns the newest trades with {@code from <= block_time < to}.
     *
     * @throws StoreUnavailableException if no server that may have such trades answers
     * @throws QueryEndedException if the query has to end
     */
    public Found newest(Selection selection, Cancellation cancellation) {
        List<Integer> servers =
                selection.wallet() == null
                        ? IntStream.range(0, mysql.count()).boxed().toList()
                        : List.of(mysql.server(selection.chainId(), selection.wallet()));
        List<List<Map<String, Object>>> found = new ArrayList<>();
        StoreUnavailableException failure = null;
        for (int server : servers) {
            cancellation.check();
            try {
                found.add(
                        mysql.query(
                                server,
                                sql(selection, index(server, selection, cancellation)),
                                parameters(selection),
                                MySqlSmartMoneyTrades::columns,
                                cancellation));
            } catch (StoreUnavailableException e) {
                failure = e;
            }
        }
        if (found.isEmpty()) {
            throw failure;
        }
        return new Found(merge(found, selection.limit()), failure == null);
    }

    /**
     * Returns the newest trades of a wallet, newest first.
     *
     * @param max how many at most
     * @throws StoreUnavailableException if the wallet's server does not answer
     * @throws QueryEndedException if the query has to end
     */
    public List<WalletTrade> ofWallet(
            String chainId, String wallet, int max, Cancellation cancellation) {
        return mysql.query(
                mysql.server(chainId, wallet),
                OF_WALLET,
                List.of(chainId, wallet, max),
                row ->
                        new WalletTrade(
                                StoredText.identifier(row.getString("pair_addr")),
                                StoredText.label(row.getString("token_symbol")),
                                StoredText.label(row.getString("base_token_symbol")),
                                row.getString("side").equals("buy"),
                                row.getDouble("usd"),
                                row.getLong("block_time")),
                cancellation);
    }

    /**
     * Returns a query for the selected trades, in no order, with up to {@value #MAX_SAME_TIME}
     * more. It reads the keys of the newest from one index, in the order of the index, and then
     * only the rows of these keys. MySQL is told to, since it would scan a table whose statistics
     * are older than its rows. To sort by more than the time, MySQL would have to read them all.
     */
    private static String sql(Selection selection, String index) {
        StringBuilder conditions = new StringBuilder("block_time >= ? AND block_time < ?");
        for (String column : equal(selection).keySet()) {
            conditions.append(" AND ").append(column).append(" = ?");
        }
        return QUERY.formatted(index, conditions);
    }

    /**
     * Returns the index to read. Whether there is one for the chain is asked each time, since it
     * can be added while the relay runs, and to name one that does not exist is an error.
     */
    private String index(int server, Selection selection, Cancellation cancellation) {
        if (selection.wallet() != null) {
            return "PRIMARY";
        }
        if (selection.pairAddr() != null) {
            return "by_pair";
        }
        boolean isByChain =
                selection.chainId() != null
                        && !mysql.query(
                                        server,
                                        INDEX_EXISTS,
                                        List.of(BY_CHAIN),
                                        row -> row.getString(1),
                                        cancellation)
                                .isEmpty();
        return isByChain ? BY_CHAIN : "by_time";
    }

    private static List<Object> parameters(Selection selection) {
        List<Object> parameters = new ArrayList<>();
        parameters.add(selection.from());
        parameters.add(selection.to());
        parameters.addAll(equal(selection).values());
        parameters.add(selection.limit() + MAX_SAME_TIME);
        return parameters;
    }

    private static Map<String, String> equal(Selection selection) {
        Map<String, String> columns = new LinkedHashMap<>();
        columns.put("chain_id", selection.chainId());
        columns.put("wallet", selection.wallet());
        columns.put("pair_addr", selection.pairAddr());
        columns.values().removeIf(Objects::isNull);
        return columns;
    }

    /**
     * Merges what the servers found. A trade that has moved to another server may be on both, and
     * is never changed.
     */
    private static List<Map<String, Object>> merge(
            List<List<Map<String, Object>>> found, int limit) {
        return found.stream()
                .flatMap(List::stream)
                .distinct()
                .sorted(NEWEST_FIRST)
                .limit(limit)
                .toList();
    }

    private static long whole(Map<String, Object> row, String column) {
        return ((Number) row.get(column)).longValue();
    }

    private static String shown(String column, String text) {
        return IDENTIFIERS.contains(column) ? StoredText.identifier(text) : StoredText.label(text);
    }

    private static Map<String, Object> columns(ResultSet row) throws SQLException {
        ResultSetMetaData metaData = row.getMetaData();
        Map<String, Object> columns = new LinkedHashMap<>();
        for (int index = 1; index <= metaData.getColumnCount(); index++) {
            String column = metaData.getColumnLabel(index);
            Object value = row.getObject(index);
            columns.put(column, value instanceof String text ? shown(column, text) : value);
        }
        return columns;
    }
}

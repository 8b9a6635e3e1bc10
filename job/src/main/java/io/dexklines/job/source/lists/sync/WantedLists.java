package io.dexklines.job.source.lists.sync;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.job.source.lists.ListRecords;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.Identifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The lists as a database has them. Each row becomes the record that the job would read, by the
 * job's own parser. An invalid row is counted and described, and the others are read.
 */
final class WantedLists {

    /** The columns that a query of wallets needs. The column {@code label} may be missing. */
    static final List<String> WALLET_COLUMNS = List.of("chain_id", "address");

    /**
     * The columns that a query of follows needs. The columns {@code side}, {@code min_usd}, {@code
     * max_usd} and {@code cooldown_s} may be missing.
     */
    static final List<String> FOLLOW_COLUMNS = List.of("chain_id", "address", "user_id");

    /** Number of invalid rows that are described one by one. */
    static final int PROBLEMS_DESCRIBED = 20;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ListRecords parser = new ListRecords();
    private final Set<String> chains;
    private final WantedList wallets = new WantedList();
    private final WantedList follows = new WantedList();
    private final List<String> problems = new ArrayList<>();
    private long invalid;

    /**
     * @param chains the chains of the job
     */
    WantedLists(Set<String> chains) {
        this.chains = chains;
    }

    /**
     * Adds a row of the query of wallets.
     *
     * @param row texts by the names of their columns in lower case; null for NULL
     */
    void wallet(Map<String, String> row) {
        wallets.countRow();
        String key = null;
        try {
            Wallet wallet = identifiers(row);
            key = wallet.text();
            requirePossible(wallet);
            add(wallets, key, parser.wallet(ascii(key), utf8(object(row, "label"))));
        } catch (IllegalArgumentException e) {
            refuse("wallets", wallets, key, e.getMessage());
        }
    }

    /**
     * Adds a row of the query of follows. Its wallet is listed too, with an empty label unless a
     * row of the query of wallets has one.
     *
     * @param row texts by the names of their columns in lower case; null for NULL
     */
    void follow(Map<String, String> row) {
        follows.countRow();
        Wallet wallet = null;
        String key = null;
        try {
            wallet = identifiers(row);
            key = wallet.text() + ":" + identifier(row, "user_id");
            requirePossible(wallet);
            ObjectNode conditions = object(row, "side", "min_usd", "max_usd", "cooldown_s");
            if (!conditions.has("side")) {
                conditions.put("side", "any");
            }
            add(follows, key, parser.follow(ascii(key), utf8(conditions)));
        } catch (IllegalArgumentException e) {
            if (wallet != null) {
                wallets.keep(wallet.text());
            }
            refuse("follows", follows, key, e.getMessage());
        }
    }

    /** Returns the wallets of both answers. Call it when all rows are added. */
    WantedList wallets() {
        for (ListChange follow : follows.records().values()) {
            wallets.imply(follow.wallet().text(), ListChange.listed(follow.wallet(), ""));
        }
        return wallets;
    }

    /** Returns the follows. */
    WantedList follows() {
        return follows;
    }

    /** Returns the number of invalid rows. */
    long invalid() {
        return invalid;
    }

    /** Returns what is wrong with the first invalid rows, for people. */
    List<String> problems() {
        return Collections.unmodifiableList(problems);
    }

    private static Wallet identifiers(Map<String, String> row) {
        return Wallet.of(identifier(row, "chain_id"), identifier(row, "address"));
    }

    private static String identifier(Map<String, String> row, String column) {
        String text = textOf(row, column);
        String problem = Identifier.problem(text);
        if (problem != null) {
            throw new IllegalArgumentException(
                    text.isEmpty()
                            ? column + " is missing"
                            : "%s '%s' %s".formatted(column, text, problem));
        }
        return text;
    }

    /** Returns the text of a column without the spaces that a column of fixed width adds. */
    private static String textOf(Map<String, String> row, String column) {
        String text = row.get(column);
        return text == null ? "" : text.strip();
    }

    private void requirePossible(Wallet wallet) {
        if (!chains.contains(wallet.chainId())) {
            throw new IllegalArgumentException(
                    "the job has no trades of chain %s, only of %s; name others with --chains"
                            .formatted(wallet.chainId(), String.join(", ", new TreeSet<>(chains))));
        }
        String form = Identifier.missedWalletForm(wallet.chainId(), wallet.address());
        if (form != null) {
            throw new IllegalArgumentException(
                    "'%s' cannot be an address of chain %s: expected %s"
                            .formatted(wallet.address(), wallet.chainId(), form));
        }
    }

    private static byte[] ascii(String key) {
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(ObjectNode object) {
        return object.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns some columns as JSON. All are texts, which the parser of the job accepts. */
    private static ObjectNode object(Map<String, String> row, String... columns) {
        ObjectNode object = JSON.createObjectNode();
        for (String column : columns) {
            String text = textOf(row, column);
            if (!text.isEmpty()) {
                object.put(column, text);
            }
        }
        return object;
    }

    /**
     * Adds a record. Of two rows with one key, the one that is valid whatever the order of the rows
     * is kept, so that the list does not change from poll to poll.
     */
    private void add(WantedList list, String key, ListChange record) {
        ListChange other = list.add(key, record);
        if (other == null || other.equals(record)) {
            return;
        }
        if (record.toString().compareTo(other.toString()) < 0) {
            list.replace(key, record);
        }
        throw new IllegalArgumentException("another row has the same key and says something else");
    }

    private void refuse(String query, WantedList list, String key, String reason) {
        invalid++;
        if (key != null) {
            list.keep(key);
        }
        if (problems.size() < PROBLEMS_DESCRIBED) {
            problems.add(
                    "invalid row %d of %s%s: %s"
                            .formatted(
                                    list.rows(),
                                    query,
                                    key == null ? "" : " (" + key + ")",
                                    reason));
        }
    }
}

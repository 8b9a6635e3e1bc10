package io.dexklines.verifier;

import io.dexklines.verifier.SmartMoneyJournal.Conditions;
import io.dexklines.verifier.SmartMoneyJournal.Listing;
import io.dexklines.verifier.SmartMoneyResult.Undecided;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Compares the smart-money trades in MySQL, the notifications and the clusters with the trades in
 * the topics, as far as the topics determine them.
 *
 * <p>A wallet's trade must be in MySQL if the wallet was listed before the trade was written and
 * was never removed. Clocks of the writers may differ by {@code ingest.max-future}. Every row and
 * notification must belong to a trade in the topics, regardless of the lists. What depends on when
 * the job read a trade is counted as undecided.
 */
final class SmartMoneyCheck {

    private final Recomputation recomputation;
    private final Journal journal;
    private final SmartMoneyJournal lists;
    private final JobShape shape;
    private final JobShape.SmartMoneyTopics topics;
    private final boolean mysql;
    private final Cut required;
    private final SmartMoneyResult result = new SmartMoneyResult();

    /** The swaps of the wallets concerned, by wallet and trade id. */
    private final Map<String, Map<String, List<Entry>>> trades = new TreeMap<>();

    /** The ids of these swaps, by wallet and by the id that former versions gave them. */
    private final Map<String, Map<String, Set<String>>> idsByFormer = new HashMap<>();

    private SmartMoneyCheck(
            Recomputation recomputation,
            SmartMoneyJournal lists,
            JobShape.SmartMoneyTopics topics,
            boolean mysql,
            Cut required) {
        this.recomputation = recomputation;
        this.journal = recomputation.journal();
        this.lists = lists;
        this.shape = recomputation.shape();
        this.topics = topics;
        this.mysql = mysql;
        this.required = required;
    }

    /**
     * Compares the rows of MySQL and the records in the journals.
     *
     * @param rows the rows of {@code smart_money_trade} within the scope; empty if the job does not
     *     write to MySQL
     * @param required the job has decided all trades before this cut
     */
    static SmartMoneyResult of(
            Recomputation recomputation,
            SmartMoneyJournal lists,
            Optional<List<Map<String, Object>>> rows,
            Cut required) {
        Optional<JobShape.SmartMoneyTopics> topics = recomputation.shape().smartMoney();
        if (topics.isEmpty()) {
            return new SmartMoneyResult();
        }
        SmartMoneyCheck check =
                new SmartMoneyCheck(recomputation, lists, topics.get(), rows.isPresent(), required);
        check.indexTrades(rows.orElse(List.of()));
        check.compareRows(rows.orElse(List.of()));
        check.compareNotifications();
        Set<String> seen = new HashSet<>();
        lists.clusters().stream()
                .filter(id -> !seen.add(id))
                .forEach(id -> check.result.doubled.add("cluster " + id));
        return check.result;
    }

    private void indexTrades(List<Map<String, Object>> rows) {
        Set<String> wallets = new HashSet<>(lists.wallets());
        rows.forEach(row -> wallets.add(wallet(row)));
        lists.notifications().forEach(fields -> wallets.add(wallet(fields)));
        for (String pair : journal.pairs()) {
            for (Entry entry : journal.swaps(pair)) {
                Swap swap = entry.swap().orElseThrow();
                if (wallets.contains(swap.wallet())
                        && journal.isInScope(pair, swap.blockTime())
                        && !recomputation.isAhead(swap)
                        && entry.excluded().filter(Reason.FUTURE::equals).isEmpty()) {
                    String id = SmartMoneyIds.trade(swap);
                    trades.computeIfAbsent(swap.wallet(), wallet -> new TreeMap<>())
                            .computeIfAbsent(id, any -> new ArrayList<>())
                            .add(entry);
                    idsByFormer
                            .computeIfAbsent(swap.wallet(), wallet -> new HashMap<>())
                            .computeIfAbsent(
                                    SmartMoneyIds.formerTrade(swap), any -> new TreeSet<>())
                            .add(id);
                }
            }
        }
    }

    private static String wallet(Map<String, Object> fields) {
        return fields.get("chain_id") + ":" + fields.get("wallet");
    }

    private List<Entry> copies(String wallet, String id) {
        return trades.getOrDefault(wallet, Map.of()).getOrDefault(id, List.of());
    }

    private void compareRows(List<Map<String, Object>> rows) {
        Set<String> held = new HashSet<>();
        for (Map<String, Object> row : rows) {
            if (!journal.selects(row.get("chain_id") + ":" + row.get("pair_addr"))) {
                continue;
            }
            String wallet = wallet(row);
            String id = (String) row.get("id");
            String name = "trade " + id + " of " + wallet;
            String current = currentId(wallet, row);
            if (!held.add(wallet + ' ' + current)) {
                result.doubled.add(name);
            }
            List<Entry> copies = copies(wallet, current);
            if (copies.isEmpty()) {
                surplus(name, row);
                continue;
            }
            compare(name, row, copies, swap -> columns(swap, id));
            if (copies.stream().noneMatch(this::isListedThroughout)) {
                result.undecided(Undecided.LIST_CHANGE);
            }
            if ("buy".equals(row.get("side"))) {
                result.undecided(Undecided.FIRST_BUY);
            }
        }
        if (mysql) {
            trades.forEach(
                    (wallet, ids) ->
                            ids.forEach(
                                    (id, copies) -> {
                                        if (!held.contains(wallet + ' ' + id)) {
                                            missingRow(wallet, id, copies);
                                        }
                                    }));
        }
    }

    /** Returns the id that a row has in this version. Former versions computed other ids. */
    private String currentId(String wallet, Map<String, Object> row) {
        String id = (String) row.get("id");
        if (!SmartMoneyIds.isFormer(id)) {
            return id;
        }
        Set<String> sharing =
                idsByFormer.getOrDefault(wallet, Map.of()).getOrDefault(id, Set.of(id));
        return sharing.stream()
                .filter(
                        one ->
                                copies(wallet, one).stream()
                                        .map(entry -> columns(entry.swap().orElseThrow(), id))
                                        .anyMatch(swap -> difference(row, swap).isEmpty()))
                .findFirst()
                .orElse(sharing.iterator().next());
    }

    private void missingRow(String wallet, String id, List<Entry> copies) {
        if (journal.isRefused(id)
                || journal.isRefused(
                        SmartMoneyIds.formerTrade(copies.get(0).swap().orElseThrow()))) {
            result.refused++;
        } else if (copies.stream().anyMatch(this::isRequired)) {
            result.compared++;
            result.lost.add("trade " + id + " of " + wallet + " is missing from MySQL");
        } else if (copies.stream().anyMatch(required::covers)) {
            result.undecided(Undecided.LIST_CHANGE);
        }
    }

    /** Returns whether the job must have found a trade. */
    private boolean isRequired(Entry entry) {
        return required.covers(entry)
                && entry.swap().orElseThrow().blockTime() >= shape.begin()
                && isListedThroughout(entry);
    }

    private boolean isListedThroughout(Entry entry) {
        return lists.wallet(entry.swap().orElseThrow().wallet()).isListedSince(before(entry));
    }

    /**
     * Returns a time that is before the writing of a trade by every clock, in epoch milliseconds.
     */
    private long before(Entry entry) {
        return entry.writtenMs() - shape.maxFuture().toMillis();
    }

    private void surplus(String name, Map<String, Object> held) {
        if (isComparable(held)) {
            result.compared++;
            result.surplus.add(name + " has no trade in the topics");
        } else {
            result.incomparable++;
        }
    }

    /** Returns whether the topics still hold every copy of a trade that a sink holds. */
    private boolean isComparable(Map<String, Object> held) {
        String pair = held.get("chain_id") + ":" + held.get("pair_addr");
        return (long) held.get("block_time") >= recomputation.comparableFrom(pair);
    }

    /** Compares a trade in a sink with its copies in the topics, one of which must agree. */
    private void compare(
            String name,
            Map<String, Object> held,
            List<Entry> copies,
            Function<Swap, Map<String, Object>> expected) {
        String difference = null;
        for (Entry entry : copies) {
            Swap swap = entry.swap().orElseThrow();
            Optional<String> other = difference(held, expected.apply(swap));
            if (other.isEmpty()) {
                difference = labelAndFirstBuy(held, entry).orElse(null);
                break;
            }
            difference = other.get();
        }
        if (difference != null && !isComparable(held)) {
            result.incomparable++;
            return;
        }
        result.compared++;
        if (difference != null) {
            result.mismatched.add(name + ": " + difference);
        }
    }

    private static Optional<String> difference(
            Map<String, Object> held, Map<String, Object> expected) {
        return expected.entrySet().stream()
                .filter(field -> !Objects.equals(field.getValue(), held.get(field.getKey())))
                .map(
                        field ->
                                "%s is %s, not %s"
                                        .formatted(
                                                field.getKey(),
                                                held.get(field.getKey()),
                                                field.getValue()))
                .findFirst();
    }

    private Optional<String> labelAndFirstBuy(Map<String, Object> held, Entry entry) {
        Swap swap = entry.swap().orElseThrow();
        List<String> labels = lists.wallet(swap.wallet()).versions();
        if (isListedThroughout(entry) && !labels.contains(held.get("label"))) {
            return Optional.of("label is %s, not %s".formatted(held.get("label"), labels));
        }
        return !swap.buy() && Boolean.TRUE.equals(held.get("first_buy"))
                ? Optional.of("first_buy is true of a sell")
                : Optional.empty();
    }

    private static Map<String, Object> columns(Swap swap, String id) {
        Map<String, Object> columns = shared(swap);
        columns.put("id", id);
        columns.put("swap_name", swap.labels().swapName());
        columns.put("base_token_symbol", swap.labels().baseTokenSymbol());
        columns.put("base_token_amount", swap.baseTokenAmount());
        columns.put("mcap", swap.mcap());
        columns.put("block_num", swap.block());
        columns.put("transaction_index", swap.transactionIndex());
        columns.put("log_index", swap.logIndex());
        return columns;
    }

    /** Returns the fields that rows and notifications share. */
    private static Map<String, Object> shared(Swap swap) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("chain_id", swap.chain());
        fields.put("wallet", swap.maker());
        fields.put("block_time", swap.blockTime());
        fields.put("pair_addr", swap.pair().substring(swap.chain().length() + 1));
        fields.put("token_addr", swap.labels().tokenAddress());
        fields.put("token_symbol", swap.labels().tokenSymbol());
        fields.put("side", swap.side());
        fields.put("usd", swap.totalUsd());
        fields.put("token_amount", swap.tokenAmount());
        fields.put("price_usd", swap.priceUsd());
        fields.put("tx_hash", swap.txHash());
        fields.put("clamp", swap.clamp());
        return fields;
    }

    private void compareNotifications() {
        Map<String, Integer> times = new HashMap<>();
        Map<String, Map<String, List<Entry>>> notified = new HashMap<>();
        for (Map<String, Object> fields : lists.notifications()) {
            String id = (String) fields.get("id");
            String wallet = wallet(fields);
            String userId = String.valueOf(fields.get("user_id"));
            String name = "notification " + id + " of " + userId;
            List<Entry> copies =
                    notified.computeIfAbsent(
                                    wallet + ' ' + userId, key -> byNotification(wallet, userId))
                            .getOrDefault(id, List.of());
            String current =
                    copies.isEmpty()
                            ? id
                            : SmartMoneyIds.notification(
                                    copies.get(0).swap().orElseThrow(), userId);
            if (times.merge(current, 1, Integer::sum) > 1) {
                doubled(name, copies);
            } else if (copies.isEmpty()) {
                surplus(name, fields);
            } else {
                result.notificationsExpected++;
                compare(name, fields, copies, SmartMoneyCheck::shared);
                checkConditions(name, fields, copies);
            }
        }
        trades.forEach(
                (wallet, ids) ->
                        ids.values()
                                .forEach(copies -> missingNotifications(wallet, copies, times)));
    }

    /**
     * Returns the trades of a wallet by the ids of their notifications for a user, of this and of
     * former versions.
     */
    private Map<String, List<Entry>> byNotification(String wallet, String userId) {
        Map<String, List<Entry>> copies = new HashMap<>();
        for (List<Entry> one : trades.getOrDefault(wallet, Map.of()).values()) {
            Swap swap = one.get(0).swap().orElseThrow();
            copies.put(SmartMoneyIds.notification(swap, userId), one);
            copies.putIfAbsent(SmartMoneyIds.formerNotification(swap, userId), one);
        }
        return copies;
    }

    private void doubled(String name, List<Entry> copies) {
        long firstMs = copies.stream().mapToLong(Entry::writtenMs).min().orElse(0);
        long lastMs = copies.stream().mapToLong(Entry::writtenMs).max().orElse(0);
        if (lastMs - firstMs >= topics.rememberTrades().toMillis()) {
            result.undecided(Undecided.REDELIVERY);
        } else {
            result.doubled.add(name);
        }
    }

    private void checkConditions(String name, Map<String, Object> fields, List<Entry> copies) {
        Listing<Conditions> follow =
                lists.follows(wallet(fields))
                        .getOrDefault(String.valueOf(fields.get("user_id")), new Listing<>());
        if (copies.stream().anyMatch(entry -> mayHold(follow, entry)) || !isComparable(fields)) {
            return;
        }
        if (copies.stream().allMatch(entry -> follow.isListedSince(before(entry)))) {
            result.mismatched.add(name + ": the conditions do not hold: " + follow.versions());
        } else {
            result.undecided(Undecided.LIST_CHANGE);
        }
    }

    private static boolean mayHold(Listing<Conditions> follow, Entry entry) {
        return follow.versions().stream()
                .anyMatch(conditions -> conditions.areMetBy(entry.swap().orElseThrow()));
    }

    private void missingNotifications(
            String wallet, List<Entry> copies, Map<String, Integer> times) {
        lists.follows(wallet)
                .forEach(
                        (userId, follow) -> {
                            Swap swap = copies.get(0).swap().orElseThrow();
                            String id = SmartMoneyIds.notification(swap, userId);
                            if (!times.containsKey(id)) {
                                missingNotification(id, userId, follow, copies);
                            }
                        });
    }

    private void missingNotification(
            String id, String userId, Listing<Conditions> follow, List<Entry> copies) {
        List<Entry> wanted =
                copies.stream()
                        .filter(required::covers)
                        .filter(entry -> mayHold(follow, entry))
                        .toList();
        if (wanted.isEmpty()) {
            return;
        }
        boolean decided =
                follow.versions().size() == 1
                        && wanted.size() == copies.size()
                        && wanted.stream()
                                .allMatch(
                                        entry ->
                                                isRequired(entry)
                                                        && follow.isListedSince(before(entry)));
        if (!decided) {
            result.undecided(Undecided.LIST_CHANGE);
        } else if (follow.versions().get(0).cooldownSeconds() > 0) {
            result.undecided(Undecided.COOLDOWN);
        } else if (wanted.stream()
                .anyMatch(
                        entry ->
                                entry.writtenMs()
                                        < recomputation.lostUntilMs(topics.notifications()))) {
            result.incomparable++;
        } else {
            result.compared++;
            result.notificationsExpected++;
            result.lost.add("notification " + id + " of " + userId + " is missing");
        }
    }
}

package io.dexklines.verifier;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The records read from the smart-money topics: all lists, and the notifications and clusters of
 * the scope.
 */
final class SmartMoneyJournal {

    private static final Set<String> DOUBLES = Set.of("usd", "token_amount", "price_usd");

    private static final String WORD = "(" + RecordReader.IDENTIFIER + ")";
    private static final Pattern WALLET_KEY = Pattern.compile(WORD + ':' + WORD);
    private static final Pattern FOLLOW_KEY = Pattern.compile(WORD + ':' + WORD + ':' + WORD);

    /**
     * The conditions under which a user wants to be notified.
     *
     * @param side {@code buy}, {@code sell} or {@code any}
     * @param maxUsd infinite if there is no limit
     */
    record Conditions(String side, double minUsd, double maxUsd, long cooldownSeconds) {

        /** Returns whether a trade meets them, apart from the cooldown. */
        boolean areMetBy(Swap swap) {
            return (side.equals("any") || side.equals(swap.side()))
                    && swap.totalUsd() >= minUsd
                    && swap.totalUsd() <= maxUsd;
        }
    }

    /**
     * The history of one key in a compacted list topic. Compaction removes a record only if a newer
     * one of its key is left, so every record after the oldest one that is left is known.
     *
     * @param <T> the content of a record
     */
    static final class Listing<T> {

        private final List<T> versions = new ArrayList<>();
        private long sinceMs = Long.MAX_VALUE;
        private boolean removed;

        /**
         * Adds a record.
         *
         * @param version null for a tombstone, or for a record that the job may have rejected
         * @param timestampMs when it was written, in epoch milliseconds
         */
        void add(T version, long timestampMs) {
            sinceMs = Math.min(sinceMs, timestampMs);
            removed |= version == null;
            if (version != null) {
                versions.add(version);
            }
        }

        /** Returns all versions, in their order. */
        List<T> versions() {
            return versions;
        }

        /** Returns whether the key was listed at a time and ever since, in epoch milliseconds. */
        boolean isListedSince(long timeMs) {
            return !removed && sinceMs <= timeMs;
        }
    }

    private final Journal journal;

    /** The labels of the wallets, by {@code chain_id:address}. */
    private final Map<String, Listing<String>> wallets = new HashMap<>();

    /** The follows, by wallet and user. */
    private final Map<String, Map<String, Listing<Conditions>>> follows = new HashMap<>();

    private final List<Map<String, Object>> notifications = new ArrayList<>();
    private final List<String> clusters = new ArrayList<>();

    SmartMoneyJournal(Journal journal) {
        this.journal = journal;
    }

    /** Adds a record of the wallets' topic. */
    void addWallet(byte[] key, byte[] value, long timestampMs) {
        key(WALLET_KEY, key)
                .ifPresent(
                        parts ->
                                wallets.computeIfAbsent(wallet(parts), w -> new Listing<>())
                                        .add(label(parts, Json.parse(value)), timestampMs));
    }

    /** Adds a record of the follows' topic. */
    void addFollow(byte[] key, byte[] value, long timestampMs) {
        key(FOLLOW_KEY, key)
                .ifPresent(
                        parts ->
                                follows.computeIfAbsent(wallet(parts), w -> new HashMap<>())
                                        .computeIfAbsent(parts.group(3), u -> new Listing<>())
                                        .add(conditions(parts, Json.parse(value)), timestampMs));
    }

    /**
     * Adds a record of the notifications' topic.
     *
     * @return whether it can be parsed
     */
    boolean addNotification(byte[] value) {
        JsonNode json = Json.parse(value);
        if (!json.path("id").isTextual() || !json.path("block_time").isIntegralNumber()) {
            return false;
        }
        String pair = json.path("chain_id").asText() + ':' + json.path("pair_addr").asText();
        if (journal.isInScope(pair, json.path("block_time").longValue())) {
            Map<String, Object> fields = new LinkedHashMap<>();
            json.properties().forEach(e -> fields.put(e.getKey(), value(e)));
            notifications.add(fields);
        }
        return true;
    }

    private static Object value(Map.Entry<String, JsonNode> field) {
        JsonNode node = field.getValue();
        if (node.isNumber()) {
            return DOUBLES.contains(field.getKey())
                    ? (Object) node.doubleValue()
                    : (Object) node.longValue();
        }
        return node.isBoolean() ? (Object) node.booleanValue() : node.asText();
    }

    /**
     * Adds a record of the clusters' topic.
     *
     * @return whether it can be parsed
     */
    boolean addCluster(byte[] value) {
        JsonNode json = Json.parse(value);
        if (!json.path("id").isTextual() || !json.path("first_time").isIntegralNumber()) {
            return false;
        }
        if (journal.scope().covers(json.path("first_time").longValue())) {
            clusters.add(json.path("id").textValue());
        }
        return true;
    }

    /** Returns the labels under which a wallet was listed. */
    Listing<String> wallet(String wallet) {
        return wallets.getOrDefault(wallet, new Listing<>());
    }

    /** Returns the wallets that are or were listed. */
    Set<String> wallets() {
        return wallets.keySet();
    }

    /** Returns the follows of a wallet, by user. */
    Map<String, Listing<Conditions>> follows(String wallet) {
        return follows.getOrDefault(wallet, Map.of());
    }

    /** Returns the fields of each notification. */
    List<Map<String, Object>> notifications() {
        return notifications;
    }

    /** Returns the ids of the clusters. */
    List<String> clusters() {
        return clusters;
    }

    private static Optional<Matcher> key(Pattern pattern, byte[] key) {
        Matcher parts =
                pattern.matcher(key == null ? "" : new String(key, StandardCharsets.ISO_8859_1));
        return parts.matches() ? Optional.of(parts) : Optional.empty();
    }

    private static String wallet(Matcher parts) {
        return parts.group(1) + ':' + Swap.compared(parts.group(1), parts.group(2));
    }

    /** Returns the label; null for a tombstone, or for a value that the job may have rejected. */
    private static String label(Matcher parts, JsonNode json) {
        return agreesWithKey(parts, json)
                        && isAbsentOr(json.path("label"), SmartMoneyJournal::isTextOrInteger)
                ? RecordReader.shown(json.path("label").asText(""), 128)
                : null;
    }

    private static Conditions conditions(Matcher parts, JsonNode json) {
        String side = json.path("side").asText().toLowerCase(Locale.ROOT);
        OptionalDouble minUsd = notNegative(json.path("min_usd"), 0);
        OptionalDouble maxUsd = notNegative(json.path("max_usd"), Double.POSITIVE_INFINITY);
        OptionalDouble cooldown = notNegative(json.path("cooldown_s"), 0);
        boolean valid =
                agreesWithKey(parts, json)
                        && isAbsentOr(json.path("user_id"), SmartMoneyJournal::isTextOrInteger)
                        && json.path("user_id").asText(parts.group(3)).equals(parts.group(3))
                        && Set.of("buy", "sell", "any").contains(side)
                        && minUsd.isPresent()
                        && maxUsd.isPresent()
                        && cooldown.isPresent()
                        && cooldown.getAsDouble() == Math.rint(cooldown.getAsDouble());
        return valid
                ? new Conditions(
                        side,
                        minUsd.getAsDouble(),
                        maxUsd.getAsDouble(),
                        (long) cooldown.getAsDouble())
                : null;
    }

    /** Returns the number that a node contains, or the default; empty if it is invalid. */
    private static OptionalDouble notNegative(JsonNode node, double otherwise) {
        if (node.isMissingNode() || node.isNull()) {
            return OptionalDouble.of(otherwise);
        }
        OptionalDouble number = RecordReader.number(node);
        return number.isPresent() && number.getAsDouble() >= 0 ? number : OptionalDouble.empty();
    }

    private static boolean isTextOrInteger(JsonNode node) {
        return node.isTextual() || node.isIntegralNumber();
    }

    /** Returns whether a value does not contradict its key. */
    private static boolean agreesWithKey(Matcher parts, JsonNode json) {
        String chain = parts.group(1);
        return json.isObject()
                && json.path("chain_id").asText(chain).equals(chain)
                && (chain + ':' + Swap.compared(chain, json.path("address").asText(parts.group(2))))
                        .equals(wallet(parts));
    }

    private static boolean isAbsentOr(JsonNode node, Predicate<JsonNode> condition) {
        return node.isMissingNode() || node.isNull() || condition.test(node);
    }
}

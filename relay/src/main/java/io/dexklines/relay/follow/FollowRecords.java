package io.dexklines.relay.follow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dexklines.trade.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The records of the follows' topic. The key is {@code {chain_id}:{address}:{user_id}}, the value a
 * JSON object with the conditions, or null to remove the follow.
 *
 * <p>Records are read as leniently as the job reads them, since others write them too. What clients
 * of the relay send is read strictly.
 */
public final class FollowRecords {

    /** About thirty years, the longest cooldown that the job accepts. */
    private static final long LONGEST_COOLDOWN_SECONDS = 1_000_000_000L;

    private static final List<String> SIDES = List.of("buy", "sell", "any");

    private static final Set<String> FIELDS =
            Set.of("chain_id", "address", "side", "min_usd", "max_usd", "cooldown_s");

    /** The decimal strings that the job reads as numbers. */
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private static final ObjectMapper LENIENT_JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private FollowRecords() {}

    /**
     * The key of a record: who follows which wallet.
     *
     * @param text the key as the topic has it, {@code {chain_id}:{address}:{user_id}}, where former
     *     versions wrote addresses in other forms
     */
    record Key(Wallet wallet, String userId, String text) {

        /** Returns the key under which a follow is written. */
        static Key of(Wallet wallet, String userId) {
            return new Key(wallet, userId, wallet.text() + ":" + userId);
        }

        /** Returns whether the follow would be written under this key. */
        boolean isCurrent() {
            return equals(of(wallet, userId));
        }

        byte[] bytes() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /**
     * Parses a key.
     *
     * @throws IllegalArgumentException if it is none
     */
    static Key key(byte[] key) {
        if (key == null) {
            throw new IllegalArgumentException("there is no key");
        }
        // byte by byte, so that no other character looks like an ASCII one
        String text = new String(key, StandardCharsets.ISO_8859_1);
        String[] parts = text.split(":", 3);
        if (parts.length != 3 || !Identifier.isValid(parts[2])) {
            throw new IllegalArgumentException(
                    "the key is not of the form {chain_id}:{address}:{user_id}");
        }
        return new Key(Wallet.of(parts[0], parts[1]), parts[2], text);
    }

    /**
     * Parses the value of a record.
     *
     * @param key the key of the record, which the value may repeat
     * @param value not null
     * @throws IllegalArgumentException if the job refuses the record
     */
    static Follow follow(Key key, byte[] value) {
        JsonNode object;
        try {
            object = LENIENT_JSON.readTree(utf8(value));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the value is not JSON", e);
        }
        check(object != null && object.isObject(), "the value is not a JSON object");
        Wallet repeated =
                Wallet.of(
                        text(object, "chain_id", key.wallet().chainId()),
                        text(object, "address", key.wallet().address()));
        check(repeated.equals(key.wallet()), "chain_id or address is not the key's");
        check(
                text(object, "user_id", key.userId()).equals(key.userId()),
                "user_id is not the key's");
        return conditions(
                key.wallet(),
                text(object, "side", "").toLowerCase(Locale.ROOT),
                lenient(object.path("min_usd")),
                lenient(object.path("max_usd")),
                lenient(object.path("cooldown_s")));
    }

    /**
     * Parses what a client sends: {@code {"chain_id","address","side","min_usd","max_usd",
     * "cooldown_s"}}, of which the last four are optional.
     *
     * @throws IllegalArgumentException if it is something else; the message is for the client
     */
    public static Follow requested(byte[] body) {
        JsonNode object;
        try {
            object = JSON.readTree(utf8(body));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the body is not JSON", e);
        }
        check(object != null && object.isObject(), "the body is not a JSON object");
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            check(
                    FIELDS.contains(name),
                    "unknown field, expected some of chain_id, address, side, min_usd, max_usd,"
                            + " cooldown_s");
        }
        Wallet wallet = Wallet.of(text(object, "chain_id", ""), text(object, "address", ""));
        wallet.requirePossible();
        return conditions(
                wallet,
                text(object, "side", "any"),
                strict(object, "min_usd"),
                strict(object, "max_usd"),
                strict(object, "cooldown_s"));
    }

    private static Follow conditions(
            Wallet wallet, String side, Double minUsd, Double maxUsd, Double cooldownSeconds) {
        check(SIDES.contains(side), "side is none of buy, sell and any");
        check(isAmount(minUsd), "min_usd is no number, negative or not finite");
        check(isAmount(maxUsd), "max_usd is no number, negative or not finite");
        check(minUsd == null || maxUsd == null || minUsd <= maxUsd, "min_usd is more than max_usd");
        check(
                cooldownSeconds == null
                        || cooldownSeconds == Math.rint(cooldownSeconds)
                                && cooldownSeconds >= 0
                                && cooldownSeconds <= LONGEST_COOLDOWN_SECONDS,
                "cooldown_s is not a whole number of seconds up to " + LONGEST_COOLDOWN_SECONDS);
        return new Follow(
                wallet,
                side,
                minUsd,
                maxUsd,
                cooldownSeconds == null ? null : cooldownSeconds.longValue());
    }

    private static boolean isAmount(Double usd) {
        return usd == null || Double.isFinite(usd) && usd >= 0;
    }

    /** Returns the value of a record, in UTF-8. */
    static byte[] value(Follow follow, String userId) {
        ObjectNode value =
                JSON.createObjectNode()
                        .put("chain_id", follow.wallet().chainId())
                        .put("address", follow.wallet().address())
                        .put("user_id", userId)
                        .put("side", follow.side());
        if (follow.minUsd() != null) {
            value.put("min_usd", follow.minUsd());
        }
        if (follow.maxUsd() != null) {
            value.put("max_usd", follow.maxUsd());
        }
        if (follow.cooldownSeconds() != null) {
            value.put("cooldown_s", follow.cooldownSeconds());
        }
        return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String utf8(byte[] bytes) {
        try {
            // the parser would guess UTF-16 and others
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
    }

    /** Returns the text of a string, or the digits of an integer. */
    private static String text(JsonNode object, String field, String otherwise) {
        JsonNode node = object.path(field);
        if (isAbsent(node)) {
            return otherwise;
        }
        check(node.isTextual() || node.isIntegralNumber(), field + " is not a string");
        return node.asText();
    }

    /** Returns a number or a decimal string; null if there is none, NaN for anything else. */
    private static Double lenient(JsonNode node) {
        if (isAbsent(node)) {
            return null;
        }
        if (node.isTextual() && DECIMAL.matcher(node.textValue()).matches()) {
            return Double.valueOf(node.textValue());
        }
        return node.isNumber() ? node.doubleValue() : Double.NaN;
    }

    /** Returns a number; null if there is none. */
    private static Double strict(JsonNode object, String field) {
        JsonNode node = object.path(field);
        if (isAbsent(node)) {
            return null;
        }
        check(node.isNumber(), field + " is not a number");
        return node.doubleValue();
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

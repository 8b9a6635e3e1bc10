package io.dexklines.job.source.lists;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dexklines.smartmoney.Follow;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Side;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.text.JsonObject;
import io.dexklines.text.PrintableText;
import io.dexklines.trade.Identifier;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A parser of the records of both list topics. The key is the identity. The value may repeat it but
 * must not contradict it. Where the meaning is plain, other forms are read too: a decimal string
 * for a number, an integer for a string, and a side in any case. All errors are {@link
 * IllegalArgumentException}s with a message for the author of the record.
 */
public final class ListRecords {

    /** The length to which labels are cut, in Unicode code points. */
    static final int LONGEST_LABEL = 128;

    /** Escaped, a key and a value of this length fit into a {@link ListChange}. */
    static final int LONGEST_REFUSED = 4_000;

    /** About thirty years, so that a block time plus a cooldown does not overflow. */
    static final long LONGEST_COOLDOWN_SECONDS = 1_000_000_000L;

    private static final String WALLET_KEY = "{chain_id}:{address}";
    private static final String FOLLOW_KEY = WALLET_KEY + ":{user_id}";

    /**
     * The parts of keys that may be removed. Earlier releases accepted them, so state can contain
     * what is no {@link Identifier}. A longer part would not fit into a {@link ListChange}.
     */
    private static final Pattern REMOVABLE = Pattern.compile("[!-~]{1,4000}");

    /** The decimal strings that trades may contain. */
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?");

    private static final String REBUILD_KEY = "rebuild";

    private final ObjectMapper json =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Returns whether the record of the wallets' topic asks for a rebuild of the filter. */
    static boolean isRebuild(byte[] key) {
        return key != null && REBUILD_KEY.equals(new String(key, StandardCharsets.ISO_8859_1));
    }

    /**
     * Parses a record of the wallets' topic.
     *
     * @param value null for a tombstone
     * @throws IllegalArgumentException if it is invalid
     */
    public ListChange wallet(byte[] key, byte[] value) {
        String[] parts = parts(key, WALLET_KEY, value == null);
        Wallet wallet = Wallet.of(parts[0], parts[1]);
        if (value == null) {
            return ListChange.unlisted(wallet);
        }
        JsonNode object = object(value);
        checkWallet(object, wallet);
        String label = PrintableText.of(text(object, "label", ""), LONGEST_LABEL);
        return ListChange.listed(wallet, label);
    }

    /**
     * Parses a record of the follows' topic.
     *
     * @param value null for a tombstone
     * @throws IllegalArgumentException if it is invalid
     */
    public ListChange follow(byte[] key, byte[] value) {
        String[] parts = parts(key, FOLLOW_KEY, value == null);
        Wallet wallet = Wallet.of(parts[0], parts[1]);
        String userId = parts[2];
        if (value == null) {
            return ListChange.unfollowed(wallet, userId);
        }
        JsonNode object = object(value);
        checkWallet(object, wallet);
        check(userId.equals(text(object, "user_id", userId)), "user_id is not the key's");
        double minUsd = usd(object, "min_usd", 0);
        double maxUsd = usd(object, "max_usd", Double.POSITIVE_INFINITY);
        check(minUsd <= maxUsd, "min_usd is more than max_usd");
        return ListChange.followed(
                new Follow(
                        wallet,
                        userId,
                        side(text(object, "side", "")),
                        minUsd,
                        maxUsd,
                        cooldownSeconds(object)));
    }

    /**
     * Returns the description of an invalid record: {@code
     * {"topic","partition","offset","key","reason","value"}}. Key and value are cut to {@value
     * #LONGEST_REFUSED} characters each, and left out if they are null.
     */
    static String refusal(ConsumerRecord<byte[], byte[]> record, String reason) {
        JsonObject json =
                new JsonObject()
                        .text("topic", record.topic())
                        .whole("partition", record.partition())
                        .whole("offset", record.offset());
        if (record.key() != null) {
            json.text("key", shown(record.key()));
        }
        json.text("reason", reason);
        if (record.value() != null) {
            json.text("value", shown(record.value()));
        }
        return json.toString();
    }

    /** Returns the beginning of a text, in which what cannot be shown is U+FFFD. */
    private static String shown(byte[] utf8) {
        String text = new String(utf8, StandardCharsets.UTF_8);
        return PrintableText.of(text.substring(0, Math.min(text.length(), LONGEST_REFUSED)));
    }

    /**
     * Returns the parts of a key, which are identifiers.
     *
     * @param form the names of the parts
     * @param removal whether the record removes what the key names
     */
    private static String[] parts(byte[] key, String form, boolean removal) {
        check(key != null, "there is no key");
        String[] names = form.replaceAll("[{}]", "").split(":");
        // byte by byte, so that no other character looks like an ASCII one
        String[] parts = new String(key, StandardCharsets.ISO_8859_1).split(":", names.length);
        check(parts.length == names.length, "the key is not of the form " + form);
        for (int i = 0; i < parts.length; i++) {
            if (!removal || !REMOVABLE.matcher(parts[i]).matches()) {
                String problem = Identifier.problem(parts[i]);
                check(problem == null, names[i] + " of the key " + problem);
            }
        }
        return parts;
    }

    private JsonNode object(byte[] value) {
        try {
            // the parser would guess UTF-16 and others
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            JsonNode node = json.readTree(text);
            check(node != null && node.isObject(), "the value is not a JSON object");
            return node;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the value is not UTF-8", e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the value is not JSON", e);
        }
    }

    private static void checkWallet(JsonNode object, Wallet wallet) {
        JsonNode chain = object.path("chain_id");
        check(
                absent(chain)
                        || (chain.isTextual() || chain.isIntegralNumber())
                                && chain.asText().equals(wallet.chainId()),
                "chain_id is not the key's");
        String address = text(object, "address", wallet.address());
        check(Wallet.of(wallet.chainId(), address).equals(wallet), "address is not the key's");
    }

    /** Returns the text of a string, or the digits of an integer. */
    private static String text(JsonNode object, String field, String otherwise) {
        JsonNode node = object.path(field);
        check(
                absent(node) || node.isTextual() || node.isIntegralNumber(),
                field + " is not a string");
        return absent(node) ? otherwise : node.asText();
    }

    private static double usd(JsonNode object, String field, double otherwise) {
        JsonNode node = object.path(field);
        if (absent(node)) {
            return otherwise;
        }
        double value = number(node, field + " is not a number");
        check(Double.isFinite(value) && value >= 0, field + " is negative or not finite");
        return value;
    }

    /** Returns the value of a number, or of a string that contains a decimal number. */
    private static double number(JsonNode node, String otherwise) {
        check(node.isNumber() || DECIMAL.matcher(node.asText()).matches(), otherwise);
        return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.textValue());
    }

    private static long cooldownSeconds(JsonNode object) {
        JsonNode node = object.path("cooldown_s");
        if (absent(node)) {
            return 0;
        }
        String notWhole = "cooldown_s is not a whole number of seconds";
        double seconds = number(node, notWhole);
        check(seconds == Math.rint(seconds), notWhole);
        check(
                seconds >= 0 && seconds <= LONGEST_COOLDOWN_SECONDS,
                "cooldown_s is negative or longer than thirty years");
        return (long) seconds;
    }

    private static Side side(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "buy" -> Side.BUY;
            case "sell" -> Side.SELL;
            case "any" -> Side.ANY;
            default -> throw new IllegalArgumentException("side is none of buy, sell and any");
        };
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}

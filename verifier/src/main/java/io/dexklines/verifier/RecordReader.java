package io.dexklines.verifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.JsonTokenId;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Parses records of trades into entries, and rejects those that can never count, regardless of
 * clock and watermarks. It parses JSON into trees, which is slower than the job's decoder and
 * shares nothing with it. Not thread-safe.
 */
final class RecordReader {

    /** A pattern of identifiers. */
    static final String IDENTIFIER = "[A-Za-z0-9._-]{1,128}";

    private static final int MAX_NUMBER_LENGTH = 1_100;
    private static final int MAX_LABEL_LENGTH = 64;
    private static final int MAX_DEPTH = 100_002;
    private static final int MAX_KNOWN = 200_000;

    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    private static final Predicate<String> IS_IDENTIFIER =
            Pattern.compile(IDENTIFIER).asMatchPredicate();

    /** Control and bidirectional characters, separators of lines, and unpaired surrogates. */
    private static final Pattern UNSAFE =
            Pattern.compile(
                    "[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\x{61C}\\x{200E}\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}]");

    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    private static final ObjectMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(Integer.MAX_VALUE)
                                                    .maxStringLength(Integer.MAX_VALUE)
                                                    .maxNameLength(Integer.MAX_VALUE)
                                                    .build())
                                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                                    .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
                                    .build())
                    .build();

    private final Map<String, Set<String>> chainsByTopic;

    /** The shared strings of wallets and pairs, most of which occur often. */
    private final Map<String, String> known = new HashMap<>();

    private final Map<Swap.Labels, Swap.Labels> knownLabels = new HashMap<>();

    /**
     * @param chainsByTopic the chains that each topic may carry
     */
    RecordReader(Map<String, Set<String>> chainsByTopic) {
        this.chainsByTopic = chainsByTopic;
    }

    /**
     * Parses one record.
     *
     * @param partition the number of its partition in the {@link Journal}
     * @param writtenMs its timestamp, in epoch milliseconds
     * @param value null for a record without a value
     */
    List<Entry> entries(String topic, int partition, long offset, long writtenMs, byte[] value) {
        JsonNode array = tree(value);
        if (array == null || !array.isArray()) {
            return List.of(Entry.rejected(partition, offset, -1, writtenMs, Reason.MALFORMED));
        }
        Set<String> chains = chainsByTopic.get(topic);
        List<Entry> entries = new ArrayList<>(array.size());
        Map<Swap.Identity, Integer> seen = new HashMap<>();
        for (int index = 0; index < array.size(); index++) {
            JsonNode element = array.get(index);
            Reason rejection = rejection(element, chains);
            if (rejection != null) {
                entries.add(Entry.rejected(partition, offset, index, writtenMs, rejection));
            } else {
                Swap swap = swap(element, index);
                int ordinal = seen.merge(swap.identity(), 1, Integer::sum) - 1;
                entries.add(Entry.ofSwap(partition, offset, writtenMs, swap.withOrdinal(ordinal)));
            }
        }
        return entries;
    }

    private static JsonNode tree(byte[] value) {
        if (value == null) {
            return null;
        }
        try {
            // given bytes, Jackson would guess the encoding
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(value))
                            .toString();
            try (JsonParser parser = new ShortNumbers(JSON.createParser(text))) {
                JsonNode tree = JSON.readTree(parser);
                return parser.nextToken() == null ? tree : null;
            }
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns the first reason that applies; null for a swap. */
    private static Reason rejection(JsonNode element, Set<String> chains) {
        if (!element.isObject()) {
            return Reason.INVALID;
        }
        JsonNode type = element.path("type");
        if (!type.isTextual() || !(isBuy(element) || type.textValue().equals("sell"))) {
            return Reason.UNSUPPORTED_TYPE;
        }
        JsonNode chain = element.path("chain_id");
        boolean valid =
                (isIdentifier(chain) || chain.isIntegralNumber())
                        && isIdentifier(element.path("pair_addr"))
                        && isIdentifier(element.path("tx_hash"))
                        && isIdentifier(element.path("maker"))
                        && element.path("block_time").isIntegralNumber()
                        && element.path("block_time").bigIntegerValue().signum() >= 0
                        && isNotNegative(element.path("token_amount"))
                        && isNotNegative(element.path("total_usd"))
                        && isNotNegative(element.path("token_price_usd"))
                        && number(element.path("token_price_usd")).getAsDouble() > 0;
        if (!valid) {
            return Reason.INVALID;
        }
        return chains.contains(chain.asText()) ? null : Reason.UNKNOWN_CHAIN;
    }

    private Swap swap(JsonNode element, int index) {
        String chain = element.path("chain_id").asText();
        String address = Swap.compared(chain, element.path("pair_addr").textValue());
        String maker = Swap.compared(chain, element.path("maker").textValue());
        long height = whole(element.path("block_num"));
        return new Swap(
                canonical(chain + ':' + address, known),
                whole(element.path("block_time")),
                height != 0 ? height : whole(element.path("slot")),
                whole(element.path("transaction_index")),
                whole(element.path("log_index")),
                index,
                element.path("tx_hash").textValue(),
                canonical(maker, known),
                isBuy(element),
                element.path("clamp").isBoolean() && element.path("clamp").booleanValue(),
                number(element.path("token_amount")).getAsDouble(),
                number(element.path("base_token_amount")).orElse(0),
                number(element.path("total_usd")).getAsDouble(),
                number(element.path("token_price_usd")).getAsDouble(),
                // an optional field with an invalid value counts as absent
                Math.max(0, number(element.path("mcap")).orElse(0)),
                labels(element),
                0);
    }

    private Swap.Labels labels(JsonNode element) {
        JsonNode pair = element.path("pair_info");
        Swap.Labels labels =
                new Swap.Labels(
                        label(element.path("swap_name")),
                        identifier(pair.path("token_addr")),
                        label(pair.path("token_symbol")),
                        label(pair.path("base_token_symbol")));
        return canonical(labels, knownLabels);
    }

    private static <T> T canonical(T value, Map<T, T> known) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        T first = known.putIfAbsent(value, value);
        return first == null ? value : first;
    }

    /** Returns the label as it is stored: empty if it cannot be shown. */
    private static String label(JsonNode node) {
        String text = node.isTextual() ? node.textValue() : "";
        return text.equals(shown(text, MAX_LABEL_LENGTH)) ? text : "";
    }

    private static String identifier(JsonNode node) {
        return isIdentifier(node) ? node.textValue() : "";
    }

    /** Returns the first code points of a text, with U+FFFD for those that cannot be shown. */
    static String shown(String text, int characters) {
        String first =
                text.codePointCount(0, text.length()) <= characters
                        ? text
                        : text.substring(0, text.offsetByCodePoints(0, characters));
        return UNSAFE.matcher(first).replaceAll("\uFFFD");
    }

    private static boolean isBuy(JsonNode element) {
        return element.path("type").textValue().equals("buy");
    }

    private static boolean isIdentifier(JsonNode node) {
        return node.isTextual() && IS_IDENTIFIER.test(node.textValue());
    }

    private static boolean isNotNegative(JsonNode node) {
        OptionalDouble number = number(node);
        return number.isPresent() && number.getAsDouble() >= 0;
    }

    /** Returns a finite number that is given as a number or a string; never a negative zero. */
    static OptionalDouble number(JsonNode node) {
        double value;
        if (node.isTextual()
                && node.textValue().length() <= MAX_NUMBER_LENGTH
                && DECIMAL.matcher(node.textValue()).matches()) {
            value = Double.parseDouble(node.textValue());
        } else if (node.isNumber()) {
            value = node.doubleValue();
        } else {
            return OptionalDouble.empty();
        }
        // adding 0 turns a negative zero into a positive one
        return Double.isFinite(value) ? OptionalDouble.of(value + 0.0) : OptionalDouble.empty();
    }

    /** Returns the nearest {@code long}; 0 for a node that is not an integer. */
    private static long whole(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return 0;
        }
        BigInteger value = node.bigIntegerValue();
        return value.max(MAX_LONG.not()).min(MAX_LONG).longValue();
    }

    /** A parser that gives numbers of too many characters as strings, which are not numbers. */
    private static final class ShortNumbers extends JsonParserDelegate {

        ShortNumbers(JsonParser parser) {
            super(parser);
        }

        @Override
        public JsonToken nextToken() throws IOException {
            super.nextToken();
            return currentToken();
        }

        @Override
        public JsonToken currentToken() {
            JsonToken token = delegate.currentToken();
            try {
                return token != null
                                && token.isNumeric()
                                && delegate.getTextLength() > MAX_NUMBER_LENGTH
                        ? JsonToken.VALUE_STRING
                        : token;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int currentTokenId() {
            JsonToken token = currentToken();
            return token == null ? JsonTokenId.ID_NO_TOKEN : token.id();
        }

        @Override
        public boolean hasToken(JsonToken token) {
            return currentToken() == token;
        }

        @Override
        public boolean hasTokenId(int id) {
            return currentTokenId() == id;
        }
    }
}

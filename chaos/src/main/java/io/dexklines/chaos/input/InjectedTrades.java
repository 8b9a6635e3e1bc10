package io.dexklines.chaos.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Makes the trades that are injected into one chain from recent trades of its market: the same
 * pairs, wallets and amounts, with a transaction hash of their own. Not thread-safe.
 */
final class InjectedTrades {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Ways to make a trade invalid without making it anything else that is excluded. */
    private static final List<Consumer<ObjectNode>> FAULTS =
            List.of(
                    trade -> trade.remove("chain_id"),
                    trade -> trade.remove("pair_addr"),
                    trade -> trade.remove("tx_hash"),
                    trade -> trade.remove("maker"),
                    trade -> trade.remove("block_time"),
                    trade -> trade.remove("token_amount"),
                    trade -> trade.remove("total_usd"),
                    trade -> trade.remove("token_price_usd"),
                    trade -> trade.putNull("total_usd"),
                    trade -> trade.put("total_usd", "NaN"),
                    trade -> trade.put("token_amount", "Infinity"),
                    trade -> trade.put("token_amount", -1),
                    trade -> trade.put("token_amount", "1,5"),
                    trade -> trade.put("token_price_usd", "0.000"),
                    trade -> trade.put("token_price_usd", "0x1p3"),
                    trade -> trade.put("token_price_usd", true),
                    trade -> trade.put("pair_addr", ""),
                    trade -> trade.put("pair_addr", "a".repeat(129)),
                    trade -> trade.put("maker", "\u202e0xabc"),
                    trade -> trade.put("tx_hash", "0x abc"),
                    trade -> trade.put("block_time", -1),
                    trade -> trade.put("block_time", "1767960000"),
                    trade -> trade.put("block_time", 1767960000.5),
                    trade -> trade.putRawValue("block_time", new RawValue("17e8")));

    /** Elements that are no trade at all. */
    private static final List<String> NO_OBJECTS =
            List.of("null", "42", "\"trade\"", "[]", "true", "-0.5e3");

    private final String prefix;
    private final SplittableRandom random;
    private byte[] recent;

    /** The swaps of {@link #recent}; null until they are needed. */
    private List<ObjectNode> templates;

    private long made;

    /**
     * @param prefix the beginning of all transaction hashes, an identifier
     */
    InjectedTrades(String prefix, SplittableRandom random) {
        this.prefix = prefix;
        this.random = random;
    }

    /** Takes a record of the market, which has swaps, for the trades that are made next. */
    void learn(byte[] record) {
        recent = record;
        templates = null;
    }

    /** Returns the newest record of the market with swaps; null if there was none yet. */
    byte[] recent() {
        return recent;
    }

    /** Returns a valid trade that no other record has. Only after a record was learnt. */
    ObjectNode trade(long blockTimeSeconds) {
        if (templates == null) {
            templates = swaps(recent);
        }
        ObjectNode trade = templates.get(random.nextInt(templates.size())).deepCopy();
        trade.put("tx_hash", prefix + made++);
        trade.put("block_time", blockTimeSeconds);
        return trade;
    }

    /** Returns an invalid element. */
    JsonNode invalid(long blockTimeSeconds) {
        int way = random.nextInt(FAULTS.size() + NO_OBJECTS.size());
        if (way >= FAULTS.size()) {
            return read(NO_OBJECTS.get(way - FAULTS.size()).getBytes(UTF_8));
        }
        ObjectNode trade = trade(blockTimeSeconds);
        FAULTS.get(way).accept(trade);
        return trade;
    }

    static byte[] record(List<? extends JsonNode> elements) {
        ArrayNode array = JSON.createArrayNode();
        elements.forEach(array::add);
        try {
            return JSON.writeValueAsBytes(array);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the transaction hashes of a record's trades, by their index in the array. */
    static List<String> txHashes(byte[] record) {
        List<String> hashes = new ArrayList<>();
        read(record).forEach(trade -> hashes.add(trade.path("tx_hash").textValue()));
        return hashes;
    }

    private static List<ObjectNode> swaps(byte[] record) {
        List<ObjectNode> swaps = new ArrayList<>();
        for (JsonNode element : read(record)) {
            String type = element.path("type").asText();
            if (type.equals("buy") || type.equals("sell")) {
                swaps.add((ObjectNode) element);
            }
        }
        return swaps;
    }

    private static JsonNode read(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

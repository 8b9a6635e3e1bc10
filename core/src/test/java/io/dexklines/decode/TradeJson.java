package io.dexklines.decode;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A builder of trades in the producers' JSON. It starts with a valid trade, of which a test changes
 * single fields.
 */
final class TradeJson {

    static final long BLOCK_TIME = 1_704_412_823L;

    private final Map<String, String> fields = new LinkedHashMap<>();

    private TradeJson() {
        with("chain_id", "\"56\"");
        with("pair_addr", "\"0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640\"");
        with("tx_hash", "\"0x0bb5e0dc\"");
        with("maker", "\"0x3fc91a3a\"");
        with("type", "\"sell\"");
        with("token_amount", "\"0.25\"");
        with("base_token_amount", "\"500.5\"");
        with("total_usd", "\"501\"");
        with("token_price_usd", "\"2004\"");
        with("base_token_price_usd", "\"1.001\"");
        with("mcap", "12345.5");
        with("block_num", "18937382");
        with("block_time", String.valueOf(BLOCK_TIME));
        with("transaction_index", "33");
        with("log_index", "169");
        with("clamp", "false");
    }

    static TradeJson valid() {
        return new TradeJson();
    }

    /** Sets a field to {@code json}, the text of a JSON value. */
    TradeJson with(String field, String json) {
        fields.put(field, json);
        return this;
    }

    TradeJson without(String field) {
        fields.remove(field);
        return this;
    }

    @Override
    public String toString() {
        return fields.entrySet().stream()
                .map(field -> "\"" + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    static byte[] utf8(String json) {
        return json.getBytes(StandardCharsets.UTF_8);
    }
}

package io.dexklines.chaos.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records that break a reader that takes their form for granted. The compressed size of each is far
 * below a broker's default limit of 1 MiB.
 */
enum Poison {
    /** No value at all. */
    TOMBSTONE {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            return new Body(null, Entries.MALFORMED);
        }
    },

    /** A value without a byte. */
    EMPTY {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            return new Body(new byte[0], Entries.MALFORMED);
        }
    },

    /** A trade that is not in an array. */
    NO_ARRAY {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            return new Body(bytes(trades.trade(nowSeconds).toString()), Entries.MALFORMED);
        }
    },

    /** A record of the market that ends in the middle. */
    TRUNCATED {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            byte[] whole = trades.recent();
            return new Body(Arrays.copyOf(whole, whole.length / 2), Entries.MALFORMED);
        }
    },

    /** A valid trade with a byte in a symbol that no UTF-8 has. */
    INVALID_UTF8 {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            ObjectNode trade = trades.trade(nowSeconds);
            trade.put("swap_name", "@");
            byte[] value = InjectedTrades.record(List.of(trade));
            for (int i = 0; i < value.length; i++) {
                if (value[i] == '@') {
                    value[i] = (byte) 0xff;
                }
            }
            return new Body(value, Entries.MALFORMED);
        }
    },

    /** A valid array behind a byte order mark. */
    BYTE_ORDER_MARK {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            String array = text(List.of(trades.trade(nowSeconds)));
            return new Body(bytes("\ufeff" + array), Entries.MALFORMED);
        }
    },

    /** A valid trade with a field that is nested 10,000 deep. */
    NESTED {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            return new Body(nested(trades.trade(nowSeconds), 10_000), Entries.ofSwaps(1));
        }
    },

    /** A trade with a field that is nested deeper than the contract allows. */
    NESTED_TOO_DEEP {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            return new Body(nested(trades.trade(nowSeconds), 150_000), Entries.MALFORMED);
        }
    },

    /** Numbers of a thousand digits, some of which are finite and positive. */
    LONG_NUMBERS {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            List<ObjectNode> elements = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                elements.add(trades.trade(nowSeconds));
            }
            elements.get(0).put("token_amount", "0." + "3".repeat(1_000));
            elements.get(1).putRawValue("total_usd", new RawValue("12." + "0".repeat(1_000) + "1"));
            elements.get(2).put("token_amount", "9".repeat(1_000));
            elements.get(3).put("total_usd", "1." + "7".repeat(2_000));
            elements.get(4).put("token_price_usd", "0." + "0".repeat(1_000) + "1");
            return new Body(InjectedTrades.record(elements), Entries.ofInvalid(2, 3));
        }
    },

    /** Symbols that cannot be shown, or turn what is around them. The trades count. */
    LABELS {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            List<ObjectNode> elements = new ArrayList<>();
            for (String symbol :
                    List.of(
                            "\"\u202eCDSU\u202c\"",
                            "\"\ud83d\udc36\ud83d\ude80\u200d\ud83c\udf15\"",
                            "\"\\ud83d\"",
                            "\"A\\u0000B\\u2028\"",
                            "\"e\u0301\u200b\ufeff\"",
                            '"' + "W".repeat(10_000) + '"',
                            "[[\"no text\"]]")) {
                ObjectNode trade = trades.trade(nowSeconds);
                ObjectNode pair = trade.withObject("/pair_info");
                pair.putRawValue("token_symbol", new RawValue(symbol));
                pair.putRawValue("base_token_symbol", new RawValue(symbol));
                trade.putRawValue("swap_name", new RawValue(symbol));
                elements.add(trade);
            }
            return new Body(InjectedTrades.record(elements), Entries.ofSwaps(elements.size()));
        }
    },

    /** A valid trade with an unknown field of 10 MB. */
    TEN_MEGABYTES_UNKNOWN {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            ObjectNode trade = trades.trade(nowSeconds);
            trade.put("memo", "x".repeat(TEN_MEGABYTES));
            return new Body(InjectedTrades.record(List.of(trade)), Entries.ofSwaps(1));
        }
    },

    /** A trade with a transaction hash of 10 MB. */
    TEN_MEGABYTES_IDENTIFIER {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            ObjectNode trade = trades.trade(nowSeconds);
            trade.put("tx_hash", "f".repeat(TEN_MEGABYTES));
            return new Body(InjectedTrades.record(List.of(trade)), Entries.ofInvalid(0, 1));
        }
    },

    /** A valid array within 10 MB of spaces. */
    TEN_MEGABYTES_OF_SPACE {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            byte[] array = InjectedTrades.record(List.of(trades.trade(nowSeconds)));
            byte[] value = new byte[TEN_MEGABYTES];
            Arrays.fill(value, (byte) ' ');
            System.arraycopy(array, 0, value, TEN_MEGABYTES / 2, array.length);
            return new Body(value, Entries.ofSwaps(1));
        }
    },

    /** An array of 100,000 elements, of which 100 are valid trades. */
    HUGE_ARRAY {
        @Override
        Body body(InjectedTrades trades, long nowSeconds) {
            List<JsonNode> elements = new ArrayList<>();
            long swaps = 0;
            long unsupported = 0;
            long invalid = 0;
            for (int i = 0; i < HUGE_ARRAY_ELEMENTS; i++) {
                if (i % 1_000 == 0) {
                    elements.add(trades.trade(nowSeconds));
                    swaps++;
                } else if (i % 2 == 0) {
                    elements.add(JsonNodeFactory.instance.objectNode());
                    unsupported++;
                } else {
                    elements.add(JsonNodeFactory.instance.numberNode(i));
                    invalid++;
                }
            }
            return new Body(
                    InjectedTrades.record(elements),
                    new Entries(swaps, 0, unsupported, invalid, 0, 0));
        }
    };

    private static final int TEN_MEGABYTES = 10_000_000;
    private static final int HUGE_ARRAY_ELEMENTS = 100_000;

    /**
     * A record's value and what it contains.
     *
     * @param value null for a tombstone
     */
    record Body(byte[] value, Entries entries) {

        static Body ofSwaps(List<ObjectNode> trades) {
            return new Body(InjectedTrades.record(trades), Entries.ofSwaps(trades.size()));
        }
    }

    /**
     * Makes a record.
     *
     * @param trades makes the valid trades in it
     * @param nowSeconds their block time, epoch seconds
     */
    abstract Body body(InjectedTrades trades, long nowSeconds);

    private static byte[] nested(ObjectNode trade, int depth) {
        String text = trade.toString();
        return bytes(
                "["
                        + text.substring(0, text.length() - 1)
                        + ",\"deep\":"
                        + "[".repeat(depth)
                        + "]".repeat(depth)
                        + "}]");
    }

    private static String text(List<ObjectNode> elements) {
        return new String(InjectedTrades.record(elements), UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

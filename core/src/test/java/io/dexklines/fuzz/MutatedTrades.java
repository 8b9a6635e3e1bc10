package io.dexklines.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/**
 * Records of trades in the layouts of several producers, mutated as JSON: other orders of keys,
 * missing and repeated keys, other values, white space, and lastly single bytes. Most records are
 * JSON, and most of their elements are valid trades.
 */
public final class MutatedTrades {

    private static final String EVM_ADDRESS = "\"0x88e6a0c2ddd26feeb64f039a2c41296fcb3f5640\"";
    private static final String WALLET = "\"7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU\"";

    /** The layouts: keys and values in turn. A value {@code {…}} of pair_info has members, too. */
    private static final List<List<String>> LAYOUTS =
            List.of(
                    List.of(
                            "trader_info", "{\"wallet_address\":\"\",\"address_tag\":\"\"}",
                            "chain_id", "\"56\"",
                            "chain_id_int", "56",
                            "pair_addr", EVM_ADDRESS,
                            "tx_hash",
                                    "\"0x0bb5e0dc49ae0b5a1949beabadc64522dd5615415a168650a3b592a84ae5ee05\"",
                            "hash_id", "\"18937382#33\"",
                            "maker", "\"0x3fC91A3afd70395Cd496C647d5a6CC9D4B2b7FAD\"",
                            "from", "\"0x3fc91a3afd70395cd496c647d5a6cc9d4b2b7fad\"",
                            "type", "\"sell\"",
                            "base_token_amount", "\"22.68611\"",
                            "token_amount", "\"0.783707260129944808\"",
                            "base_token_price_usd", "\"1\"",
                            "total_usd", "\"22.68611\"",
                            "token_price_usd", "\"2269.9572429367754\"",
                            "to", "\"\"",
                            "block_num", "18937382",
                            "block_time", "1704412823",
                            "transaction_index", "33",
                            "log_index", "169",
                            "swap_name", "\"UniswapV3\"",
                            "pair_info", "pair_info",
                            "kline_up_down_5m", "-0.31",
                            "mcap", "0",
                            "token_amount_int", "783707260129944808",
                            "clamp", "false",
                            "four_meme", "null",
                            "create_time", "\"2024-01-05T00:00:23Z\""),
                    List.of(
                            "slot", "240123456",
                            "chain_id", "\"100000\"",
                            "pair_addr", "\"58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2\"",
                            "tx_hash",
                                    "\"5UfDuX94A1QfqkQvg5WBvM3ABNUkPNMxa1zbtsdpPmZ4rPMcULyVtoLUTuWTJYjA1MRkVYvTXBTvVUCQ6FYA9z8E\"",
                            "maker", WALLET,
                            "type", "\"buy\"",
                            "base_token_amount", "1.5e-7",
                            "token_amount", "1234567.891",
                            "base_token_price_usd", "98.5",
                            "total_usd", "0.000014775",
                            "token_price_usd", "1.1967748E-11",
                            "block_num", "0",
                            "block_time", "1704412823",
                            "transaction_index", "12",
                            "log_index", "0",
                            "swap_name", "\"Raydium\"",
                            "pair_info", "pair_info",
                            "fdv", "11967.748",
                            "mcap", "11967.748",
                            "clamp", "true"),
                    List.of(
                            "type", "\"buy\"",
                            "block_time", "1704412823",
                            "chain_id", "56",
                            "maker", "\"m\"",
                            "pair_addr", "\"p\"",
                            "tx_hash", "\"t\"",
                            "token_amount", "1",
                            "total_usd", "2",
                            "token_price_usd", "3"));

    private static final List<String> PAIR_INFO =
            List.of(
                    "chain_id", "\"56\"",
                    "addr", EVM_ADDRESS,
                    "token_addr", "\"0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2\"",
                    "base_token_symbol", "\"USDC\"",
                    "token_symbol", "\"WETH\"",
                    "token_decimal", "18",
                    "extra", "{\"deep\":[[{\"token_addr\":\"not this one\"}]]}");

    /** JSON values of every kind, near every limit. */
    private static final List<String> VALUES =
            List.of(
                    "null",
                    "true",
                    "false",
                    "[]",
                    "{}",
                    "[1,\"a\",{\"token_addr\":\"x\"},[null]]",
                    "{\"a\":{\"b\":[true,false]}}",
                    "[".repeat(60) + "]".repeat(60),
                    "[".repeat(70) + "]".repeat(70),
                    "{\"a\":".repeat(100) + "1" + "}".repeat(100),
                    "\"\"",
                    "\"buy\"",
                    "\"sell\"",
                    "\"add_position\"",
                    "\"b\\u0075y\"",
                    "\"\\u0062uy\"",
                    "0",
                    "-0",
                    "7",
                    "-7",
                    "-0.0",
                    "1.5",
                    "1e3",
                    "1E+3",
                    "1.25e-3",
                    "1e400",
                    "-1e400",
                    "1e-400",
                    "1e99999999999",
                    "9007199254740993",
                    "999999999999999999",
                    "-999999999999999999",
                    "9223372036854775807",
                    "9223372036854775808",
                    "-9223372036854775809",
                    "1704412823000",
                    "9999999999",
                    "1".repeat(1_100),
                    "1".repeat(1_101),
                    "0." + "3".repeat(1_098),
                    "0." + "3".repeat(1_099),
                    "12345678901234567890.12345678901234567890",
                    "0.1234567890123456789",
                    "01",
                    "+1",
                    ".5",
                    "5.",
                    "1e",
                    "-",
                    "NaN",
                    "truex",
                    "nul",
                    "'a'",
                    "\"1\"",
                    "\"007\"",
                    "\"+1\"",
                    "\".5\"",
                    "\"5.\"",
                    "\"-0\"",
                    "\"1e5\"",
                    "\"1,5\"",
                    "\" 1\"",
                    "\"0x10\"",
                    "\"NaN\"",
                    "\"\\u0031.5\"",
                    "\"1\\/2\"",
                    "\"" + "1".repeat(1_100) + "\"",
                    "\"" + "1".repeat(1_101) + "\"",
                    "\"1\"x",
                    "\"" + "a".repeat(64) + "\"",
                    "\"" + "a".repeat(65) + "\"",
                    "\"" + "a".repeat(128) + "\"",
                    "\"" + "a".repeat(129) + "\"",
                    "\"" + "🚀".repeat(64) + "\"",
                    "\"" + "🚀".repeat(65) + "\"",
                    "\"" + "é".repeat(64) + "\"",
                    "\"狗狗币\"",
                    "\"a b\"",
                    "\"a\u007fb\"",
                    "\"a\u009bb\"",
                    "\"a\u202eb\"",
                    "\"a\nb\"",
                    "\"a\\nb\"",
                    "\"a\\\"b\"",
                    "\"a\\\\b\"",
                    "\"\\b\\f\\r\\t\\/\"",
                    "\"\\u0026\"",
                    "\"\\u00e9\"",
                    "\"\\uD83D\\uDE80\"",
                    "\"\\ud83d\"",
                    "\"\\ude80\\ud83d\"",
                    "\"\\ud83d\\u0041\"",
                    "\"\\u0000\"",
                    "\"\\u12g4\"",
                    "\"\\x\"",
                    "\"\\",
                    "\"open",
                    "\"88E6A0C2ddd26feeb64f039a2c41296fcb3f5640\"",
                    EVM_ADDRESS,
                    WALLET);

    private static final List<String> KEYS =
            List.of(
                    "\"\"",
                    "\"unknown\"",
                    "\"chain\\u005fid\"",
                    "\"ma\\ker\"",
                    "\"maker\\u0000\"",
                    "\"é\"",
                    "\"🚀\"",
                    "\"\\ud83d\"",
                    "\"" + "k".repeat(130) + "\"",
                    "\"Chain_id\"",
                    "unquoted",
                    "7");

    private static final List<String> ELEMENTS =
            List.of("null", "7", "-1.5e3", "\"x\"", "true", "[]", "[[{}]]", "{}", "{\"type\":1}");

    private static final List<String> BLANKS = List.of("", " ", "\n", "\t", "\r\n", "  ", "\f");

    private final Random random;

    /** What is written after a comma and a colon; null for anything anywhere. */
    private final String afterComma;

    private final String afterColon;
    private final boolean blanksAnywhere;

    private MutatedTrades(Random random) {
        this.random = random;
        int style = random.nextInt(8);
        this.afterComma = style == 0 ? " " : "";
        this.afterColon = style <= 1 ? " " : "";
        this.blanksAnywhere = style == 2;
    }

    /** Returns values of records. */
    public static Arbitrary<byte[]> records() {
        return Arbitraries.randomValue(random -> new MutatedTrades(random).record());
    }

    private byte[] record() {
        StringBuilder json = new StringBuilder(blanks()).append('[').append(blanks());
        int elements = random.nextInt(6);
        for (int i = 0; i < elements; i++) {
            json.append(i == 0 ? "" : comma()).append(element()).append(blanks());
        }
        json.append(']').append(blanks());
        byte[] bytes = json.toString().getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(40)) {
            case 0 -> joined(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF}, bytes);
            case 1 -> joined(bytes, one("x", "]", ",", "[]", "\u0000", " \n", "null"));
            case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 3, 4, 5, 6, 7 -> withOtherBytes(bytes);
            default -> bytes;
        };
    }

    private byte[] one(String... texts) {
        return texts[random.nextInt(texts.length)].getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first);
        all.writeBytes(second);
        return all.toByteArray();
    }

    /** Replaces up to three bytes, often by ones that do not belong in UTF-8. */
    private byte[] withOtherBytes(byte[] bytes) {
        byte[] changed = bytes.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            changed[random.nextInt(changed.length)] =
                    (byte)
                            (random.nextBoolean()
                                    ? random.nextInt(256)
                                    : 0x80 + random.nextInt(128));
        }
        return changed;
    }

    private String element() {
        if (random.nextInt(30) == 0) {
            return any(ELEMENTS);
        }
        List<String[]> members = members(any(LAYOUTS));
        if (random.nextInt(3) == 0) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                mutate(members);
            }
        }
        return object(members);
    }

    private List<String[]> members(List<String> layout) {
        List<String[]> members = new ArrayList<>();
        for (int i = 0; i < layout.size(); i += 2) {
            String value = layout.get(i + 1);
            members.add(
                    new String[] {
                        '"' + layout.get(i) + '"', value.equals("pair_info") ? pairInfo() : value
                    });
        }
        return members;
    }

    private String pairInfo() {
        List<String[]> members = members(PAIR_INFO);
        if (random.nextInt(8) == 0) {
            mutate(members);
        }
        return object(members);
    }

    private void mutate(List<String[]> members) {
        if (members.isEmpty()) {
            return;
        }
        int at = random.nextInt(members.size());
        switch (random.nextInt(9)) {
            case 0 -> Collections.shuffle(members, random);
            case 1 -> Collections.swap(members, at, random.nextInt(members.size()));
            case 2 -> members.remove(at);
            case 3 ->
                    members.add(
                            random.nextInt(members.size() + 1),
                            new String[] {members.get(at)[0], value()});
            case 4 -> members.get(at)[0] = any(KEYS);
            case 5 -> members.add(at, new String[] {any(KEYS), value()});
            case 6 -> members.add(new String[] {"\"block_time\"", "9999999999"});
            default -> members.get(at)[1] = value();
        }
    }

    private String value() {
        return random.nextInt(10) == 0 ? pairInfo() : any(VALUES);
    }

    private String object(List<String[]> members) {
        StringBuilder json = new StringBuilder("{").append(blanks());
        for (int i = 0; i < members.size(); i++) {
            json.append(i == 0 ? "" : comma())
                    .append(members.get(i)[0])
                    .append(blanks())
                    .append(':')
                    .append(afterColon)
                    .append(blanks())
                    .append(members.get(i)[1])
                    .append(blanks());
        }
        return json.append('}').toString();
    }

    private String comma() {
        return ',' + afterComma + blanks();
    }

    private String blanks() {
        return blanksAnywhere && random.nextInt(4) == 0 ? any(BLANKS) : "";
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}

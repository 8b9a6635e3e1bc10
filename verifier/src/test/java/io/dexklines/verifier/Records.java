package io.dexklines.verifier;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records of trades for tests, in the producers' JSON. */
final class Records {

    static final String TOPIC = "evm-trades-v4";
    static final String PAIR = "1:0xab";
    static final Map<String, Set<String>> CHAINS = Map.of(TOPIC, Set.of("1"));

    /** 2026-01-05T00:00:00Z, a Monday. */
    static final long MONDAY = 1_767_571_200;

    private Records() {}

    static byte[] record(String... trades) {
        return Stream.of(trades)
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(StandardCharsets.UTF_8);
    }

    static String buy(String tx, long blockTime, double price, double amount) {
        return trade(tx, "buy", blockTime, price, amount);
    }

    static String sell(String tx, long blockTime, double price, double amount) {
        return trade(tx, "sell", blockTime, price, amount);
    }

    static String trade(String tx, String type, long blockTime, double price, double amount) {
        return """
        {"chain_id":1,"pair_addr":"0xAB","tx_hash":"%s","maker":"0xME","type":"%s",
        "block_time":%d,"block_num":%d,"token_amount":"%s","base_token_amount":1,
        "total_usd":%s,"token_price_usd":%s,"mcap":%s,"more":{"nested":[1]}}
        """
                .formatted(
                        tx,
                        type,
                        blockTime,
                        blockTime / 12,
                        amount,
                        amount * price,
                        price,
                        1000 * price);
    }
}

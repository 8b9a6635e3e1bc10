package io.dexklines.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Simulated wallets on three chains, and their trades as JSON. A wallet has a number. The wallets
 * with numbers below {@link #count} are smart-money wallets.
 *
 * @param count number of smart-money wallets
 */
record WalletTrades(int count) {

    private static final String[] CHAINS = {"1", "56", "100000"};
    private static final String[] TOPICS = {"evm-trades-v4", "bsc-trades", "sol-trades"};
    private static final String BASE58 =
            "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
    private static final int SOLANA_ADDRESS_CHARS = 44;
    private static final int PAIRS = 1000;

    String chain(long number) {
        return CHAINS[(int) (number % CHAINS.length)];
    }

    String topic(long number) {
        return TOPICS[(int) (number % TOPICS.length)];
    }

    String address(long number) {
        long mixed = (number + 1) * GOLDEN_GAMMA;
        if (!chain(number).equals("100000")) {
            return String.format("0x%08x%016x%016x", number, mixed, Long.reverse(mixed));
        }
        SplittableRandom random = new SplittableRandom(mixed);
        StringBuilder address = new StringBuilder(SOLANA_ADDRESS_CHARS);
        for (int i = 0; i < SOLANA_ADDRESS_CHARS; i++) {
            address.append(BASE58.charAt(random.nextInt(BASE58.length())));
        }
        return address.toString();
    }

    /** Returns the key of a wallet's record. */
    byte[] key(long number) {
        return (chain(number) + ":" + address(number)).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the value of a wallet's record. */
    byte[] value(long number) {
        return String.format(
                        "{\"chain_id\":\"%s\",\"address\":\"%s\",\"label\":\"wallet %d\"}",
                        chain(number), address(number), number)
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns a record of trades on one chain.
     *
     * @param first number of the first maker; the number of each further maker is 3 larger
     * @param trades number of trades
     * @param timeSeconds block time
     */
    byte[] block(long first, int trades, long timeSeconds) {
        StringBuilder json = new StringBuilder(trades * 700).append('[');
        for (int i = 0; i < trades; i++) {
            json.append(i == 0 ? "" : ",")
                    .append(trade(first + (long) i * CHAINS.length, timeSeconds));
        }
        return json.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    private String trade(long maker, long timeSeconds) {
        SplittableRandom random = new SplittableRandom(maker);
        double price = random.nextDouble(1e-6, 1e-2);
        double amount = random.nextDouble(1, 1e6);
        int pair = random.nextInt(PAIRS);
        return String.format(
                Locale.ROOT,
                """
                {"chain_id":"%s","block_num":%d,"block_time":%d,"hash_id":"%d#3","tx_hash":"0x%064x",\
                "transaction_index":%d,"log_index":%d,"pair_addr":"0x%040x","maker":"%s","type":"%s",\
                "swap_name":"UniswapV3","token_amount":"%s","base_token_amount":"%s","total_usd":"%s",\
                "token_price_usd":"%s","base_token_price_usd":"3000.5","mcap":"%s","clamp":false,\
                "pair_info":{"token_addr":"0x%040x","token_symbol":"T%d","base_token_symbol":"WETH",\
                "token_decimals":18,"pooled":"123456.789"}}""",
                chain(maker),
                timeSeconds / 12,
                timeSeconds,
                timeSeconds / 12,
                maker,
                maker % 200,
                maker % 1000,
                pair,
                address(maker),
                maker % 2 == 0 ? "buy" : "sell",
                amount,
                amount * price / 3000.5,
                amount * price,
                price,
                price * 1e9,
                pair + 7,
                pair);
    }

    /** Returns the transaction hash of a maker's trade. */
    static String txHash(long maker) {
        return String.format("0x%064x", maker);
    }
}

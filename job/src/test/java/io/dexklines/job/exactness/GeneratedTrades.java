package io.dexklines.job.exactness;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A market generated from a seed, in the producers' JSON. Its records are in the order of their
 * block times and hold trades of several pairs on several chains, around a midnight that begins
 * both a week and a month. Within one pair, amounts and prices range from 1e-18 to 1e18. There are
 * sandwiches, equal trades in one record, and entries that are no valid trades.
 */
public final class GeneratedTrades {

    /** The chain ids, separated as in {@code ingest.topics}. */
    public static final String CHAINS = "100000,56,1,8453";

    /** The number of traded pairs. */
    static final int PAIRS = 24;

    private static final Instant START = Instant.parse("2025-08-31T23:30:00Z");
    private static final List<String> CHAIN_IDS = List.of(CHAINS.split(","));
    private static final String SOLANA = CHAIN_IDS.get(0);
    private static final int RECORDS = 1000;

    /** Greater than the number of seconds from one record to the next. */
    private static final int MAX_STEP_S = 8;

    /**
     * One Kafka record.
     *
     * @param timeS the block time, epoch seconds
     * @param json the value
     * @param entries the number of elements in the array
     */
    public record Block(long timeS, String json, int entries) {}

    /** A trade that must be counted. */
    public record Counted(
            String pair,
            long timeS,
            long block,
            int transaction,
            int log,
            int index,
            boolean buy,
            boolean clamp,
            double price,
            double mcap,
            double usd,
            double token) {}

    private final Random random;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Counted> trades = new ArrayList<>();
    private int unsupported;
    private int invalid;

    private GeneratedTrades(long seed, Instant start, int records, int maxStepS) {
        this.random = new Random(seed);
        long timeS = start.getEpochSecond();
        for (int number = 0; number < records; number++) {
            timeS += random.nextInt(maxStepS);
            block(timeS, 5_000_000L + number);
        }
    }

    public static GeneratedTrades of(long seed) {
        return new GeneratedTrades(seed, START, RECORDS, MAX_STEP_S);
    }

    /** Returns trades of the same pairs whose block times are all the same. */
    static GeneratedTrades allAt(Instant time, int records, long seed) {
        return new GeneratedTrades(seed, time, records, 1);
    }

    public List<Block> blocks() {
        return blocks;
    }

    public List<Counted> trades() {
        return trades;
    }

    /** Returns the number of entries that are neither buys nor sells. */
    int unsupported() {
        return unsupported;
    }

    /** Returns the number of entries with an invalid price. */
    int invalid() {
        return invalid;
    }

    private void block(long timeS, long number) {
        String chain = CHAIN_IDS.get(random.nextInt(CHAIN_IDS.size()));
        List<String> entries = new ArrayList<>();
        int transactions = 1 + random.nextInt(4);
        for (int transaction = 0; transaction < transactions; transaction++) {
            String pair = pair(chain, random.nextInt(PAIRS / CHAIN_IDS.size()));
            boolean sandwich = random.nextInt(8) == 0;
            int logs = sandwich ? 3 : 1 + random.nextInt(2);
            for (int log = 0; log < logs; log++) {
                // Solana's decoders give all swaps of a transaction the same log index
                int logIndex = chain.equals(SOLANA) ? 0 : log;
                trade(
                        entries,
                        chain,
                        pair,
                        timeS,
                        number,
                        transaction,
                        logIndex,
                        sandwich && log != 1);
            }
        }
        blocks.add(
                new Block(
                        timeS,
                        entries.stream().collect(Collectors.joining(",", "[", "]")),
                        entries.size()));
    }

    private void trade(
            List<String> entries,
            String chain,
            String pair,
            long timeS,
            long block,
            int transaction,
            int log,
            boolean clamp) {
        boolean buy = random.nextBoolean();
        String price = decimal();
        String usd = decimal();
        String token = decimal();
        String mcap = decimal();
        int fate = random.nextInt(100);
        String type = fate == 0 ? "add_position" : buy ? "buy" : "sell";
        String shownPrice = fate == 1 ? "0" : price;
        int copies = fate >= 95 ? 2 : 1;
        String height =
                chain.equals(SOLANA)
                        ? "\"block_num\":0,\"slot\":" + block
                        : "\"block_num\":" + block;
        String json =
                "{\"chain_id\":"
                        + (random.nextBoolean() ? chain : quoted(chain))
                        + ",\"pair_addr\":"
                        + quoted(pair)
                        + ",\"tx_hash\":\"0x"
                        + Long.toHexString(block * 1000 + transaction)
                        + "\",\"maker\":\"0xa"
                        + random.nextInt(50)
                        + "\",\"type\":"
                        + quoted(type)
                        + ",\"token_amount\":"
                        + number(chain, token)
                        + ",\"base_token_amount\":"
                        + number(chain, decimal())
                        + ",\"total_usd\":"
                        + number(chain, usd)
                        + ",\"token_price_usd\":"
                        + number(chain, shownPrice)
                        + ",\"base_token_price_usd\":1,\"mcap\":"
                        + number(chain, mcap)
                        + ","
                        + height
                        + ",\"block_time\":"
                        + timeS
                        + ",\"transaction_index\":"
                        + transaction
                        + ",\"log_index\":"
                        + log
                        + ",\"clamp\":"
                        + clamp
                        + ",\"hash_id\":\""
                        + block
                        + "#"
                        + transaction
                        + "\",\"pair_info\":{\"token_symbol\":\"T\",\"nested\":[{}]}}";
        for (int copy = 0; copy < copies; copy++) {
            if (fate > 1) {
                trades.add(
                        new Counted(
                                chain + ":" + pair,
                                timeS,
                                block,
                                transaction,
                                log,
                                entries.size(),
                                buy,
                                clamp,
                                Double.parseDouble(price),
                                Double.parseDouble(mcap),
                                Double.parseDouble(usd),
                                Double.parseDouble(token)));
            }
            entries.add(json);
        }
        unsupported += fate == 0 ? 1 : 0;
        invalid += fate == 1 ? 1 : 0;
    }

    private static String pair(String chain, int number) {
        return chain.equals(SOLANA)
                ? "8sLbNZoA1cfnvMJLPfp98ZLAnFSYCFApfJKMbiXNLwx" + (char) ('a' + number)
                : "0x00000000000000000000000000000000000000" + chain.length() + number;
    }

    /** Returns a decimal from 1e-18 to 1e18 with up to 18 digits. */
    private String decimal() {
        int digits = 1 + random.nextInt(18);
        BigDecimal mantissa =
                new BigDecimal(
                        new BigInteger(
                                (1 + random.nextInt(9))
                                        + random.ints(digits - 1, 0, 10)
                                                .mapToObj(Integer::toString)
                                                .collect(Collectors.joining())),
                        digits - 1);
        BigDecimal value = mantissa.scaleByPowerOfTen(random.nextInt(36) - 18);
        return random.nextBoolean() ? value.toPlainString() : value.toString();
    }

    /** Solana's producers send numbers, the others send strings. */
    private static String number(String chain, String decimal) {
        return chain.equals(SOLANA) ? decimal : quoted(decimal);
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}

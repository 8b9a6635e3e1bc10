package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.Wallet;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.Trade;
import io.dexklines.trade.TradeBatch;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The input of a simulation. It is derived from a seed.
 *
 * @param rules the rules of the stage
 * @param wallets the wallets that trade, listed or not
 * @param users the users who follow wallets
 * @param partitions the records of each partition of the trades, in order
 * @param startMs when the simulation begins, in epoch milliseconds
 * @param longPauses whether time sometimes advances by more than trades are remembered
 */
record Scenario(
        SmartMoneyRules rules,
        List<Wallet> wallets,
        List<String> users,
        List<List<TradeBatch>> partitions,
        long startMs,
        boolean longPauses) {

    /**
     * A rate so low that no simulation sees a false positive. Trades of unlisted wallets pass only
     * if the wallet is stale or too many trades wait.
     */
    private static final double FALSE_POSITIVES = 1e-9;

    private static final long NOON = 1_772_193_600L;

    static Scenario of(long seed) {
        Random random = new Random(seed);
        long rememberTradesMs = 1000L * (20 + random.nextInt(200));
        SmartMoneyRules rules =
                new SmartMoneyRules(
                        FALSE_POSITIVES,
                        1000,
                        random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1_000_000,
                        1_000_000,
                        rememberTradesMs,
                        1000L * (5 + random.nextInt(400)),
                        2 + random.nextInt(2),
                        1000L * (1 + random.nextInt(60)),
                        random.nextBoolean() ? 0 : 50);
        List<Wallet> wallets = new ArrayList<>();
        int walletCount = 1 + random.nextInt(6);
        for (int i = 0; i < walletCount; i++) {
            wallets.add(
                    random.nextBoolean()
                            ? new Wallet("56", "0x" + Long.toHexString(random.nextLong()))
                            : new Wallet("100000", "W" + random.nextInt(1_000_000)));
        }
        List<Trade> trades = trades(random, wallets);
        int partitionCount = 1 + random.nextInt(3);
        List<List<TradeBatch>> partitions = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(new ArrayList<>());
        }
        for (int next = 0; next < trades.size(); ) {
            int end = Math.min(trades.size(), next + 1 + random.nextInt(4));
            put(random, partitions, trades.subList(next, end));
            while (random.nextInt(4) == 0) {
                // the same record again
                put(random, partitions, trades.subList(next, end));
            }
            if (random.nextInt(4) == 0) {
                // some earlier trades again, split differently
                List<Trade> otherwise = new ArrayList<>();
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    otherwise.add(trades.get(random.nextInt(end)));
                }
                put(random, partitions, otherwise);
            }
            next = end;
        }
        return new Scenario(
                rules,
                wallets,
                List.of("u1", "u2", "0xp1"),
                partitions,
                NOON * 1000 + random.nextInt(1000),
                random.nextBoolean());
    }

    private static void put(Random random, List<List<TradeBatch>> partitions, List<Trade> trades) {
        int partition = random.nextInt(partitions.size());
        List<TradeBatch> records = partitions.get(partition);
        List<Trade> placed = new ArrayList<>();
        for (Trade trade : trades) {
            placed.add(at(trade, placed.size(), trade.identity().low()));
        }
        records.add(new TradeBatch("trades", partition, records.size(), placed));
    }

    private static List<Trade> trades(Random random, List<Wallet> wallets) {
        int count = 1 + random.nextInt(40);
        int pairs = 1 + random.nextInt(4);
        int tokens = 1 + random.nextInt(2);
        int horizonSeconds = 1 + random.nextInt(200);
        boolean inOrder = random.nextBoolean();
        List<Trade> trades = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Wallet wallet = wallets.get(random.nextInt(wallets.size()));
            long seconds =
                    NOON
                            + (inOrder
                                    ? horizonSeconds * (long) i / count
                                    : random.nextInt(horizonSeconds));
            int pair = random.nextInt(pairs);
            double usd = random.nextInt(5) == 0 ? 0 : random.nextInt(400) / 4.0;
            long identity = random.nextLong();
            boolean buy = random.nextInt(3) > 0;
            trades.add(
                    new Trade(
                            wallet.chainId(),
                            "0xp" + pair,
                            txHash(identity),
                            wallet.address(),
                            buy,
                            usd / 2,
                            1,
                            usd,
                            2,
                            1,
                            0,
                            random.nextInt(3) == 0,
                            new TradeId(1, identity),
                            new TradePosition(
                                    seconds,
                                    seconds / 3,
                                    random.nextInt(2),
                                    random.nextInt(2),
                                    0,
                                    IdentityFields.of(
                                            txHash(identity),
                                            wallet.address(),
                                            buy,
                                            usd / 2,
                                            1,
                                            2)),
                            new PairLabels(
                                    "swap",
                                    pair == 0 ? "" : "0xT" + pair % tokens,
                                    "T" + pair,
                                    "USD")));
        }
        return trades;
    }

    /** Returns a transaction, so that tied trades are in the order of their identities. */
    private static String txHash(long identity) {
        return "%016x".formatted(identity ^ Long.MIN_VALUE);
    }

    /** Returns the trade with the given index and identity. */
    static Trade at(Trade trade, int index, long identity) {
        TradePosition place = trade.position();
        return new Trade(
                trade.chainId(),
                trade.pairAddress(),
                txHash(identity),
                trade.maker(),
                trade.buy(),
                trade.tokenAmount(),
                trade.baseTokenAmount(),
                trade.totalUsd(),
                trade.tokenPriceUsd(),
                trade.baseTokenPriceUsd(),
                trade.mcapUsd(),
                trade.clamp(),
                new TradeId(1, identity),
                new TradePosition(
                        place.blockTimeSeconds(),
                        place.block(),
                        place.transactionIndex(),
                        place.logIndex(),
                        index,
                        IdentityFields.of(
                                txHash(identity),
                                trade.maker(),
                                trade.buy(),
                                trade.tokenAmount(),
                                trade.baseTokenAmount(),
                                trade.tokenPriceUsd())),
                trade.labels());
    }
}

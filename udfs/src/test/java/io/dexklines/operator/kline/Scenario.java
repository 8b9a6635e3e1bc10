package io.dexklines.operator.kline;

import io.dexklines.kline.Interval;
import io.dexklines.kline.KlineRules;
import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The input of a simulation. It is derived from a seed and from what may happen.
 *
 * @param rules the intervals and the lateness
 * @param liveIntervalMs the live interval
 * @param splits the records of each split of the topics, in order
 * @param disorderMs how far a split's watermark stays behind its newest trade, in milliseconds
 * @param uniqueTrades the number of different trades
 * @param fedTrades the number of trades in all records, including repetitions
 */
record Scenario(
        KlineRules rules,
        long liveIntervalMs,
        List<List<FedRecord>> splits,
        long disorderMs,
        int uniqueTrades,
        int fedTrades) {

    /**
     * A decoded record.
     *
     * @param batches the trades of the record, by pair
     * @param newestMs the time of its newest trade, in epoch milliseconds
     */
    record FedRecord(List<PairSwaps> batches, long newestMs) {}

    /**
     * What may happen in a simulation.
     *
     * @param redelivery whether records are redelivered, whole or split differently
     * @param lateness whether trades arrive late and watermarks jump
     * @param crashes whether the engine crashes, restarts and is rescaled
     */
    record Possible(boolean redelivery, boolean lateness, boolean crashes) {

        static final Possible EVERYTHING = new Possible(true, true, true);
        static final Possible NOTHING_LATE = new Possible(true, false, true);
        static final Possible ONLY_DISORDER = new Possible(false, false, false);
    }

    /** The chains of all pairs. */
    static final List<String> CHAINS = List.of("56", "100000");

    private static final List<String> INTERVAL_SETS =
            List.of(
                    "1m 5m 15m 30m 1h 4h 12h 1d 1w",
                    "1s 5s 15s 30s 1m",
                    "1s 1m",
                    "1m",
                    "1m 3m 5m",
                    "5m 15m 1h",
                    "1h 2h 6h 8h 12h 1d 1w 1M",
                    "1d 1w 1M",
                    "15s 1h 1M",
                    "1s 5s 15s 30s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 1w 1M");

    private static final long YEAR_2024 = 1_704_067_200L;
    private static final int THREE_YEARS_IN_SECONDS = 3 * 365 * 86_400;

    /** A trade that has no place in an array yet. */
    private record Loose(Pair pair, Swap swap) {

        /** Returns the same trade at the given index of an array. */
        Loose at(int index) {
            TradePosition old = swap.position();
            TradePosition position =
                    new TradePosition(
                            old.blockTimeSeconds(),
                            old.block(),
                            old.transactionIndex(),
                            old.logIndex(),
                            index,
                            old.fields());
            return new Loose(
                    pair,
                    new Swap(
                            swap.identity(),
                            position,
                            swap.buy(),
                            swap.clamp(),
                            swap.priceUsd(),
                            swap.mcapUsd(),
                            swap.volumeUsd(),
                            swap.volumeToken()));
        }

        long seconds() {
            return swap.position().blockTimeSeconds();
        }
    }

    static Scenario of(long seed, Possible possible) {
        Random random = new Random(seed);
        List<Interval> intervals =
                Arrays.stream(INTERVAL_SETS.get(random.nextInt(INTERVAL_SETS.size())).split(" "))
                        .map(Interval::ofCode)
                        .toList();
        long latenessMs = oneOf(random, 0, 1000, 30_000, 60_000, 600_000);
        long smallestSeconds = intervals.get(0).closeTimeMs(0) / 1000;
        long horizonSeconds = smallestSeconds * (1 + random.nextInt(12));
        if (random.nextInt(4) == 0) {
            horizonSeconds = Math.min(horizonSeconds, 3 + random.nextInt(30));
        }
        long disorderSeconds =
                random.nextInt(3) == 0 ? 0 : random.nextInt((int) (horizonSeconds / 4) + 2);

        List<Loose> trades = trades(random, intervals, horizonSeconds);
        List<List<Loose>> arrays = arrays(random, trades);
        int splitCount = 1 + random.nextInt(3);
        List<TreeMap<Double, List<Loose>>> splits = new ArrayList<>();
        for (int i = 0; i < splitCount; i++) {
            splits.add(new TreeMap<>());
        }
        for (List<Loose> array : arrays) {
            // the random part also separates arrays that would arrive at the same time
            double arrives =
                    array.get(array.size() - 1).seconds()
                            + random.nextDouble() * (disorderSeconds + 1);
            if (possible.lateness() && random.nextInt(8) == 0) {
                arrives += random.nextDouble() * (horizonSeconds + latenessMs / 500.0);
            }
            splits.get(random.nextInt(splitCount)).put(arrives, array);
            while (possible.redelivery() && random.nextInt(5) == 0) {
                arrives += random.nextDouble() * horizonSeconds;
                splits.get(random.nextInt(splitCount)).put(arrives, array);
            }
        }
        while (possible.redelivery() && random.nextInt(3) > 0) {
            List<Loose> otherwise = new ArrayList<>();
            int count = 1 + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                otherwise.add(trades.get(random.nextInt(trades.size())).at(i));
            }
            double arrives = otherwise.get(0).seconds() + horizonSeconds * random.nextDouble();
            splits.get(random.nextInt(splitCount)).put(arrives, otherwise);
        }

        List<List<FedRecord>> fed = new ArrayList<>();
        int fedTrades = 0;
        for (int split = 0; split < splitCount; split++) {
            List<FedRecord> records = new ArrayList<>();
            for (List<Loose> array : splits.get(split).values()) {
                records.add(record(array, split, records.size()));
                fedTrades += array.size();
            }
            fed.add(records);
        }
        long disorderMs =
                possible.lateness()
                        ? disorderSeconds * 1000
                        : fed.stream().mapToLong(Scenario::disorderMs).max().orElseThrow();
        return new Scenario(
                KlineRules.of(intervals, latenessMs),
                oneOf(random, 0, 1, 500, 500, 5000),
                fed,
                disorderMs,
                trades.size(),
                fedTrades);
    }

    private static List<Loose> trades(
            Random random, List<Interval> intervals, long horizonSeconds) {
        List<Pair> pairs = new ArrayList<>();
        int pairCount = 1 + random.nextInt(4);
        for (int i = 0; i < pairCount; i++) {
            pairs.add(
                    random.nextBoolean()
                            ? new Pair(CHAINS.get(0), "0x" + Long.toHexString(random.nextLong()))
                            : new Pair(CHAINS.get(1), "P" + random.nextInt(1_000_000)));
        }
        // a kline of a random interval ends within the horizon
        long someTimeMs = (YEAR_2024 + random.nextInt(THREE_YEARS_IN_SECONDS)) * 1000;
        Interval ending = intervals.get(random.nextInt(intervals.size()));
        long endMs = ending.closeTimeMs(ending.openTimeMs(someTimeMs));
        long start = endMs / 1000 - (long) (random.nextDouble() * horizonSeconds);

        int magnitude = random.nextInt(3);
        boolean logless = random.nextBoolean();
        int clampsInTen = (int) oneOf(random, 0, 2, 5, 9);
        int count = 1 + random.nextInt(40);
        List<Loose> trades = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long seconds = start + (long) (random.nextDouble() * (horizonSeconds + 1));
            long identity = i == 0 && random.nextInt(4) == 0 ? 0 : random.nextLong();
            TradePosition position =
                    new TradePosition(
                            seconds,
                            random.nextInt(5) == 0 ? seconds / 2 + random.nextInt(2) : seconds / 2,
                            random.nextInt(3),
                            logless ? 0 : random.nextInt(4),
                            0,
                            fields(identity));
            trades.add(
                    new Loose(
                            pairs.get(random.nextInt(pairCount)),
                            new Swap(
                                    new TradeId(1, identity),
                                    position,
                                    random.nextBoolean(),
                                    random.nextInt(10) < clampsInTen,
                                    amount(random, magnitude) + Double.MIN_VALUE,
                                    random.nextInt(3) == 0 ? 0 : amount(random, magnitude),
                                    amount(random, magnitude),
                                    random.nextInt(9) == 0 ? 0 : amount(random, magnitude))));
        }
        trades.sort(Comparator.comparingLong(Loose::seconds));
        return trades;
    }

    /** Returns fields that are in the order of the identities, as the oracle has it. */
    static IdentityFields fields(long identity) {
        return IdentityFields.of(
                "%016x".formatted(identity ^ Long.MIN_VALUE), "maker", true, 1, 1, 1);
    }

    /** Cuts the trades into arrays, often the trades of one second. */
    private static List<List<Loose>> arrays(Random random, List<Loose> trades) {
        List<List<Loose>> arrays = new ArrayList<>();
        List<Loose> array = new ArrayList<>();
        for (int i = 0; i < trades.size(); i++) {
            boolean sameSecond = i > 0 && trades.get(i - 1).seconds() == trades.get(i).seconds();
            if (!array.isEmpty() && random.nextInt(sameSecond ? 4 : 2) == 0) {
                arrays.add(array);
                array = new ArrayList<>();
            }
            Loose placed = trades.get(i).at(array.size());
            trades.set(i, placed);
            array.add(placed);
        }
        arrays.add(array);
        return arrays;
    }

    /**
     * Returns how far, at most, a trade lags behind an earlier record of its split, in
     * milliseconds.
     */
    private static long disorderMs(List<FedRecord> split) {
        long newestMs = Long.MIN_VALUE;
        long disorderMs = 0;
        for (FedRecord record : split) {
            for (PairSwaps batch : record.batches()) {
                for (Swap swap : batch.swaps()) {
                    long timeMs = swap.position().blockTimeSeconds() * 1000;
                    if (timeMs < newestMs) {
                        disorderMs = Math.max(disorderMs, newestMs - timeMs);
                    }
                }
            }
            newestMs = Math.max(newestMs, record.newestMs());
        }
        return disorderMs;
    }

    private static FedRecord record(List<Loose> array, int split, long offset) {
        Map<Pair, List<Swap>> byPair = new LinkedHashMap<>();
        long newestMs = Long.MIN_VALUE;
        for (Loose loose : array) {
            byPair.computeIfAbsent(loose.pair(), any -> new ArrayList<>()).add(loose.swap());
            newestMs = Math.max(newestMs, loose.seconds() * 1000);
        }
        List<PairSwaps> batches = new ArrayList<>();
        byPair.forEach(
                (pair, swaps) ->
                        batches.add(
                                new PairSwaps(pair, labels(pair), "trades", split, offset, swaps)));
        return new FedRecord(batches, newestMs);
    }

    static PairLabels labels(Pair pair) {
        return new PairLabels("swap", pair.address(), "T" + pair.address(), "USD");
    }

    private static double amount(Random random, int magnitude) {
        return switch (magnitude) {
            case 0 -> 1 + random.nextInt(9);
            case 1 -> random.nextDouble() * 1000;
            default ->
                    (1 + random.nextInt(9)) * Double.parseDouble("1e" + (random.nextInt(37) - 18));
        };
    }

    private static long oneOf(Random random, long... values) {
        return values[random.nextInt(values.length)];
    }
}

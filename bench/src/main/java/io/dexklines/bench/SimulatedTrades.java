package io.dexklines.bench;

import io.dexklines.trade.IdentityFields;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import io.dexklines.trade.TradePosition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Simulated trades of many pairs, ordered by time. In the first phase, every pair trades one to
 * five times ({@code n} times with a probability proportional to 1/n), in random order and evenly
 * over the given time. Further phases are rounds of trades of random pairs, all within the last
 * second. Every phase ends with a trade of the pair {@link #MARKER}. Then only that pair trades, so
 * that time passes: once a minute in the first hour, and then when a longer kline of the trades
 * closes or ends.
 */
final class SimulatedTrades {

    /** The address of the pair whose trade ends every phase. */
    static final String MARKER = "0xmarker";

    private static final long SEED = 7;

    /** 2026-01-05 12:00 UTC, a Monday: the start of a 12 h kline, within a 1 d and a 1 w kline. */
    private static final long START_S = Instant.parse("2026-01-05T12:00:00Z").getEpochSecond();

    private static final int MAX_TRADES = 5;
    private static final int NO_PAIR = -1;
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;

    /** When klines of 4 h, 12 h and 1 d, and 1 w close, seconds after the start. */
    private static final int[] LONG_KLINES = {4 * HOUR, 12 * HOUR, 6 * 24 * HOUR + 12 * HOUR};

    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final int seconds;
    private final int[] pairByTrade;
    private final int firstPhaseTrades;
    private final int roundTrades;

    /** The seconds after the start to which time passes in the end. */
    private final List<Integer> passing;

    private SimulatedTrades(int seconds, int[] pairByTrade, int firstPhaseTrades, int roundTrades) {
        this.seconds = seconds;
        this.pairByTrade = pairByTrade;
        this.firstPhaseTrades = firstPhaseTrades;
        this.roundTrades = roundTrades;
        this.passing = new ArrayList<>();
        int first = (seconds + MINUTE - 1) / MINUTE * MINUTE;
        for (int second = first; second <= first + HOUR; second += MINUTE) {
            passing.add(second);
        }
        for (int close : LONG_KLINES) {
            if (close > first + HOUR) {
                passing.add(close);
                passing.add(close + MINUTE);
            }
        }
    }

    /**
     * @param pairs number of pairs
     * @param seconds length of the first phase, in event time
     * @param rounds number of rounds after the first phase
     * @param tradesPerRound number of trades in each round
     */
    static SimulatedTrades of(int pairs, int seconds, int rounds, int tradesPerRound) {
        Random random = new Random(SEED);
        int[] shuffled = new int[MAX_TRADES * pairs];
        int first = 0;
        for (int pair = 0; pair < pairs; pair++) {
            for (int trades = tradesOfPair(random); trades > 0; trades--) {
                shuffled[first++] = pair;
            }
        }
        for (int i = first - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[other];
            shuffled[other] = swapped;
        }
        int[] all = Arrays.copyOf(shuffled, first + 1 + rounds * (tradesPerRound + 1));
        for (int i = first; i < all.length; i++) {
            boolean isMarker = (i - first) % (tradesPerRound + 1) == 0;
            all[i] = isMarker ? NO_PAIR : random.nextInt(pairs);
        }
        return new SimulatedTrades(seconds, all, first + 1, tradesPerRound + 1);
    }

    /** Returns the number of all trades. */
    int trades() {
        return pairByTrade.length + passing.size();
    }

    /** Returns how many trades let time pass. They are the last ones. */
    int passingTrades() {
        return passing.size();
    }

    /** Returns the number of trades until the given number of rounds has ended. */
    int tradesUntil(int rounds) {
        return firstPhaseTrades + rounds * roundTrades;
    }

    /** Returns the trade at an index, from 0. */
    PairSwaps trade(int index) {
        boolean isPassing = index >= pairByTrade.length;
        long timeS =
                START_S
                        + (isPassing
                                ? passing.get(index - pairByTrade.length)
                                : Math.min(
                                        seconds - 1L, (long) index * seconds / firstPhaseTrades));
        int number = isPassing ? NO_PAIR : pairByTrade[index];
        Pair pair = new Pair("8453", number == NO_PAIR ? MARKER : address(number));
        SplittableRandom random = new SplittableRandom(SEED + index);
        double price = random.nextDouble(1e-6, 1e-2);
        double token = random.nextDouble(1, 1e7);
        boolean buy = random.nextInt(2) == 0;
        IdentityFields fields =
                IdentityFields.of(
                        "0x"
                                + (number + address(index) + address(~index))
                                        .replace("0x", "")
                                        .substring(0, 64),
                        address(number / 3),
                        buy,
                        token,
                        1,
                        price);
        Swap swap =
                new Swap(
                        new TradeId(random.nextLong() | 1, random.nextLong()),
                        new TradePosition(
                                timeS,
                                25_000_000L + timeS - START_S,
                                index % 200,
                                index % 1000,
                                0,
                                fields),
                        buy,
                        false,
                        price,
                        price * 1e9,
                        price * token,
                        token);
        return new PairSwaps(
                pair,
                new PairLabels("UniswapV3", address(~number), "T" + number, "WETH"),
                "evm-trades-v4",
                0,
                index,
                List.of(swap));
    }

    static long timeMs(PairSwaps swaps) {
        return swaps.swaps().get(0).position().blockTimeSeconds() * 1000;
    }

    private static int tradesOfPair(Random random) {
        double harmonic = 0;
        for (int n = 1; n <= MAX_TRADES; n++) {
            harmonic += 1.0 / n;
        }
        double left = random.nextDouble() * harmonic;
        int trades = 1;
        while (trades < MAX_TRADES && left >= 1.0 / trades) {
            left -= 1.0 / trades;
            trades++;
        }
        return trades;
    }

    /** Returns an address of 40 hexadecimal digits. */
    private static String address(int number) {
        long mixed = (number + 1L) * GOLDEN_GAMMA;
        return String.format("0x%08x%016x%016x", number, mixed, Long.reverse(mixed));
    }
}

package io.dexklines.bench;

import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradePosition;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Made-up trades of many pairs, in the order of their time. First every pair trades one to five
 * times, fewer times more often (1/n), in random order, evenly over the given time; then come
 * rounds of trades of random pairs, all within the last second. Every stretch ends with a trade of
 * a pair of its own, {@link #LAST}, by which one sees that it has passed.
 */
final class Market {

    /** The address of the pair that ends every stretch. */
    static final String LAST = "0xlast";

    private static final long SEED = 7;

    /** 2026-01-05 12:00 UTC, a Monday: an hour, and all that is longer, begins or goes on. */
    private static final long START_S = Instant.parse("2026-01-05T12:00:00Z").getEpochSecond();

    private static final int MOST_TRADES = 5;
    private static final int NO_PAIR = -1;
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final int seconds;
    private final int[] pairByTrade;
    private final int firstStretch;
    private final int roundStretch;

    private Market(int seconds, int[] pairByTrade, int firstStretch, int roundStretch) {
        this.seconds = seconds;
        this.pairByTrade = pairByTrade;
        this.firstStretch = firstStretch;
        this.roundStretch = roundStretch;
    }

    /**
     * @param pairs how many
     * @param seconds over which their first trades are spread
     * @param rounds how many rounds follow
     * @param tradesPerRound of how many trades each
     */
    static Market of(int pairs, int seconds, int rounds, int tradesPerRound) {
        Random random = new Random(SEED);
        int[] shuffled = new int[MOST_TRADES * pairs];
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
            boolean ends = (i - first) % (tradesPerRound + 1) == 0;
            all[i] = ends ? NO_PAIR : random.nextInt(pairs);
        }
        return new Market(seconds, all, first + 1, tradesPerRound + 1);
    }

    /** How many trades there are in all. */
    int trades() {
        return pairByTrade.length;
    }

    /** How many trades have been made when that many rounds are over. */
    int tradesUntil(int rounds) {
        return firstStretch + rounds * roundStretch;
    }

    /** A trade, by its place among all. */
    PairSwaps trade(int place) {
        long timeS = START_S + Math.min(seconds - 1L, (long) place * seconds / firstStretch);
        int number = pairByTrade[place];
        Pair pair = new Pair("8453", number == NO_PAIR ? LAST : address(number));
        SplittableRandom random = new SplittableRandom(SEED + place);
        double price = random.nextDouble(1e-6, 1e-2);
        double token = random.nextDouble(1, 1e7);
        Swap swap =
                new Swap(
                        new TradePosition(
                                timeS,
                                25_000_000L + timeS - START_S,
                                place % 200,
                                place % 1000,
                                0,
                                random.nextLong()),
                        random.nextInt(2) == 0,
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
                place,
                List.of(swap));
    }

    static long timeMs(PairSwaps swaps) {
        return swaps.swaps().get(0).position().blockTimeSeconds() * 1000;
    }

    private static int tradesOfPair(Random random) {
        double harmonic = 0;
        for (int n = 1; n <= MOST_TRADES; n++) {
            harmonic += 1.0 / n;
        }
        double left = random.nextDouble() * harmonic;
        int trades = 1;
        while (trades < MOST_TRADES && left >= 1.0 / trades) {
            left -= 1.0 / trades;
            trades++;
        }
        return trades;
    }

    /** 40 digits, as of a contract. */
    private static String address(int number) {
        long mixed = (number + 1L) * GOLDEN_GAMMA;
        return String.format("0x%08x%016x%016x", number, mixed, Long.reverse(mixed));
    }
}

package io.dexklines.verifier.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Finds out how often each batch was counted in a kline of the Go writer.
 *
 * <p>A search begins with an assumption, usually that each batch was counted once, and changes it
 * by as few moves as possible. A move counts a contiguous range of one partition's batches once
 * more or once less. The numbers of trades decide which moves are tried together, then the sums,
 * then the prices. The writer adds doubles in an order that the topics do not show, so a sum agrees
 * if it is one that some order can give. All other fields must be equal.
 *
 * <p>The number of moves and of combinations is bounded, so a kline with many faults may remain
 * without an explanation.
 */
final class KlineSearch {

    private static final int MAX_MOVES = 20_000;
    private static final int MAX_DEPTH = 4;
    private static final double MAX_COMBINATIONS = 1_000_000;

    /** A bound of the steps of a long search for three moves, each of which takes nanoseconds. */
    private static final long MAX_STEPS = 500_000_000;

    /** A bound of the losses of which four are tried together. Each pair takes 8 bytes. */
    private static final int MAX_LOSSES = 3_000;

    private static final int LOSS_BITS = 12;
    private static final double MAX_CELLS = 0x1p38;
    private static final int MAX_SOLUTIONS = 64;
    private static final int MAX_REARRANGED = 256;
    private static final int MAX_ENDS = 4;
    private static final int MAX_HEADS = 3;

    /** A bound of the relative error of one addition, twice the exact one. */
    private static final double ULP = 0x1p-52;

    private final List<Part> parts;
    private final Candle theirs;
    private final List<int[]> copies;

    /** The first part of each partition, and the number of parts at the end. */
    private final int[] starts;

    /** Sums over all parts before an index. */
    private final Counts[] countsBefore;

    private final double[] usdBefore;
    private final double[] tokenBefore;
    private final double magnitudeUsd;
    private final double magnitudeToken;
    private final long size;

    private static final Counts NOTHING = new Counts(0, 0, 0);

    private record Counts(long trades, long buys, long sells) {

        Counts plus(Counts other, int sign) {
            return new Counts(
                    trades + sign * other.trades,
                    buys + sign * other.buys,
                    sells + sign * other.sells);
        }
    }

    /** Counts a range of parts of one partition once more, or once less if the sign is -1. */
    private record Move(int from, int to, int sign, Counts counts, double usd, double token) {}

    /**
     * A way in which the kline can have become what it is.
     *
     * @param times how often each batch was counted
     * @param first the part that arrived first; null if none was counted
     * @param last the part that arrived last; null if none was counted
     */
    record Solution(int[] times, Part first, Part last) {}

    /**
     * @param parts those of one partition in the order of their offsets, one partition after the
     *     other
     * @param copies the indexes of parts that are copies of each other, one array for each set of
     *     copies
     */
    KlineSearch(List<Part> parts, Candle theirs, List<int[]> copies) {
        this.parts = parts;
        this.theirs = theirs;
        this.copies = copies;
        List<Integer> begins = new ArrayList<>();
        countsBefore = new Counts[parts.size() + 1];
        usdBefore = new double[parts.size() + 1];
        tokenBefore = new double[parts.size() + 1];
        countsBefore[0] = NOTHING;
        double usd = Math.abs(theirs.volumeUsd());
        double token = Math.abs(theirs.volumeToken());
        long trades = theirs.trades();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (i == 0 || parts.get(i - 1).partition() != part.partition()) {
                begins.add(i);
            }
            countsBefore[i + 1] =
                    countsBefore[i].plus(new Counts(part.trades(), part.buys(), part.sells()), 1);
            usdBefore[i + 1] = usdBefore[i] + part.usd();
            tokenBefore[i + 1] = tokenBefore[i] + part.token();
            usd += magnitude(part, true);
            token += magnitude(part, false);
            trades += part.trades();
        }
        begins.add(parts.size());
        starts = begins.stream().mapToInt(Integer::intValue).toArray();
        magnitudeUsd = usd;
        magnitudeToken = token;
        size = trades;
    }

    private static double magnitude(Part part, boolean usd) {
        double sum = 0;
        for (Trade trade : part.batch().trades()) {
            sum += Math.abs(usd ? trade.usd() : trade.token());
        }
        return sum;
    }

    /**
     * Returns the solutions with the fewest moves; none if there are none within the bounds.
     *
     * @param bases the assumptions from which the search begins, at least one
     */
    List<Solution> solve(Collection<int[]> bases) {
        Map<List<Integer>, List<Solution>> found = new LinkedHashMap<>();
        bases.forEach(base -> add(base, found));
        List<Search> searches = null;
        for (int depth = 1; depth <= MAX_DEPTH && found.isEmpty(); depth++) {
            if (searches == null) {
                searches = bases.stream().map(base -> new Search(base, found)).toList();
            }
            for (Search search : searches) {
                search.run(depth);
            }
            if (found.isEmpty()) {
                // only the most likely assumption is worth the long search
                searches.get(0).runFar(depth);
            }
        }
        return found.values().stream().flatMap(List::stream).toList();
    }

    private void add(int[] times, Map<List<Integer>, List<Solution>> found) {
        List<Integer> key = key(times);
        if (found.size() >= MAX_SOLUTIONS || found.containsKey(key) || !agrees(times)) {
            return;
        }
        List<Solution> solutions = ends(times);
        if (!solutions.isEmpty()) {
            found.put(key, solutions);
            return;
        }
        // another copy of a batch may have been first or last
        for (int[] other : rearranged(times, i -> Integer.MAX_VALUE)) {
            List<Solution> ofOther = ends(other);
            if (!ofOther.isEmpty()) {
                found.put(key(other), ofOther);
            }
        }
    }

    private static List<Integer> key(int[] times) {
        return Arrays.stream(times).boxed().toList();
    }

    /**
     * Returns the solutions that count copies of batches differently than a given one. Copies have
     * the same values, so the kline tells only how often all copies together were counted.
     *
     * @param times how often each batch is counted in the given solution
     * @param most returns how often a batch can have been counted at most
     */
    List<Solution> withOtherCopies(int[] times, IntUnaryOperator most) {
        return rearranged(times, most).stream().flatMap(each -> ends(each).stream()).toList();
    }

    private List<int[]> rearranged(int[] times, IntUnaryOperator most) {
        List<int[]> all = List.of(times);
        for (int[] set : copies) {
            int total = Arrays.stream(set).map(i -> times[i]).sum();
            List<int[]> more = new ArrayList<>(all);
            for (int[] each : all) {
                distribute(total, set, 0, each.clone(), most, more);
            }
            all = more.subList(0, Math.min(more.size(), MAX_REARRANGED));
        }
        return all.stream().filter(each -> each != times).toList();
    }

    /** Adds all ways to count the copies from an index on {@code total} times. */
    private static void distribute(
            int total, int[] set, int from, int[] times, IntUnaryOperator most, List<int[]> all) {
        int copy = set[from];
        if (from == set.length - 1) {
            times[copy] = total;
            if (total <= most.applyAsInt(copy)
                    && all.stream().noneMatch(each -> Arrays.equals(each, times))) {
                all.add(times.clone());
            }
            return;
        }
        for (int count = 0; count <= Math.min(total, most.applyAsInt(copy)); count++) {
            times[copy] = count;
            distribute(total - count, set, from + 1, times, most, all);
        }
    }

    /** Returns whether batches that were counted that often give all fields but open and close. */
    private boolean agrees(int[] times) {
        long trades = 0;
        long buys = 0;
        long sells = 0;
        double[] usd = new double[parts.size()];
        double[] token = new double[parts.size()];
        double high = Double.NEGATIVE_INFINITY;
        double low = Double.POSITIVE_INFINITY;
        for (int i = 0; i < times.length; i++) {
            if (times[i] < 0) {
                return false;
            }
            Part part = parts.get(i);
            trades += times[i] * part.trades();
            buys += times[i] * part.buys();
            sells += times[i] * part.sells();
            usd[i] = times[i] * part.usd();
            token[i] = times[i] * part.token();
            if (times[i] > 0) {
                high = Math.max(high, part.highest().price());
                low = Math.min(low, part.lowest().price());
            }
        }
        return trades == theirs.trades()
                && buys == theirs.buys()
                && sells == theirs.sells()
                && near(Arrays.stream(usd).sum(), theirs.volumeUsd(), magnitudeUsd)
                && near(Arrays.stream(token).sum(), theirs.volumeToken(), magnitudeToken)
                && (trades == 0
                        || high == theirs.high()
                                && low == theirs.low()
                                && mcapsAgree(times, high, low));
    }

    private boolean mcapsAgree(int[] times, double high, double low) {
        boolean highAgrees = false;
        boolean lowAgrees = false;
        for (int i = 0; i < times.length; i++) {
            Part part = parts.get(i);
            if (times[i] > 0) {
                highAgrees |=
                        part.highest().price() == high
                                && Candle.agrees(theirs.mcapHigh(), part.highestMcap().mcap());
                lowAgrees |=
                        part.lowest().price() == low
                                && Candle.agrees(theirs.mcapLow(), part.lowestMcap().mcap());
            }
        }
        return highAgrees && lowAgrees;
    }

    /** Returns one solution for each choice of the parts that can have been first and last. */
    private List<Solution> ends(int[] times) {
        if (Arrays.stream(times).allMatch(count -> count == 0)) {
            return List.of(new Solution(times, null, null));
        }
        List<Integer> first = new ArrayList<>();
        List<Integer> last = new ArrayList<>();
        long deliveries = 0;
        for (int p = 0; p + 1 < starts.length; p++) {
            int heads = 0;
            int tail = -1;
            for (int i = starts[p]; i < starts[p + 1]; i++) {
                deliveries += times[i];
                if (times[i] > 0) {
                    // the first delivery of what was redelivered may have been lost with its lock
                    if (heads++ < MAX_HEADS && opens(parts.get(i))) {
                        first.add(i);
                    }
                    tail = i;
                }
            }
            for (int i = starts[p]; i < starts[p + 1]; i++) {
                // a consumer that lost its partition may still count what the next one counts again
                if ((i == tail || times[i] > 1) && closes(parts.get(i))) {
                    last.add(i);
                }
            }
        }
        first.sort(Comparator.comparingLong(i -> parts.get(i).batch().writtenMs()));
        last.sort(Comparator.comparingLong((Integer i) -> -parts.get(i).batch().writtenMs()));
        List<Solution> solutions = new ArrayList<>();
        for (int f : first.subList(0, Math.min(first.size(), MAX_ENDS))) {
            for (int l : last.subList(0, Math.min(last.size(), MAX_ENDS))) {
                if (f != l || deliveries == 1 || times[f] > 1) {
                    solutions.add(new Solution(times, parts.get(f), parts.get(l)));
                }
            }
        }
        return solutions;
    }

    private boolean opens(Part part) {
        return part.opener().price() == theirs.open()
                && Candle.agrees(theirs.mcapOpen(), part.opener().mcap());
    }

    private boolean closes(Part part) {
        return part.closer().price() == theirs.close()
                && Candle.agrees(theirs.mcapClose(), part.closer().mcap());
    }

    private boolean near(double sum, double held, double magnitude) {
        return Math.abs(sum - held) <= tolerance(magnitude);
    }

    private double tolerance(double magnitude) {
        return (size + 8) * ULP * magnitude;
    }

    /** The search from one assumption. */
    private final class Search {

        private final int[] base;
        private final Map<List<Integer>, List<Solution>> found;
        private final List<Move> moves;
        private final Map<Counts, List<Integer>> byCounts = new HashMap<>();
        private final Set<Counts> isSorted = new HashSet<>();
        private final Counts needed;
        private final double neededUsd;
        private final double neededToken;

        Search(int[] base, Map<List<Integer>, List<Solution>> found) {
            this.base = base;
            this.found = found;
            this.moves = moves();
            Counts missing = new Counts(theirs.trades(), theirs.buys(), theirs.sells());
            double usd = theirs.volumeUsd();
            double token = theirs.volumeToken();
            for (int i = 0; i < base.length; i++) {
                missing = missing.plus(counts(i, i), -base[i]);
                usd -= base[i] * parts.get(i).usd();
                token -= base[i] * parts.get(i).token();
            }
            needed = missing;
            neededUsd = usd;
            neededToken = token;
            for (int i = 0; i < moves.size(); i++) {
                byCounts.computeIfAbsent(moves.get(i).counts(), first -> new ArrayList<>()).add(i);
            }
        }

        void run(int depth) {
            choose(depth, 0, choices(depth), needed, neededUsd, neededToken, new int[depth]);
        }

        /**
         * Returns from how many moves all but the last one are taken, as the bound allows. Moves of
         * few batches come first.
         */
        private int choices(int depth) {
            if (depth == 1) {
                return moves.size();
            }
            double combinations = MAX_COMBINATIONS;
            for (int i = 2; i < depth; i++) {
                combinations *= i;
            }
            return (int) Math.min(moves.size(), Math.pow(combinations, 1.0 / (depth - 1)));
        }

        /** Searches what {@link #run} left out because of its bound, as far as that is feasible. */
        void runFar(int depth) {
            if (choices(depth) == moves.size()) {
                return;
            }
            if (depth == 3) {
                runThree();
            } else if (depth == 4) {
                runFourLosses();
            }
        }

        /** Tries any move with any two moves of one batch each, by the sum of their USD. */
        private void runThree() {
            int[] singles =
                    IntStream.range(0, moves.size())
                            .filter(i -> moves.get(i).from() == moves.get(i).to())
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> moves.get(i).usd()))
                            .mapToInt(Integer::intValue)
                            .toArray();
            double[] usd = Arrays.stream(singles).mapToDouble(i -> moves.get(i).usd()).toArray();
            double tolerance = 4 * tolerance(magnitudeUsd);
            long thirds = Math.min(moves.size(), MAX_STEPS / (2L * usd.length + 1));
            for (int third = 0; third < thirds; third++) {
                double target = neededUsd - moves.get(third).usd();
                int high = usd.length - 1;
                for (int low = 0; low <= high; low++) {
                    while (high >= low && usd[low] + usd[high] > target + tolerance) {
                        high--;
                    }
                    for (int i = high; i >= low && usd[low] + usd[i] >= target - tolerance; i--) {
                        addIfNeeded(third, singles[low], singles[i]);
                    }
                }
            }
        }

        /**
         * Tries any four losses of one batch each: sorts the sums of all pairs, and looks for two
         * pairs that together are what is missing. A pair is packed into a number, the cell of its
         * USD before the indexes of both losses.
         */
        private void runFourLosses() {
            int[] losses =
                    IntStream.range(0, moves.size())
                            .filter(i -> moves.get(i).from() == moves.get(i).to())
                            .filter(i -> moves.get(i).sign() < 0)
                            .toArray();
            if (losses.length > MAX_LOSSES) {
                return;
            }
            double[] usd = Arrays.stream(losses).mapToDouble(i -> -moves.get(i).usd()).toArray();
            double most = 2 * Arrays.stream(usd).max().orElse(0);
            double cell = Math.max(4 * tolerance(magnitudeUsd), most / MAX_CELLS);
            if (!(cell > 0) || Arrays.stream(usd).anyMatch(each -> each < 0)) {
                return;
            }
            long[] pairs = new long[losses.length * (losses.length + 1) / 2];
            int count = 0;
            for (int i = 0; i < losses.length; i++) {
                for (int j = i; j < losses.length; j++) {
                    long cells = (long) ((usd[i] + usd[j]) / cell);
                    pairs[count++] = cells << 2 * LOSS_BITS | (long) i << LOSS_BITS | j;
                }
            }
            Arrays.sort(pairs);
            long target = (long) Math.floor(-neededUsd / cell);
            int high = pairs.length - 1;
            for (int low = 0; low <= high && found.size() < MAX_SOLUTIONS; low++) {
                // each cell is cut off, so two of them may be two short
                long needed = target - (pairs[low] >> 2 * LOSS_BITS);
                while (high >= low && pairs[high] >> 2 * LOSS_BITS > needed + 1) {
                    high--;
                }
                for (int i = high; i >= low && pairs[i] >> 2 * LOSS_BITS >= needed - 2; i--) {
                    addIfNeeded(
                            first(pairs[low], losses),
                            second(pairs[low], losses),
                            first(pairs[i], losses),
                            second(pairs[i], losses));
                }
            }
        }

        private static int first(long pair, int[] losses) {
            return losses[(int) (pair >> LOSS_BITS) & (1 << LOSS_BITS) - 1];
        }

        private static int second(long pair, int[] losses) {
            return losses[(int) pair & (1 << LOSS_BITS) - 1];
        }

        /** Adds a solution if moves together give the tokens and the numbers that are missing. */
        private void addIfNeeded(int... chosen) {
            double usd = neededUsd;
            double token = neededToken;
            for (int index : chosen) {
                usd -= moves.get(index).usd();
                token -= moves.get(index).token();
            }
            if (Math.abs(token) > 4 * tolerance(magnitudeToken)
                    || Math.abs(usd) > 4 * tolerance(magnitudeUsd)) {
                return;
            }
            Counts counts = needed;
            for (int index : chosen) {
                counts = counts.plus(moves.get(index).counts(), -1);
            }
            if (counts.equals(NOTHING)) {
                add(applied(chosen), found);
            }
        }

        private void choose(
                int depth,
                int from,
                int choices,
                Counts counts,
                double usd,
                double token,
                int[] chosen) {
            if (found.size() >= MAX_SOLUTIONS) {
                return;
            }
            if (depth == 1) {
                complete(from, counts, usd, token, chosen);
                return;
            }
            for (int i = from; i < choices; i++) {
                Move move = moves.get(i);
                chosen[depth - 1] = i;
                choose(
                        depth - 1,
                        i,
                        choices,
                        counts.plus(move.counts(), -1),
                        usd - move.usd(),
                        token - move.token(),
                        chosen);
            }
        }

        /** Looks the last move up. */
        private void complete(int from, Counts counts, double usd, double token, int[] chosen) {
            List<Integer> candidates = sorted(counts);
            double toleranceUsd = 4 * tolerance(magnitudeUsd);
            double toleranceToken = 4 * tolerance(magnitudeToken);
            int low = 0;
            int high = candidates.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (moves.get(candidates.get(middle)).usd() < usd - toleranceUsd) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            for (int i = low; i < candidates.size(); i++) {
                int index = candidates.get(i);
                Move move = moves.get(index);
                if (move.usd() > usd + toleranceUsd) {
                    return;
                }
                if (index >= from && Math.abs(move.token() - token) <= toleranceToken) {
                    chosen[0] = index;
                    add(applied(chosen), found);
                }
            }
        }

        /** Returns the moves with some numbers of trades by their USD. */
        private List<Integer> sorted(Counts counts) {
            List<Integer> candidates = byCounts.getOrDefault(counts, List.of());
            // most searches ask for few of the lists
            if (candidates.size() > 1 && isSorted.add(counts)) {
                candidates.sort(Comparator.comparingDouble(i -> moves.get(i).usd()));
            }
            return candidates;
        }

        private int[] applied(int[] chosen) {
            int[] times = base.clone();
            for (int index : chosen) {
                Move move = moves.get(index);
                for (int i = move.from(); i <= move.to(); i++) {
                    times[i] += move.sign();
                }
            }
            return times;
        }

        private List<Move> moves() {
            List<Move> all = new ArrayList<>();
            Set<List<Integer>> seen = new HashSet<>();
            int longest = 0;
            for (int p = 0; p + 1 < starts.length; p++) {
                longest = Math.max(longest, starts[p + 1] - starts[p]);
            }
            int length = 1;
            for (; length <= longest && all.size() < MAX_MOVES; length++) {
                for (int p = 0; p + 1 < starts.length; p++) {
                    for (int from = starts[p]; from + length <= starts[p + 1]; from++) {
                        move(from, from + length - 1, all, seen);
                    }
                }
            }
            // of longer ranges, those at the ends of the kline
            for (int p = 0; p + 1 < starts.length; p++) {
                for (int i = length; i <= starts[p + 1] - starts[p]; i++) {
                    move(starts[p], starts[p] + i - 1, all, seen);
                    move(starts[p + 1] - i, starts[p + 1] - 1, all, seen);
                }
            }
            return all;
        }

        private void move(int from, int to, List<Move> all, Set<List<Integer>> seen) {
            if (!seen.add(List.of(from, to))) {
                return;
            }
            Counts counts = counts(from, to);
            double usd = usdBefore[to + 1] - usdBefore[from];
            double token = tokenBefore[to + 1] - tokenBefore[from];
            all.add(new Move(from, to, 1, counts, usd, token));
            for (int i = from; i <= to; i++) {
                if (base[i] == 0) {
                    return;
                }
            }
            Counts less = NOTHING.plus(counts, -1);
            all.add(new Move(from, to, -1, less, -usd, -token));
        }

        private Counts counts(int from, int to) {
            return countsBefore[to + 1].plus(countsBefore[from], -1);
        }
    }
}

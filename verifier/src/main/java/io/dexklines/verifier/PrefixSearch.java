package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A search for the moment at which a sink's kline was right. While trades come in, a kline in a
 * sink holds the trades up to an unknown offset in each partition. That offset is at or after a
 * known cut, a partition is read in its order, and the trades of a pair in one record are counted
 * together.
 *
 * <p>The search finds all combinations of offsets that yield the row's number of trades and its
 * volume, and compares the kline of each with the row. It meets in the middle: the partitions are
 * divided into two halves, and each combination of one half is looked up among those of the other.
 * So four partitions with a hundred records each take 20,000 combinations instead of 100 million.
 */
final class PrefixSearch {

    /**
     * The number of combinations of a half above which the search gives up. The row is then read
     * again later.
     */
    private static final int MAX_CHOICES = 1_000_000;

    private static final int MAX_EXACT_CHECKS = 200;

    /** The tolerance relative to the volume, far above the rounding errors of a sum. */
    private static final double TOLERANCE = 1e-12;

    /** The trades of one record. */
    private record Step(List<Swap> swaps, double volumeUsd) {}

    /**
     * An offset for each partition of a half.
     *
     * @param trades the number of trades before these offsets
     * @param steps the number of records before the offset in the partition that was added last
     * @param before the offsets of the other partitions; null if there is none
     */
    private record Choice(int trades, double volumeUsd, int steps, Choice before) {

        static final Choice NONE = new Choice(0, 0, 0, null);
    }

    /** Some of the partitions. */
    private static final class Half {

        final List<List<Step>> partitions = new ArrayList<>();
        long choices = 1;

        void add(List<Step> partition) {
            partitions.add(partition);
            choices *= partition.size() + 1;
        }

        /** Returns all combinations of offsets with at most a number of trades. */
        Optional<List<Choice>> choices(long maxTrades) {
            List<Choice> all = List.of(Choice.NONE);
            for (List<Step> partition : partitions) {
                List<Choice> more = new ArrayList<>();
                for (Choice before : all) {
                    int trades = before.trades();
                    double volumeUsd = before.volumeUsd();
                    for (int steps = 0; trades <= maxTrades; steps++) {
                        more.add(new Choice(trades, volumeUsd, steps, before));
                        if (steps == partition.size()) {
                            break;
                        }
                        trades += partition.get(steps).swaps().size();
                        volumeUsd += partition.get(steps).volumeUsd();
                    }
                    if (more.size() > MAX_CHOICES) {
                        return Optional.empty();
                    }
                }
                all = more;
            }
            return Optional.of(all);
        }

        void collect(Choice choice, List<Swap> swaps) {
            Choice rest = choice;
            for (int i = partitions.size() - 1; i >= 0; i--) {
                partitions.get(i).subList(0, rest.steps()).forEach(s -> swaps.addAll(s.swaps()));
                rest = rest.before();
            }
        }
    }

    private static final Comparator<Choice> ORDER =
            Comparator.comparingInt(Choice::trades).thenComparingDouble(Choice::volumeUsd);

    private final Row row;
    private final Span span;
    private final List<Swap> base;
    private final Half left = new Half();
    private final Half right = new Half();
    private final double tolerance;

    private int exactChecks;

    /**
     * @param base the counted trades before the cut, in any order
     * @param tail the counted trades after the cut; those of one partition in their order
     */
    PrefixSearch(Row row, Span span, List<Swap> base, List<Entry> tail) {
        this.row = row;
        this.span = span;
        this.base = base;
        steps(tail).stream()
                .sorted(Comparator.comparingInt(steps -> -steps.size()))
                .forEach(steps -> (left.choices <= right.choices ? left : right).add(steps));
        double all =
                volume(base)
                        + tail.stream().mapToDouble(e -> e.swap().orElseThrow().totalUsd()).sum();
        tolerance = TOLERANCE * Math.max(Math.abs(row.number(Column.VOLUME_USD)), all);
    }

    /** Returns whether the row equals the kline at the cut or at any moment after it. */
    boolean finds() {
        long missing = row.trades() - base.size();
        double missingUsd = row.number(Column.VOLUME_USD) - volume(base);
        if (missing < 0) {
            return false;
        }
        Optional<List<Choice>> some = left.choices(missing);
        Optional<List<Choice>> others = right.choices(missing);
        if (some.isEmpty() || others.isEmpty()) {
            return false;
        }
        List<Choice> sorted = some.get().stream().sorted(ORDER).toList();
        return others.get().stream()
                .anyMatch(
                        choice ->
                                meets(
                                        choice,
                                        sorted,
                                        (int) missing - choice.trades(),
                                        missingUsd - choice.volumeUsd()));
    }

    /** Returns whether a choice of the right half and one of the left half make the row. */
    private boolean meets(Choice choice, List<Choice> sorted, int trades, double volumeUsd) {
        int index = firstFrom(sorted, trades, volumeUsd - tolerance);
        for (; index < sorted.size(); index++) {
            Choice other = sorted.get(index);
            if (other.trades() != trades || other.volumeUsd() > volumeUsd + tolerance) {
                return false;
            }
            if (isExact(other, choice)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the index of the first choice with this number of trades and at least this volume.
     */
    private static int firstFrom(List<Choice> sorted, int trades, double volumeUsd) {
        int from = 0;
        int to = sorted.size();
        Choice sought = new Choice(trades, volumeUsd, 0, null);
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (ORDER.compare(sorted.get(middle), sought) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }

    private boolean isExact(Choice ofLeft, Choice ofRight) {
        if (++exactChecks > MAX_EXACT_CHECKS) {
            return false;
        }
        List<Swap> swaps = new ArrayList<>(base);
        left.collect(ofLeft, swaps);
        right.collect(ofRight, swaps);
        return !swaps.isEmpty() && row.difference(Kline.of(row.key(), span, swaps)).isEmpty();
    }

    private static Collection<List<Step>> steps(List<Entry> tail) {
        Map<Integer, Map<Long, List<Swap>>> records = new TreeMap<>();
        for (Entry entry : tail) {
            records.computeIfAbsent(entry.partition(), p -> new TreeMap<>())
                    .computeIfAbsent(entry.offset(), o -> new ArrayList<>())
                    .add(entry.swap().orElseThrow());
        }
        return records.values().stream()
                .map(
                        byOffset ->
                                byOffset.values().stream()
                                        .map(swaps -> new Step(swaps, volume(swaps)))
                                        .toList())
                .toList();
    }

    private static double volume(List<Swap> swaps) {
        return swaps.stream().mapToDouble(Swap::totalUsd).sum();
    }
}

package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A search for the moment at which a sink's kline was right. While trades come in, a kline in a
 * sink holds the trades up to an unknown offset in each partition. That offset is at or after a
 * known cut, a partition is read in its order, and the trades of a pair in one record are counted
 * together. The search tries every combination of offsets after the cut that yields the row's
 * number of trades.
 */
final class PrefixSearch {

    /**
     * The number of combinations after which the search gives up. The row is then read again later.
     */
    private static final int MAX_CHOICES = 2_000_000;

    private static final int MAX_EXACT_CHECKS = 200;

    /** The tolerance relative to the volume, far above the rounding errors of a sum. */
    private static final double TOLERANCE = 1e-12;

    /** The trades of one record. */
    private record Step(List<Swap> swaps, double volumeUsd) {}

    private final Row row;
    private final Span span;
    private final List<Swap> base;
    private final List<List<Step>> partitions = new ArrayList<>();
    private final long[] reachable;
    private final double target;
    private final double tolerance;

    private int choices;
    private int exactChecks;
    private final List<Swap> chosen = new ArrayList<>();

    /**
     * @param base the counted trades before the cut, in any order
     * @param tail the counted trades after the cut; those of one partition in their order
     */
    PrefixSearch(Row row, Span span, List<Swap> base, List<Entry> tail) {
        this.row = row;
        this.span = span;
        this.base = base;
        steps(tail).forEach(steps -> partitions.add(List.copyOf(steps)));
        reachable = new long[partitions.size() + 1];
        for (int i = partitions.size() - 1; i >= 0; i--) {
            long trades = partitions.get(i).stream().mapToLong(step -> step.swaps().size()).sum();
            reachable[i] = reachable[i + 1] + trades;
        }
        target = row.number(Column.VOLUME_USD);
        double all =
                volume(base)
                        + tail.stream().mapToDouble(e -> e.swap().orElseThrow().totalUsd()).sum();
        tolerance = TOLERANCE * Math.max(Math.abs(target), all);
    }

    /** Returns whether the row equals the kline at any moment after the cut. */
    boolean finds() {
        return choose(0, row.trades() - base.size(), volume(base));
    }

    private boolean choose(int partition, long missing, double volume) {
        if (missing < 0 || missing > reachable[partition] || volume > target + tolerance) {
            return false;
        }
        if (++choices > MAX_CHOICES) {
            return false;
        }
        if (missing == 0) {
            return Math.abs(volume - target) <= tolerance && isExact();
        }
        int before = chosen.size();
        long rest = missing;
        double sum = volume;
        boolean found = choose(partition + 1, rest, sum);
        for (Step step : partitions.get(partition)) {
            if (found || rest < 0) {
                break;
            }
            chosen.addAll(step.swaps());
            rest -= step.swaps().size();
            sum += step.volumeUsd();
            found = choose(partition + 1, rest, sum);
        }
        chosen.subList(before, chosen.size()).clear();
        return found;
    }

    private boolean isExact() {
        if (base.isEmpty() && chosen.isEmpty() || ++exactChecks > MAX_EXACT_CHECKS) {
            return false;
        }
        List<Swap> swaps = new ArrayList<>(base);
        swaps.addAll(chosen);
        return row.difference(Kline.of(row.key(), span, swaps)).isEmpty();
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

package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The late trades of one chain: the causes, how late they were, and where they came from. */
final class LateTrades {

    private final Map<Lateness.Cause, Integer> causes = new EnumMap<>(Lateness.Cause.class);

    /** The number of trades behind the clock by their place in the order of the chain. */
    private final Map<AppendOrder.Place, Integer> places = new EnumMap<>(AppendOrder.Place.class);

    /** How far each trade behind the clock was behind it, in milliseconds. */
    private final List<Long> behindMs = new ArrayList<>();

    private final Map<String, Integer> partitions = new TreeMap<>();

    /**
     * Adds a late trade.
     *
     * @param partition the partition that it came from, {@code topic-number}
     */
    void add(Swap swap, Lateness lateness, AppendOrder.Place place, String partition) {
        causes.merge(lateness.cause(), 1, Integer::sum);
        partitions.merge(partition, 1, Integer::sum);
        if (lateness.cause() == Lateness.Cause.CLOCK) {
            places.merge(place, 1, Integer::sum);
            behindMs.add(lateness.atMs() - swap.blockTime() * 1000);
        }
    }

    /** Returns one line for the chain, and one for each partition. */
    List<String> lines(String chain) {
        StringBuilder line = new StringBuilder("late   chain ").append(chain);
        append(line, "behind the clock", causes.get(Lateness.Cause.CLOCK));
        append(line, "before the first kline", causes.get(Lateness.Cause.FIRST_KLINE));
        append(line, "unexplained", causes.get(Lateness.Cause.UNKNOWN));
        append(line, "out of order", places.get(AppendOrder.Place.OUT_OF_ORDER));
        append(line, "probably out of order", places.get(AppendOrder.Place.PROBABLY_OUT_OF_ORDER));
        append(line, "in order", places.get(AppendOrder.Place.IN_ORDER));
        if (!behindMs.isEmpty()) {
            Collections.sort(behindMs);
            line.append(
                    ", least %d ms, median %d ms, most %d ms"
                            .formatted(
                                    behindMs.get(0),
                                    behindMs.get((behindMs.size() - 1) / 2),
                                    behindMs.get(behindMs.size() - 1)));
        }
        List<String> lines = new ArrayList<>();
        lines.add(line.toString());
        partitions.forEach(
                (partition, count) ->
                        lines.add(String.format(Locale.ROOT, "  %-16s %d", partition, count)));
        return lines;
    }

    private static void append(StringBuilder line, String what, Integer count) {
        line.append(", ").append(what).append(' ').append(count == null ? 0 : count);
    }
}

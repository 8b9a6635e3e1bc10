package io.dexklines.relay.stream;

import io.dexklines.kline.Interval;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Withholds emissions that would make a kline differ from the merge of the smaller ones in it.
 *
 * <p>A job that restarts counts the trades after its last checkpoint again, and not in the same
 * order. For a short time it then knows trades that the relay has not seen, while the relay holds
 * others that the job has not counted again. A pair's klines are withheld until they cover all that
 * the relay holds of them. An emission contradicts the held klines
 *
 * <ul>
 *   <li>if the smaller klines within a kline, each in its newest version, have more trades than
 *       that kline, or
 *   <li>if one of its klines has as many trades as the held version, but not the same.
 * </ul>
 *
 * <p>A pair waits at most {@value #LONGEST_WAIT_SECONDS} s, since the job may never count again
 * what it counted before. Its emissions then pass as they are until they fit again. At most {@value
 * #MAX_KLINES} klines are withheld; above that, those of the pair that has waited longest pass.
 *
 * <p>Not thread-safe.
 */
final class EmissionGate {

    static final int LONGEST_WAIT_SECONDS = 30;

    static final int MAX_KLINES = 20_000;

    private static final long LONGEST_WAIT_NANOS = LONGEST_WAIT_SECONDS * 1_000_000_000L;
    private static final int MAX_CONTRADICTING = 10_000;

    private record Slot(String stream, long openTimeMs) {

        static Slot of(Publication kline) {
            return new Slot(kline.stream().text(), kline.version().openTimeMs());
        }
    }

    /** The withheld klines of one pair, each in its newest version. */
    private static final class Withheld {
        private final long sinceNanos;
        private final Map<Slot, Publication> klines = new LinkedHashMap<>();

        /** The klines whose last two versions count as many trades, but not the same. */
        private final Set<Slot> contested = new HashSet<>();

        Withheld(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }

        void add(Publication kline) {
            Slot slot = Slot.of(kline);
            Publication before = klines.get(slot);
            if (before == null || kline.version().supersedes(before.version())) {
                klines.put(slot, kline);
                if (before != null && kline.version().contradicts(before.version())) {
                    contested.add(slot);
                } else if (before != null && kline.version().trades() > before.version().trades()) {
                    contested.remove(slot);
                }
            }
        }
    }

    private final Function<String, StreamKlines> held;
    private final LongSupplier nanoTime;

    /** The withheld klines of each pair, those of the pair that has waited longest first. */
    private final Map<String, Withheld> withheld = new LinkedHashMap<>();

    private int withheldKlines;

    /**
     * The pairs that waited in vain, each with the kline that contradicts the others. A pair waits
     * again after this kline or a later one of its stream has come and fitted.
     */
    private final Map<String, Slot> contradicting =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Slot> eldest) {
                    return size() > MAX_CONTRADICTING;
                }
            };

    /**
     * @param held returns the held klines of a stream, null if there are none
     * @param nanoTime a monotonic clock in nanoseconds
     */
    EmissionGate(Function<String, StreamKlines> held, LongSupplier nanoTime) {
        this.held = held;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns the klines of the pair that may pass now: the given ones with those that were
     * withheld before, or none.
     *
     * @param emission klines of one pair
     */
    List<Publication> admit(List<Publication> emission) {
        String pair = emission.get(0).stream().pair();
        Withheld waiting = withheld.get(pair);
        if (waiting == null) {
            Slot contradiction = contradiction(emission);
            if (contradiction == null) {
                contradicting.computeIfPresent(
                        pair, (same, slot) -> isSettled(slot, emission) ? null : slot);
                return emission;
            }
            if (contradicting.replace(pair, contradiction) != null) {
                return emission;
            }
            waiting = new Withheld(nanoTime.getAsLong());
            withheld.put(pair, waiting);
        }
        withheldKlines -= waiting.klines.size();
        emission.forEach(waiting::add);
        withheldKlines += waiting.klines.size();
        return contradiction(waiting) == null ? forget(pair) : List.of();
    }

    private static boolean isSettled(Slot slot, List<Publication> fitting) {
        return fitting.stream()
                .anyMatch(
                        kline ->
                                kline.stream().text().equals(slot.stream)
                                        && kline.version().openTimeMs() >= slot.openTimeMs);
    }

    /**
     * Removes and returns the klines of one pair that must not wait any longer. Returns none if
     * there is no such pair.
     */
    List<Publication> takeOverdue() {
        Iterator<Map.Entry<String, Withheld>> oldest = withheld.entrySet().iterator();
        if (!oldest.hasNext()) {
            return List.of();
        }
        Map.Entry<String, Withheld> entry = oldest.next();
        boolean due = nanoTime.getAsLong() - entry.getValue().sinceNanos >= LONGEST_WAIT_NANOS;
        if (!due && withheldKlines <= MAX_KLINES) {
            return List.of();
        }
        contradicting.put(entry.getKey(), contradiction(entry.getValue()));
        return forget(entry.getKey());
    }

    private List<Publication> forget(String pair) {
        Withheld removed = withheld.remove(pair);
        withheldKlines -= removed.klines.size();
        return List.copyOf(removed.klines.values());
    }

    /** Returns a kline that contradicts the others of its pair; null if there is none. */
    private Slot contradiction(Withheld waiting) {
        return waiting.contested.isEmpty()
                ? contradiction(List.copyOf(waiting.klines.values()))
                : waiting.contested.iterator().next();
    }

    /** Returns a kline that contradicts those that are held; null if there is none. */
    private Slot contradiction(List<Publication> klines) {
        if (klines.size() == 1) {
            return null;
        }
        Slot contradiction = null;
        Map<Interval, List<Publication>> byInterval = new EnumMap<>(Interval.class);
        for (Publication kline : klines) {
            KlineVersion version = heldVersion(kline);
            if (version != null && kline.version().contradicts(version)) {
                contradiction = Slot.of(kline);
            }
            Interval interval = interval(kline);
            if (interval != null) {
                byInterval.computeIfAbsent(interval, first -> new ArrayList<>()).add(kline);
            }
        }
        for (Map.Entry<Interval, List<Publication>> larger : byInterval.entrySet()) {
            Interval smaller = largestWithin(larger.getKey(), byInterval.keySet());
            if (smaller != null) {
                Slot exceeded =
                        exceeded(
                                larger.getKey(),
                                larger.getValue(),
                                smaller,
                                byInterval.get(smaller));
                contradiction = exceeded == null ? contradiction : exceeded;
            }
        }
        return contradiction;
    }

    /** Returns a larger kline that has fewer trades than the smaller ones in it, or null. */
    private Slot exceeded(
            Interval larger,
            List<Publication> largerKlines,
            Interval smaller,
            List<Publication> smallerKlines) {
        Map<Long, Long> moreTrades = new HashMap<>();
        for (Publication kline : smallerKlines) {
            long more = kline.version().trades() - heldTrades(kline);
            if (more > 0) {
                long openTimeMs = larger.openTimeMs(kline.version().openTimeMs());
                moreTrades.merge(openTimeMs, more, Long::sum);
            }
        }
        StreamKlines heldSmaller = held.apply(smallerKlines.get(0).stream().text());
        Slot exceeded = null;
        for (Publication kline : largerKlines) {
            long openTimeMs = kline.version().openTimeMs();
            long within = moreTrades.getOrDefault(openTimeMs, 0L);
            if (heldSmaller != null) {
                within += heldSmaller.trades(openTimeMs, larger.closeTimeMs(openTimeMs));
            }
            if (within > Math.max(kline.version().trades(), heldTrades(kline))) {
                exceeded = Slot.of(kline);
            }
        }
        return exceeded;
    }

    private long heldTrades(Publication kline) {
        KlineVersion version = heldVersion(kline);
        return version == null ? 0 : version.trades();
    }

    private KlineVersion heldVersion(Publication kline) {
        StreamKlines ofStream = held.apply(kline.stream().text());
        return ofStream == null ? null : ofStream.version(kline.version().openTimeMs());
    }

    /** Returns the largest interval of which the given one consists; null if there is none. */
    private static Interval largestWithin(Interval larger, Set<Interval> intervals) {
        Interval largest = null;
        for (Interval smaller : intervals) {
            if (smaller.compareTo(larger) < 0 && larger.consistsOf(smaller)) {
                largest = smaller;
            }
        }
        return largest;
    }

    /** Returns null for an interval that the project does not know. */
    private static Interval interval(Publication kline) {
        try {
            return Interval.ofCode(kline.stream().interval());
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

package io.dexklines.relay.stream;

import io.dexklines.kline.Interval;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
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
 * what it counted before. Its emissions then pass as they are until they fit again. The memory of
 * withheld klines is bounded in bytes; above that, those of the pair pass that has waited longest
 * on the chain that takes the most. The memory of pairs that waited in vain is bounded in the same
 * way.
 *
 * <p>Not thread-safe.
 */
final class EmissionGate {

    static final int LONGEST_WAIT_SECONDS = 30;

    private static final long LONGEST_WAIT_NANOS = LONGEST_WAIT_SECONDS * 1_000_000_000L;

    /** A publication with its version and its time, the name of its stream, its slot and entry. */
    private static final int BYTES_PER_KLINE = 32 + 40 + 32 + 32 + 24 + HeapBytes.LINKED_MAP_ENTRY;

    private record Slot(String stream, long openTimeMs) {

        static final int BYTES = 24;

        static Slot of(Publication kline) {
            return new Slot(kline.stream().text(), kline.version().openTimeMs());
        }
    }

    private static final int BYTES_PER_CONTESTED = Slot.BYTES + HeapBytes.MAP_ENTRY;

    /** The withheld klines of one pair, each in its newest version. */
    private static final class Withheld {
        private final long sinceNanos;
        private final Map<Slot, Publication> klines = new LinkedHashMap<>();

        /** The klines whose last two versions count as many trades, but not the same. */
        private final Set<Slot> contested = new HashSet<>();

        /** The memory of this object, its maps and what is in them. */
        private long bytes = 32 + 56 + 80 + 16 + 48;

        Withheld(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }

        void add(Publication kline) {
            Slot slot = Slot.of(kline);
            Publication before = klines.get(slot);
            if (before == null) {
                klines.put(slot, kline);
                bytes += BYTES_PER_KLINE + HeapBytes.string(slot.stream) + bytesOfData(kline);
            } else if (kline.version().supersedes(before.version())) {
                // the name that the slot has, so that there is only one
                Publication newer = kline.on(before.stream());
                klines.put(slot, newer);
                bytes += bytesOfData(kline) - bytesOfData(before);
                compare(newer, before);
            }
        }

        private void compare(Publication newer, Publication before) {
            if (newer.version().contradicts(before.version())) {
                if (contested.add(Slot.of(newer))) {
                    bytes += BYTES_PER_CONTESTED;
                }
            } else if (newer.version().trades() > before.version().trades()
                    && contested.remove(Slot.of(newer))) {
                bytes -= BYTES_PER_CONTESTED;
            }
        }

        private static long bytesOfData(Publication kline) {
            return HeapBytes.array(kline.data().length, Byte.BYTES);
        }
    }

    private final Function<String, StreamKlines> held;
    private final LongSupplier nanoTime;

    private final long maxWithheldBytes;
    private final long maxContradictingBytes;
    private final ByChain<Withheld> withheld = new ByChain<>();

    /**
     * The pairs that waited in vain, each with the kline that contradicts the others. A pair waits
     * again after this kline or a later one of its stream has come and fitted.
     */
    private final ByChain<Slot> contradicting = new ByChain<>();

    /**
     * @param held returns the held klines of a stream, null if there are none
     * @param maxWithheldBytes the most memory that withheld klines take
     * @param maxContradictingBytes the most memory that is taken to remember pairs that waited in
     *     vain
     * @param nanoTime a monotonic clock in nanoseconds
     */
    EmissionGate(
            Function<String, StreamKlines> held,
            long maxWithheldBytes,
            long maxContradictingBytes,
            LongSupplier nanoTime) {
        this.held = held;
        this.maxWithheldBytes = maxWithheldBytes;
        this.maxContradictingBytes = maxContradictingBytes;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns the memory of withheld klines and of pairs that waited in vain, in bytes. It is
     * within the bounds once {@link #takeOverdue} has returned none.
     */
    long bytes() {
        return withheld.bytes() + contradicting.bytes();
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
            Slot known = contradicting.get(pair);
            if (contradiction == null) {
                if (known != null && isSettled(known, emission)) {
                    contradicting.remove(pair);
                }
                return emission;
            }
            if (known != null) {
                setContradicting(pair, contradiction);
                return emission;
            }
            waiting = new Withheld(nanoTime.getAsLong());
        }
        emission.forEach(waiting::add);
        withheld.put(pair, waiting, waiting.bytes);
        return contradiction(waiting) == null ? forget(pair) : List.of();
    }

    private void setContradicting(String pair, Slot contradiction) {
        contradicting.put(pair, contradiction, Slot.BYTES + HeapBytes.string(contradiction.stream));
        while (contradicting.bytes() > maxContradictingBytes) {
            contradicting.remove(contradicting.oldestOfTheLargestChain());
        }
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
        String pair = withheld.oldest();
        if (pair == null) {
            return List.of();
        }
        long waitedNanos = nanoTime.getAsLong() - withheld.get(pair).sinceNanos;
        if (waitedNanos < LONGEST_WAIT_NANOS) {
            if (withheld.bytes() <= maxWithheldBytes) {
                return List.of();
            }
            pair = withheld.oldestOfTheLargestChain();
        }
        Slot contradiction = contradiction(withheld.get(pair));
        // none if what it contradicted is no longer held
        if (contradiction != null) {
            setContradicting(pair, contradiction);
        }
        return forget(pair);
    }

    private List<Publication> forget(String pair) {
        return List.copyOf(withheld.remove(pair).klines.values());
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

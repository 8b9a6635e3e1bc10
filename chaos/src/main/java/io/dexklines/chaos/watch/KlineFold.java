package io.dexklines.chaos.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Folds the kline messages that a WebSocket client receives, and notes each that breaks the
 * contract of the streams. Not thread-safe.
 *
 * <p>Within a connection,
 *
 * <ul>
 *   <li>a kline never returns to a version with fewer trades, nor to an open one with as many,
 *   <li>the time {@code E} of a stream never goes back, and
 *   <li>when the time of a pair changes, each of its klines has as many trades as the smallest ones
 *       in it. Only klines are compared that opened after the client knew the pair's smallest one.
 * </ul>
 */
final class KlineFold {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_EXAMPLES = 20;

    /** The version of a kline. */
    private record Version(long closeMs, long trades, boolean closed) {

        boolean isOlderThan(Version other) {
            return trades < other.trades || trades == other.trades && !closed && other.closed;
        }

        @Override
        public String toString() {
            return trades + (closed ? " trades, closed" : " trades, open");
        }
    }

    /** One stream of klines: a pair and an interval. */
    private static final class Stream {
        private final String name;

        /** The newest versions in this connection, by open time in milliseconds. */
        private final Map<Long, Version> klines = new HashMap<>();

        /** The newest versions in any connection. */
        private final Map<Long, Version> known = new HashMap<>();

        private long timeMs = Long.MIN_VALUE;

        Stream(String name) {
            this.name = name;
        }
    }

    /** The streams of one pair. */
    private static final class Pair {
        private final Map<String, Stream> streams = new HashMap<>();

        /** The open times that have changed at {@link #timeMs}, by interval. */
        private final Map<String, Set<Long>> changed = new HashMap<>();

        private long timeMs = Long.MIN_VALUE;

        /** The open time of the first smallest kline of this connection. */
        private long knownFromMs = Long.MAX_VALUE;
    }

    private final String smallest;
    private final Map<String, Pair> pairs = new HashMap<>();
    private final List<String> backwards = new ArrayList<>();
    private final List<String> otherViolations = new ArrayList<>();
    private long klines;
    private long stepsBack;
    private long stepsBackAcrossConnections;
    private long timesBack;
    private long folds;
    private long wrongFolds;

    /**
     * @param smallest the smallest interval to which the client subscribes, such as {@code 1m}
     */
    KlineFold(String smallest) {
        this.smallest = smallest;
    }

    /** Notes that a new connection begins. */
    void connected() {
        for (Pair pair : pairs.values()) {
            pair.changed.clear();
            pair.timeMs = Long.MIN_VALUE;
            pair.knownFromMs = Long.MAX_VALUE;
            for (Stream stream : pair.streams.values()) {
                stream.klines.clear();
                stream.timeMs = Long.MIN_VALUE;
            }
        }
    }

    /**
     * Takes a message. Returns whether it is a kline.
     *
     * @throws IllegalArgumentException if it is no JSON
     */
    boolean message(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException("no JSON: " + text, e);
        }
        if (!message.path("e").asText().equals("kline")) {
            return false;
        }
        klines++;
        JsonNode kline = message.path("k");
        String name = message.path("s").asText();
        String interval = kline.path("i").asText();
        long timeMs = message.path("E").asLong();
        Pair pair = pairs.computeIfAbsent(name, key -> new Pair());
        if (timeMs != pair.timeMs) {
            compare(name, pair);
            pair.changed.clear();
            pair.timeMs = timeMs;
        }
        Stream stream =
                pair.streams.computeIfAbsent(
                        interval, key -> new Stream(name + "@kline_" + interval));
        update(
                stream,
                timeMs,
                kline.path("t").asLong(),
                new Version(
                        kline.path("T").asLong(),
                        kline.path("n").asLong(),
                        kline.path("x").asBoolean()));
        long openMs = kline.path("t").asLong();
        if (interval.equals(smallest)) {
            pair.knownFromMs = Math.min(pair.knownFromMs, openMs);
        }
        pair.changed.computeIfAbsent(interval, key -> new HashSet<>()).add(openMs);
        return true;
    }

    private void update(Stream stream, long timeMs, long openMs, Version version) {
        if (timeMs < stream.timeMs) {
            timesBack++;
            note(
                    otherViolations,
                    "%s: E %d after %d".formatted(stream.name, timeMs, stream.timeMs));
        }
        stream.timeMs = Math.max(timeMs, stream.timeMs);
        Version before = stream.klines.put(openMs, version);
        Version known = stream.known.merge(openMs, version, KlineFold::newer);
        if (before != null && version.isOlderThan(before)) {
            stepsBack++;
            note(
                    backwards,
                    "%s at %d: %s after %s, E %d"
                            .formatted(stream.name, openMs, version, before, timeMs));
        } else if (before == null && version.isOlderThan(known)) {
            stepsBackAcrossConnections++;
            note(
                    otherViolations,
                    "%s at %d: %s in a new connection after %s, E %d"
                            .formatted(stream.name, openMs, version, known, timeMs));
        }
    }

    private static Version newer(Version one, Version other) {
        return one.isOlderThan(other) ? other : one;
    }

    /** Compares the klines of a pair that have changed with the smallest ones in them. */
    private void compare(String name, Pair pair) {
        Stream parts = pair.streams.get(smallest);
        if (parts == null) {
            return;
        }
        for (Map.Entry<String, Set<Long>> changed : pair.changed.entrySet()) {
            if (changed.getKey().equals(smallest)) {
                continue;
            }
            Stream stream = pair.streams.get(changed.getKey());
            for (long openMs : changed.getValue()) {
                if (openMs > pair.knownFromMs) {
                    Version whole = stream.klines.get(openMs);
                    long sum =
                            parts.klines.entrySet().stream()
                                    .filter(part -> part.getKey() >= openMs)
                                    .filter(part -> part.getKey() <= whole.closeMs())
                                    .mapToLong(part -> part.getValue().trades())
                                    .sum();
                    folds++;
                    if (sum != whole.trades()) {
                        wrongFolds++;
                        note(
                                otherViolations,
                                "%s at %d, E %d: %d trades, but %d in its %s"
                                        .formatted(
                                                stream.name,
                                                openMs,
                                                pair.timeMs,
                                                whole.trades(),
                                                sum,
                                                smallest));
                    }
                }
            }
        }
    }

    private static void note(List<String> violations, String violation) {
        if (violations.size() < MAX_EXAMPLES) {
            violations.add(violation);
        }
    }

    /** Returns what was found so far. */
    KlineViolations violations() {
        return new KlineViolations(
                klines,
                stepsBack,
                List.copyOf(backwards),
                stepsBackAcrossConnections,
                timesBack,
                folds,
                wrongFolds,
                List.copyOf(otherViolations));
    }
}

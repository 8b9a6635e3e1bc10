package io.dexklines.job.config;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The position from which a job without a checkpoint reads.
 *
 * @param kind the kind of the position
 * @param timestampMs epoch milliseconds; 0 unless the kind is {@link Kind#TIMESTAMP}
 */
public record StartOffset(Kind kind, long timestampMs) implements Serializable {

    /** The kinds of positions. */
    public enum Kind {
        /** The oldest record. */
        FIRST,
        /** As {@link #TIMESTAMP}, at the time when the job starts. */
        LAST,
        /** The offset that the consumer group committed; the oldest record if there is none. */
        COMMITTED,
        /**
         * The first record that can hold a trade of a kline that opens at the given time or later.
         */
        TIMESTAMP
    }

    /** Returns this position for a job that starts now, in which {@code LAST} is a time. */
    public StartOffset asOf(long nowMs) {
        return kind == Kind.LAST ? new StartOffset(Kind.TIMESTAMP, nowMs) : this;
    }

    /**
     * Parses a position.
     *
     * @param text {@code first}, {@code last}, {@code committed}, epoch milliseconds, or an instant
     *     in ISO-8601
     * @throws IllegalArgumentException if the text is none of these
     */
    public static StartOffset of(String text) {
        return switch (text) {
            case "first" -> new StartOffset(Kind.FIRST, 0);
            case "last" -> new StartOffset(Kind.LAST, 0);
            case "committed" -> new StartOffset(Kind.COMMITTED, 0);
            default -> new StartOffset(Kind.TIMESTAMP, timestampMs(text));
        };
    }

    private static long timestampMs(String text) {
        try {
            return text.matches("[0-9]+")
                    ? Long.parseLong(text)
                    : Instant.parse(text).toEpochMilli();
        } catch (DateTimeException | NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' is not first, last, committed, epoch milliseconds or an instant"
                            + " such as 2024-01-05T00:00:00Z",
                    e);
        }
    }
}

package io.dexklines.relay.resume;

/**
 * The values of {@code since}. An event id is a time in microseconds, an open time is one in
 * milliseconds, and each stream accepts both: a value tells by its size which one it is.
 */
public final class Since {

    /** Milliseconds of the year 5138, and microseconds of the year 1973. */
    private static final long LEAST_MICROS = 100_000_000_000_000L;

    private static final int MICROS_PER_MILLI = 1_000;

    private Since() {}

    /**
     * Parses a value.
     *
     * @throws IllegalArgumentException if it is not a whole number from 0 on
     */
    public static long parse(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                    "`since` must be an open time in milliseconds or an event id");
        }
        return Long.parseLong(text);
    }

    /** Returns the open time of the first kline, epoch milliseconds. */
    static long openTimeMs(long since) {
        return since < LEAST_MICROS ? since : since / MICROS_PER_MILLI;
    }

    /** Returns the event id after which events are sent. */
    static long eventId(long since) {
        // the events of that millisecond are not before it
        return since < LEAST_MICROS ? since * MICROS_PER_MILLI - 1 : since;
    }
}

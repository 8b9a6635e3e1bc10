package io.dexklines.relay.history;

import java.util.List;

/**
 * A range of open times: klines that open in {@code [from, to)}, in epoch seconds, and at most
 * {@code limit} of them.
 *
 * @param end the end from which klines are taken if there are more than {@code limit}
 */
public record Window(long from, long to, int limit, End end) {

    /** The ends of a window. */
    public enum End {
        OLDEST,
        NEWEST
    }

    /** Returns the part of this window that lies in the given range. */
    Window within(long otherFrom, long otherTo) {
        return new Window(Math.max(from, otherFrom), Math.min(to, otherTo), limit, end);
    }

    /** Returns whether a kline with this open time belongs to the window. */
    public boolean holds(long openTime) {
        return from <= openTime && openTime < to;
    }

    /** Returns the elements of {@code ascending} that remain after applying the limit. */
    public <T> List<T> limited(List<T> ascending) {
        int size = ascending.size();
        if (size <= limit) {
            return ascending;
        }
        return end == End.OLDEST
                ? ascending.subList(0, limit)
                : ascending.subList(size - limit, size);
    }
}

package io.dexklines.relay.history;

import java.util.List;

/**
 * Which klines are wanted: those that open in {@code [from, to)}, epoch seconds, and of them at
 * most {@code limit}.
 *
 * @param end which of them if there are more
 */
public record Window(long from, long to, int limit, End end) {

    /** One end of a window. */
    public enum End {
        OLDEST,
        NEWEST
    }

    /** The part of it in that range. */
    Window within(long otherFrom, long otherTo) {
        return new Window(Math.max(from, otherFrom), Math.min(to, otherTo), limit, end);
    }

    boolean holds(long openTime) {
        return from <= openTime && openTime < to;
    }

    /** Those of {@code ascending} that the limit leaves. */
    <T> List<T> limited(List<T> ascending) {
        int size = ascending.size();
        if (size <= limit) {
            return ascending;
        }
        return end == End.OLDEST
                ? ascending.subList(0, limit)
                : ascending.subList(size - limit, size);
    }
}

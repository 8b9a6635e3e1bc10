package io.dexklines.relay.history;

import io.dexklines.kline.Interval;
import java.util.List;
import java.util.Optional;

/**
 * Finds the range of a window in which a store lacks klines.
 *
 * <p>A gap may mean that nothing was traded or that the store lost klines: a Redis that was flushed
 * holds only what was written since, for example the current minute and a correction of a kline
 * from an hour ago.
 */
final class Gaps {

    private Gaps() {}

    /**
     * Returns the range from the first gap to the end of the last one, including the klines next to
     * them. Empty if {@code found} has no gaps.
     *
     * <p>A missing kline that is open now does not count as a gap if the one before it is there: it
     * may not have trades yet.
     *
     * @param found what a store returned for the window, ascending
     * @param now epoch seconds
     */
    static Optional<Window> in(List<PastKline> found, Window window, Interval interval, long now) {
        long first = OpenTimes.firstFrom(interval, window.from());
        if (found.isEmpty()) {
            return first < window.to() ? Optional.of(window) : Optional.empty();
        }
        boolean full = found.size() >= window.limit();
        boolean oldest = window.end() == Window.End.OLDEST;
        long begin = full && !oldest ? found.get(0).openTime() : first;
        long end =
                full && oldest
                        ? OpenTimes.next(interval, found.get(found.size() - 1).openTime())
                        : Math.min(window.to(), OpenTimes.open(interval, now));
        long gapsFrom = Long.MAX_VALUE;
        long gapsTo = Long.MIN_VALUE;
        long expected = begin;
        long lastFound = begin;
        for (PastKline kline : found) {
            if (kline.openTime() > expected) {
                gapsFrom = Math.min(gapsFrom, lastFound);
                gapsTo = OpenTimes.next(interval, kline.openTime());
            }
            lastFound = kline.openTime();
            expected = OpenTimes.next(interval, lastFound);
        }
        if (expected < end) {
            gapsFrom = Math.min(gapsFrom, lastFound);
            // the last klines are missing: the gap extends to the end of the window
            gapsTo = window.to();
        }
        return gapsFrom < gapsTo ? Optional.of(window.within(gapsFrom, gapsTo)) : Optional.empty();
    }
}

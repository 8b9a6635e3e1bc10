package io.dexklines.relay.history;

import java.util.List;
import java.util.Optional;

/**
 * Where klines are missing, be it that nothing was traded or that the store lost them. The two look
 * the same: Redis after a flush holds what has been written since, and that may be a correction of
 * an hour ago and the current minute with nothing in between.
 */
final class Gaps {

    private Gaps() {}

    /**
     * The part of the window from the first gap to the end of the last one, with the klines that
     * stand next to them; empty if {@code found} has none. The kline that is open now is not missed
     * behind one that is there: it may not have been traded yet.
     *
     * @param found what a store answered to the window, ascending
     * @param now epoch seconds
     */
    static Optional<Window> in(
            List<PastKline> found, Window window, KlineInterval interval, long now) {
        long first = interval.firstOpenFrom(window.from());
        if (found.isEmpty()) {
            return first < window.to() ? Optional.of(window) : Optional.empty();
        }
        boolean full = found.size() >= window.limit();
        boolean oldest = window.end() == Window.End.OLDEST;
        long begin = full && !oldest ? found.get(0).openTime() : first;
        long end =
                full && oldest
                        ? interval.next(found.get(found.size() - 1).openTime())
                        : Math.min(window.to(), interval.open(now));
        long gapsFrom = Long.MAX_VALUE;
        long gapsTo = Long.MIN_VALUE;
        long expected = begin;
        long lastFound = begin;
        for (PastKline kline : found) {
            if (kline.openTime() > expected) {
                gapsFrom = Math.min(gapsFrom, lastFound);
                gapsTo = interval.next(kline.openTime());
            }
            lastFound = kline.openTime();
            expected = interval.next(lastFound);
        }
        if (expected < end) {
            gapsFrom = Math.min(gapsFrom, lastFound);
            // whatever opens behind it, the store would have had it too
            gapsTo = window.to();
        }
        return gapsFrom < gapsTo ? Optional.of(window.within(gapsFrom, gapsTo)) : Optional.empty();
    }
}

package io.dexklines.relay.history;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Fills intervals without trades with the close of the kline before. */
final class FlatFill {

    private FlatFill() {}

    /**
     * Every kline from {@code window.from()} to {@code window.to()}, traded or not. Nothing stands
     * for the time before the first trade there ever was.
     *
     * @param traded those of the window, ascending
     * @param before the newest traded kline before the window, null if there is none
     */
    static List<PastKline> of(
            List<PastKline> traded, PastKline before, Window window, KlineInterval interval) {
        List<PastKline> filled = new ArrayList<>();
        Iterator<PastKline> rest = traded.iterator();
        PastKline next = rest.hasNext() ? rest.next() : null;
        PastKline last = before;
        for (long open = window.from(); open < window.to(); open = interval.next(open)) {
            if (next != null && next.openTime() == open) {
                last = next;
                filled.add(next);
                next = rest.hasNext() ? rest.next() : null;
            } else if (last != null) {
                filled.add(last.flatAt(open));
            }
        }
        return filled;
    }
}

package io.dexklines.relay.compatibility;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.OpenTimes;
import io.dexklines.relay.history.PastKline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fills gaps and joins opens as the market service of the Go consumers does: an interval without
 * trades gets the open of the next kline, the last ones get the close of the last kline, and each
 * open then becomes the former close.
 */
final class Candlesticks {

    private Candlesticks() {}

    /**
     * The open times of the candlesticks of an answer, in epoch seconds.
     *
     * @param first inclusive
     * @param last inclusive; before {@code first} if there are none
     */
    record Slots(long first, long last) {

        /**
         * Returns the newest open times in {@code [from, to)} that are not after a bound.
         *
         * @param bound the open time of the newest kline that there can be
         * @param limit the most open times
         */
        static Slots newest(Interval interval, long from, long to, long bound, long limit) {
            long earliest = OpenTimes.firstFrom(interval, from);
            long last = Math.min(OpenTimes.open(interval, to - 1), bound);
            long first = last;
            for (long slot = 1; slot < limit && first > earliest; slot++) {
                first = OpenTimes.open(interval, first - 1);
            }
            return new Slots(Math.max(first, earliest), last);
        }

        boolean isEmpty() {
            return first > last;
        }
    }

    /**
     * Returns a candlestick for every slot, ascending.
     *
     * @param traded klines with trades, ascending, of which some may be before the first slot, none
     *     after the last one, and none between those given is missing
     * @param before the newest kline with trades before the first slot, needed only if {@code
     *     traded} is empty
     * @return an empty list if there is no kline at all
     */
    static List<Candlestick> fill(
            List<PastKline> traded, Optional<PastKline> before, Interval interval, Slots slots) {
        List<Candlestick> filled = new ArrayList<>();
        if (traded.isEmpty() && before.isEmpty()) {
            return filled;
        }
        double lastClose =
                traded.isEmpty() ? before.get().close() : traded.get(traded.size() - 1).close();
        int next = 0;
        for (long slot = slots.first();
                slot <= slots.last();
                slot = OpenTimes.next(interval, slot)) {
            while (next < traded.size() && traded.get(next).openTime() < slot) {
                next++;
            }
            Candlestick candlestick;
            if (next == traded.size()) {
                candlestick = Candlestick.flat(slot, lastClose);
            } else if (traded.get(next).openTime() == slot) {
                candlestick = Candlestick.of(traded.get(next));
            } else {
                candlestick = Candlestick.flat(slot, traded.get(next).open());
            }
            filled.add(
                    filled.isEmpty()
                            ? candlestick
                            : candlestick.withOpen(filled.get(filled.size() - 1).close()));
        }
        return filled;
    }
}

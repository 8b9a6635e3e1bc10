package io.dexklines.relay.compatibility;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A model of how the market service of the Go consumers fills gaps and joins opens, in its steps:
 * it appends klines to what it has read, sorts, and then sets the opens. Its cut to the limit is
 * left out.
 */
final class MarketService {

    private static final Comparator<Candlestick> BY_TIME =
            Comparator.comparingLong(Candlestick::candleTime);

    private MarketService() {}

    /**
     * Returns the list for a range.
     *
     * @param read the klines of the range, ascending, at least one
     */
    static List<Candlestick> answer(List<Candlestick> read, long from, long to, long seconds) {
        long count = (to - from) / seconds;
        List<Candlestick> list = new ArrayList<>(read);
        if (list.size() < count) {
            supplement(list, from, to, seconds, count);
        }
        list.sort(BY_TIME);
        for (int i = 1; i < list.size(); i++) {
            Candlestick kline = list.get(i);
            double open = list.get(i - 1).close();
            list.set(
                    i,
                    new Candlestick(
                            open,
                            Math.max(kline.high(), open),
                            Math.min(kline.low(), open),
                            kline.close(),
                            kline.candleTime(),
                            kline.volumeToken()));
        }
        return list;
    }

    private static void supplement(
            List<Candlestick> list, long from, long to, long seconds, long count) {
        List<Candlestick> more = new ArrayList<>();
        for (int i = 1; i < list.size(); i++) {
            Candlestick later = list.get(i);
            for (long time = list.get(i - 1).candleTime() + seconds;
                    time < later.candleTime();
                    time += seconds) {
                more.add(flat(time, later.open()));
            }
        }
        Candlestick oldest = list.get(0);
        long before = Math.min((oldest.candleTime() - from) / seconds, count);
        for (long i = 1; i <= before; i++) {
            more.add(flat(oldest.candleTime() - i * seconds, oldest.open()));
        }
        Candlestick newest = list.get(list.size() - 1);
        long after = (to - newest.candleTime()) / seconds;
        for (long i = 1; i <= after; i++) {
            more.add(flat(newest.candleTime() + i * seconds, newest.close()));
        }
        list.addAll(more);
    }

    private static Candlestick flat(long time, double price) {
        return new Candlestick(price, price, price, price, time, 0);
    }
}

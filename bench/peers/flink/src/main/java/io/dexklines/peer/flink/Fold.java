package io.dexklines.peer.flink;

import io.dexklines.peer.Kline;
import io.dexklines.peer.KlineInterval;
import io.dexklines.peer.Trade;
import org.apache.flink.api.common.functions.AggregateFunction;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * Adds the trades of a window one by one, so that no window keeps its trades.
 *
 * @param <T> the type of the trades
 */
final class Fold<T extends Trade> implements AggregateFunction<T, Kline, Kline> {

    private static final long serialVersionUID = 1;

    @Override
    public Kline createAccumulator() {
        return new Kline();
    }

    @Override
    public Kline add(T trade, Kline kline) {
        return kline.add(trade);
    }

    @Override
    public Kline getResult(Kline kline) {
        return kline;
    }

    @Override
    public Kline merge(Kline kline, Kline other) {
        return kline.merge(other);
    }

    /** Adds the pair, the interval and the opening to the kline of a window. */
    static final class Name extends ProcessWindowFunction<Kline, Kline, String, TimeWindow> {

        private static final long serialVersionUID = 1;

        private final KlineInterval interval;

        Name(KlineInterval interval) {
            this.interval = interval;
        }

        @Override
        public void process(
                String pair, Context context, Iterable<Kline> folded, Collector<Kline> out) {
            Kline kline = folded.iterator().next();
            out.collect(kline.of(pair, interval, context.window().getStart()));
        }
    }
}

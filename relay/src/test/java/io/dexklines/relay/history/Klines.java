package io.dexklines.relay.history;

import java.util.Arrays;
import java.util.List;

/** Creates one-minute klines for tests. */
final class Klines {

    static final long MINUTE = 60;

    private Klines() {}

    /** Returns a kline as Redis holds it, with constant price {@code close}. */
    static PastKline kline(long minute, long trades, double close) {
        return new PastKline(
                minute * MINUTE,
                close,
                close,
                close,
                close,
                new PastKline.MarketCap(close, close, close, close),
                trades,
                trades,
                null,
                trades,
                new PastKline.Sides(trades, 0),
                null,
                null);
    }

    /** Returns the same version of a kline of Redis as MySQL holds it, with all components. */
    static PastKline whole(PastKline kline) {
        return new PastKline(
                kline.openTime(),
                kline.open(),
                kline.high(),
                kline.low(),
                kline.close(),
                kline.mcap(),
                kline.volumeUsd(),
                kline.volumeToken(),
                new PastKline.BuyVolume(kline.trades() / 2.0, kline.trades() / 4.0),
                kline.trades(),
                kline.sides(),
                new PastKline.TradeTimes(kline.openTime() + 1, kline.openTime() + 2),
                kline.openTime() % 2 == 0);
    }

    static List<PastKline> klines(long... minutes) {
        return Arrays.stream(minutes).mapToObj(minute -> kline(minute, 1, 1)).toList();
    }

    static List<Long> minutesOf(List<PastKline> klines) {
        return klines.stream().map(kline -> kline.openTime() / MINUTE).toList();
    }

    static Window window(long fromMinute, long toMinute, int limit, Window.End end) {
        return new Window(fromMinute * MINUTE, toMinute * MINUTE, limit, end);
    }
}

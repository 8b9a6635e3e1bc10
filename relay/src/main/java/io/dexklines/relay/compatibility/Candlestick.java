package io.dexklines.relay.compatibility;

import io.dexklines.relay.history.PastKline;
import io.dexklines.text.JsonObject;

/**
 * An element of the list that {@code get_candlestick} returns.
 *
 * @param open in US dollars, as {@code high}, {@code low} and {@code close}
 * @param candleTime the open time in epoch seconds
 * @param volumeToken in units of the token; 0 where nothing was traded
 */
record Candlestick(
        double open, double high, double low, double close, long candleTime, double volumeToken) {

    static Candlestick of(PastKline kline) {
        return new Candlestick(
                kline.open(),
                kline.high(),
                kline.low(),
                kline.close(),
                kline.openTime(),
                kline.volumeToken());
    }

    /** Returns a candlestick without trades. */
    static Candlestick flat(long candleTime, double price) {
        return new Candlestick(price, price, price, price, candleTime, 0);
    }

    /** Returns this candlestick with another open, which its range then includes. */
    Candlestick withOpen(double otherOpen) {
        return new Candlestick(
                otherOpen,
                Math.max(high, otherOpen),
                Math.min(low, otherOpen),
                close,
                candleTime,
                volumeToken);
    }

    String json() {
        return new JsonObject()
                .number("open", open)
                .number("high", high)
                .number("low", low)
                .number("close", close)
                .whole("candle_time", candleTime)
                .number("volume_token", volumeToken)
                .toString();
    }
}

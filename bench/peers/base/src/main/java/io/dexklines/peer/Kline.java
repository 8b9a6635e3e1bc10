package io.dexklines.peer;

/**
 * A kline, and the accumulator of one. A plain object with public fields, as serializers of all
 * engines want it.
 */
public class Kline {

    public String pair;

    /** The code of the interval, such as {@code 15m}. */
    public String interval;

    /** Epoch milliseconds. */
    public long openTimeMs;

    public double open;
    public double high;
    public double low;
    public double close;
    public double mcapOpen;
    public double mcapHigh;
    public double mcapLow;
    public double mcapClose;
    public double volumeUsd;
    public double volumeToken;
    public double buyVolumeUsd;
    public double buyVolumeToken;
    public long trades;
    public long buys;

    /** The position of the trade that opened the kline. */
    public long first;

    /** The position of the trade that closed the kline. */
    public long last;

    /** Creates an empty kline. */
    public Kline() {}

    /** Adds a trade and returns this kline. */
    public Kline add(Trade trade) {
        if (trades == 0 || trade.position < first) {
            first = trade.position;
            open = trade.price;
            mcapOpen = trade.mcap;
        }
        if (trades == 0 || trade.position >= last) {
            last = trade.position;
            close = trade.price;
            mcapClose = trade.mcap;
        }
        high = trades == 0 ? trade.price : Math.max(high, trade.price);
        low = trades == 0 ? trade.price : Math.min(low, trade.price);
        mcapHigh = trades == 0 ? trade.mcap : Math.max(mcapHigh, trade.mcap);
        mcapLow = trades == 0 ? trade.mcap : Math.min(mcapLow, trade.mcap);
        volumeUsd += trade.usd;
        volumeToken += trade.tokens;
        trades++;
        if (trade.buy) {
            buyVolumeUsd += trade.usd;
            buyVolumeToken += trade.tokens;
            buys++;
        }
        return this;
    }

    /** Adds another part of the same kline and returns this kline. */
    public Kline merge(Kline other) {
        if (other.trades == 0) {
            return this;
        }
        if (trades == 0 || other.first < first) {
            first = other.first;
            open = other.open;
            mcapOpen = other.mcapOpen;
        }
        if (trades == 0 || other.last >= last) {
            last = other.last;
            close = other.close;
            mcapClose = other.mcapClose;
        }
        high = trades == 0 ? other.high : Math.max(high, other.high);
        low = trades == 0 ? other.low : Math.min(low, other.low);
        mcapHigh = trades == 0 ? other.mcapHigh : Math.max(mcapHigh, other.mcapHigh);
        mcapLow = trades == 0 ? other.mcapLow : Math.min(mcapLow, other.mcapLow);
        volumeUsd += other.volumeUsd;
        volumeToken += other.volumeToken;
        buyVolumeUsd += other.buyVolumeUsd;
        buyVolumeToken += other.buyVolumeToken;
        trades += other.trades;
        buys += other.buys;
        return this;
    }

    /** Returns a copy that names what the kline is of. */
    public Kline of(String ofPair, KlineInterval ofInterval, long opensAtMs) {
        Kline named = new Kline().merge(this);
        named.pair = ofPair;
        named.interval = ofInterval.code();
        named.openTimeMs = opensAtMs;
        return named;
    }
}

package io.dexklines.verifier;

import java.util.Locale;
import java.util.function.Function;

/** The fields of a kline that sinks hold. A value is a Double, a Long or a String. */
enum Column {
    PAIR_ADDR(kline -> kline.key().pair().substring(kline.key().pair().indexOf(':') + 1)),
    OPEN_TIME(kline -> kline.key().open()),
    OPEN(kline -> kline.openers().get(0).priceUsd()),
    HIGH(Kline::high),
    LOW(Kline::low),
    CLOSE(kline -> kline.closers().get(0).priceUsd()),
    MCAP_OPEN(kline -> kline.openers().get(0).mcap()),
    MCAP_HIGH(Kline::mcapHigh),
    MCAP_LOW(Kline::mcapLow),
    MCAP_CLOSE(kline -> kline.closers().get(0).mcap()),
    VOLUME_USD(Kline::volumeUsd),
    VOLUME_TOKEN(Kline::volumeToken),
    BUY_VOLUME_USD(Kline::buyVolumeUsd),
    BUY_VOLUME_TOKEN(Kline::buyVolumeToken),
    TRADES(Kline::trades),
    BUYS(Kline::buys),
    SELLS(Kline::sells),
    VWAP(Kline::vwap),
    FIRST_TRADE_TIME(Kline::firstTradeTime),
    LAST_TRADE_TIME(Kline::lastTradeTime),
    /** {@code block#transaction_index#log_index}. */
    FIRST(Kline::first),
    LAST(Kline::last),
    /** The last millisecond that belongs to the kline, in epoch milliseconds. */
    LAST_MS(kline -> kline.close() * 1000 - 1);

    private final Function<Kline, Object> value;

    Column(Function<Kline, Object> value) {
        this.value = value;
    }

    /**
     * Returns the value of the field in a recomputed kline. If several values are right, returns
     * the first one.
     */
    Object of(Kline kline) {
        return value.apply(kline);
    }

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

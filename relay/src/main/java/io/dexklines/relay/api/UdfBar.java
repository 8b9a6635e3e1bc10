package io.dexklines.relay.api;

import io.dexklines.relay.history.PastKline;
import java.util.Optional;

/**
 * A bar of {@code /udf/history}.
 *
 * @param time when it opens, epoch seconds
 * @param open a price or a market capitalisation in US dollars, as the other three
 */
record UdfBar(long time, double open, double high, double low, double close, double volumeUsd) {

    /**
     * Returns the bar of a kline. Empty if its market capitalisation is asked for and unknown, as
     * it is where no trade names it.
     */
    static Optional<UdfBar> of(PastKline kline, UdfSymbol symbol) {
        if (!symbol.isMcap()) {
            return Optional.of(
                    new UdfBar(
                            kline.openTime(),
                            kline.open(),
                            kline.high(),
                            kline.low(),
                            kline.close(),
                            kline.volumeUsd()));
        }
        PastKline.MarketCap mcap = kline.mcap();
        return mcap == null || mcap.high() == 0
                ? Optional.empty()
                : Optional.of(
                        new UdfBar(
                                kline.openTime(),
                                mcap.open(),
                                mcap.high(),
                                mcap.low(),
                                mcap.close(),
                                kline.volumeUsd()));
    }
}

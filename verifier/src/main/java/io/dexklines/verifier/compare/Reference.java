package io.dexklines.verifier.compare;

import java.util.List;

/** Computes klines as dex-klines defines them. */
@FunctionalInterface
public interface Reference {

    /**
     * Returns the values of a kline.
     *
     * @param trades those that count, at least one, in any order
     */
    Candle of(List<Trade> trades);
}

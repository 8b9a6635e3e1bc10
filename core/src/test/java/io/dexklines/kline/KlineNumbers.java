package io.dexklines.kline;

import java.util.List;

/** The numbers of a kline in the order of its components, for tests that compare each bit. */
public final class KlineNumbers {

    private KlineNumbers() {}

    /**
     * Returns the four prices, the four market capitalisations and the four volumes of a kline,
     * from {@link Kline#open()} to {@link Kline#buyVolumeToken()}.
     */
    public static List<Double> of(Kline kline) {
        return List.of(
                kline.open(),
                kline.high(),
                kline.low(),
                kline.close(),
                kline.mcapOpen(),
                kline.mcapHigh(),
                kline.mcapLow(),
                kline.mcapClose(),
                kline.volumeUsd(),
                kline.volumeToken(),
                kline.buyVolumeUsd(),
                kline.buyVolumeToken());
    }
}

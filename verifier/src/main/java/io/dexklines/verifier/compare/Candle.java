package io.dexklines.verifier.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The values of a kline. A market cap that is NaN is one that the store does not hold.
 *
 * @param trades the number of trades; 0 if there is no kline
 */
public record Candle(
        double open,
        double close,
        double high,
        double low,
        double mcapOpen,
        double mcapHigh,
        double mcapLow,
        double mcapClose,
        double volumeUsd,
        double volumeToken,
        long buys,
        long sells,
        long trades) {

    /** The values of a kline that does not exist. */
    public static final Candle NONE = new Candle(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** The fields by which klines are compared, named as the columns of dex-klines. */
    public enum Field {
        OPEN(Candle::open),
        CLOSE(Candle::close),
        HIGH(Candle::high),
        LOW(Candle::low),
        MCAP_OPEN(Candle::mcapOpen),
        MCAP_HIGH(Candle::mcapHigh),
        MCAP_LOW(Candle::mcapLow),
        MCAP_CLOSE(Candle::mcapClose),
        VOLUME_USD(Candle::volumeUsd),
        VOLUME_TOKEN(Candle::volumeToken),
        BUYS(Candle::buys),
        SELLS(Candle::sells),
        TRADES(Candle::trades);

        private final ToDoubleFunction<Candle> value;

        Field(ToDoubleFunction<Candle> value) {
            this.value = value;
        }

        /** Returns the value of the field. */
        public double of(Candle candle) {
            return value.applyAsDouble(candle);
        }
    }

    /** Returns whether there is a kline. */
    public boolean exists() {
        return trades > 0;
    }

    /** Returns the fields of this kline, as far as a store holds them, that differ in any bit. */
    public List<Field> differences(Candle ours) {
        List<Field> differing = new ArrayList<>();
        for (Field field : Field.values()) {
            if (!agrees(field.of(this), field.of(ours))) {
                differing.add(field);
            }
        }
        return differing;
    }

    /** Returns whether a value is equal to a computed one, or not held. */
    static boolean agrees(double held, double computed) {
        return Double.isNaN(held) || held == computed;
    }
}

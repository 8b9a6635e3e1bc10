package io.dexklines.sql;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineAccumulator;
import io.dexklines.kline.KlineAccumulatorCodec;
import io.dexklines.trade.Swap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code KLINE(place, side, clamp, token_price_usd, mcap, total_usd, token_amount)}: the kline of
 * the trades of one pair in one window, by the very arithmetic of the job. NULL when there is no
 * trade.
 *
 * <p>It depends on the set of trades alone, never on the order in which they come; each must come
 * once, so duplicates are to be taken out before. A trade is not taken back: it runs over streams
 * that only append.
 */
@FunctionHint(output = @DataTypeHint(value = KlineFunction.KLINE_TYPE, bridgedTo = RowData.class))
public final class KlineFunction extends AggregateFunction<RowData, KlineFunction.State> {

    /** What comes out, with the names of the table {@code kline}. */
    static final String KLINE_TYPE =
            "ROW<`open` DOUBLE, high DOUBLE, low DOUBLE, `close` DOUBLE, mcap_open DOUBLE,"
                    + " mcap_high DOUBLE, mcap_low DOUBLE, mcap_close DOUBLE, volume_usd DOUBLE,"
                    + " volume_token DOUBLE, buy_volume_usd DOUBLE, buy_volume_token DOUBLE,"
                    + " trades BIGINT, buys BIGINT, sells BIGINT, vwap DOUBLE, first_trade_time"
                    + " BIGINT, last_trade_time BIGINT, first_trade STRING, last_trade STRING>";

    private static final long serialVersionUID = 1L;

    /** The trades so far. */
    public static final class State extends EncodedState<KlineAccumulator> {

        @Override
        KlineAccumulator empty() {
            return new KlineAccumulator();
        }

        @Override
        void write(KlineAccumulator held, DataOutput out) throws IOException {
            KlineAccumulatorCodec.write(held, out);
        }

        @Override
        KlineAccumulator read(DataInput in) throws IOException {
            return KlineAccumulatorCodec.read(in);
        }
    }

    @Override
    public State createAccumulator() {
        return new State();
    }

    /**
     * Adds a trade.
     *
     * @throws IllegalArgumentException when an argument is null or cannot be that of a trade
     */
    public void accumulate(
            State state,
            @DataTypeHint(value = Place.TYPE, bridgedTo = RowData.class) RowData place,
            String side,
            Boolean clamp,
            Double tokenPriceUsd,
            Double mcap,
            Double totalUsd,
            Double tokenAmount) {
        boolean buy = "buy".equals(side);
        if (!buy && !"sell".equals(side)) {
            throw new IllegalArgumentException("KLINE: side is buy or sell, not " + side);
        }
        if (place == null || clamp == null) {
            throw new IllegalArgumentException("KLINE: place and clamp must not be null");
        }
        double price = notNegative("token_price_usd", tokenPriceUsd);
        if (price == 0) {
            throw new IllegalArgumentException("KLINE: token_price_usd must not be 0");
        }
        Swap swap =
                new Swap(
                        Place.position(place),
                        buy,
                        clamp,
                        price,
                        notNegative("mcap", mcap),
                        notNegative("total_usd", totalUsd),
                        notNegative("token_amount", tokenAmount));
        state.value().add(swap);
    }

    /** Adds what other subtasks or windows have gathered. */
    public void merge(State state, Iterable<State> others) {
        for (State other : others) {
            if (!other.isEmpty()) {
                state.value().merge(other.value());
            }
        }
    }

    @Override
    public RowData getValue(State state) {
        if (state.isEmpty()) {
            return null;
        }
        // which window this is the query knows, not the function
        Kline kline = state.value().kline(Interval.ONE_SECOND, 0, true);
        return GenericRowData.of(
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
                kline.buyVolumeToken(),
                kline.trades(),
                kline.buys(),
                kline.sells(),
                kline.vwap(),
                kline.first().blockTimeSeconds(),
                kline.last().blockTimeSeconds(),
                StringData.fromString(kline.first().text()),
                StringData.fromString(kline.last().text()));
    }

    private static double notNegative(String name, Double value) {
        if (value == null || !Double.isFinite(value) || value < 0) {
            throw new IllegalArgumentException(
                    "KLINE: " + name + " must be finite and not negative, not " + value);
        }
        return Math.abs(value);
    }
}

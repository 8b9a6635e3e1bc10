package io.dexklines.sql;

import io.dexklines.kline.Interval;
import io.dexklines.kline.Kline;
import io.dexklines.kline.KlineAccumulator;
import io.dexklines.trade.Swap;
import io.dexklines.trade.TradeId;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AggregateFunction;

/**
 * {@code KLINE(place, side, clamp, token_price_usd, mcap, total_usd, token_amount)}: the kline of
 * the trades of one pair in one window, computed as in the job. Returns NULL if there are no
 * trades.
 *
 * <p>The result depends only on the set of trades, not on their order. Queries must remove
 * duplicates first. Does not support retraction, so the input must be append-only.
 */
@FunctionHint(output = @DataTypeHint(value = KlineFunction.KLINE_TYPE, bridgedTo = RowData.class))
public final class KlineFunction extends AggregateFunction<RowData, KlineFunction.State> {

    /** The SQL type of the result. The names are those of the MySQL table {@code kline}. */
    static final String KLINE_TYPE =
            "ROW<`open` DOUBLE, high DOUBLE, low DOUBLE, `close` DOUBLE, mcap_open DOUBLE,"
                    + " mcap_high DOUBLE, mcap_low DOUBLE, mcap_close DOUBLE, volume_usd DOUBLE,"
                    + " volume_token DOUBLE, buy_volume_usd DOUBLE, buy_volume_token DOUBLE,"
                    + " trades BIGINT, buys BIGINT, sells BIGINT, vwap DOUBLE, first_trade_time"
                    + " BIGINT, last_trade_time BIGINT, first_trade STRING, last_trade STRING>";

    private static final long serialVersionUID = 1L;

    /** Identities decide about duplicates only, which queries remove. */
    private static final TradeId NO_IDENTITY = TradeId.ofFormer(0);

    /** The accumulator. */
    public static final class State extends EncodedState<KlineAccumulator> {

        /** Creates an accumulator without trades. */
        public State() {
            super(KlineAccumulator::new, KlineAccumulator::write, KlineAccumulator::read);
        }
    }

    @Override
    public State createAccumulator() {
        return new State();
    }

    /**
     * Adds a trade.
     *
     * @throws IllegalArgumentException if an argument is null or is not valid for a trade
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
                        NO_IDENTITY,
                        Place.position(place),
                        buy,
                        clamp,
                        price,
                        notNegative("mcap", mcap),
                        notNegative("total_usd", totalUsd),
                        notNegative("token_amount", tokenAmount));
        state.value().add(swap);
    }

    /** Merges accumulators of other subtasks or windows. */
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
        // The result contains neither interval nor open time: only the query knows the window.
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

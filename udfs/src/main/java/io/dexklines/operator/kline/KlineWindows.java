package io.dexklines.operator.kline;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairSwaps;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The stage that turns swaps into klines.
 *
 * @param updates the klines that changed or closed, pair by pair
 * @param excluded the trades that were late or counted before
 */
public record KlineWindows(DataStream<KlineUpdates> updates, DataStream<ExcludedTrade> excluded) {

    /** Part of the savepoint: never rename. */
    public static final String UID = "klines";

    /**
     * Attaches the stage.
     *
     * @param swaps with watermarks
     * @param rules the intervals and the allowed lateness
     * @param liveIntervalMs how long a change may wait for others before it is emitted,
     *     milliseconds
     * @param parallelism subtasks that compute; 0 for the job's own parallelism
     */
    public static KlineWindows attach(
            DataStream<PairSwaps> swaps, KlineRules rules, long liveIntervalMs, int parallelism) {
        SingleOutputStreamOperator<KlineUpdates> updates =
                swaps.keyBy(PairSwaps::pair, CodecTypeInfo.PAIR)
                        .transform(
                                "Klines of all intervals",
                                CodecTypeInfo.KLINE_UPDATES,
                                new KlineOperator(rules, liveIntervalMs))
                        .uid(UID);
        if (parallelism > 0) {
            updates.setParallelism(parallelism);
        }
        return new KlineWindows(updates, updates.getSideOutput(KlineOperator.EXCLUDED));
    }
}

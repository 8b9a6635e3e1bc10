package io.dexklines.operator.kline;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.kline.KlineRules;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.PairTape;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.KeyedStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The outputs of the stage that aggregates swaps into klines.
 *
 * @param updates the klines that changed or closed, by pair
 * @param excluded the late and duplicate trades
 * @param tape the newest trades of each pair, on the subtask of its klines; empty without a tape
 */
public record KlineWindows(
        DataStream<KlineUpdates> updates,
        DataStream<ExcludedTrade> excluded,
        Optional<DataStream<PairTape>> tape) {

    /** Part of the savepoint: never rename. */
    public static final String UID = "klines";

    /**
     * Attaches the stage.
     *
     * <p>If a single subtask emits the swaps and a single one computes, both are one task, and a
     * swap is handed over as an object. Serializing it for another thread of the same process would
     * cost a seventh of its whole way.
     *
     * @param swaps the swaps, with the {@link ChainWatermarks} or with Flink's watermarks
     * @param rules the intervals and the allowed lateness
     * @param liveIntervalMs how long a change may wait before it is emitted, milliseconds
     * @param tapeTrades the most trades of a pair in one emission of the tape; 0 without a tape
     * @param parallelism the parallelism of the operator; 0 for the default of the job
     */
    public static KlineWindows attach(
            DataStream<PairSwaps> swaps,
            KlineRules rules,
            long liveIntervalMs,
            int tapeTrades,
            int parallelism) {
        int subtasks =
                parallelism == 0 ? swaps.getExecutionEnvironment().getParallelism() : parallelism;
        SingleOutputStreamOperator<KlineUpdates> updates =
                byPair(swaps, subtasks)
                        .transform(
                                "Klines of all intervals",
                                CodecTypeInfo.KLINE_UPDATES,
                                new KlineOperator(rules, liveIntervalMs, tapeTrades))
                        .uid(UID)
                        .setParallelism(subtasks);
        return new KlineWindows(
                updates,
                updates.getSideOutput(KlineOperator.EXCLUDED),
                tapeTrades == 0
                        ? Optional.empty()
                        : Optional.of(updates.getSideOutput(KlineOperator.TAPE)));
    }

    private static KeyedStream<PairSwaps, Pair> byPair(DataStream<PairSwaps> swaps, int subtasks) {
        boolean isOneTask = swaps.getParallelism() == 1 && subtasks == 1;
        return isOneTask
                // the only subtask has the pairs of all key groups
                ? DataStreamUtils.reinterpretAsKeyedStream(
                        swaps, PairSwaps::pair, CodecTypeInfo.PAIR)
                : swaps.keyBy(PairSwaps::pair, CodecTypeInfo.PAIR);
    }
}

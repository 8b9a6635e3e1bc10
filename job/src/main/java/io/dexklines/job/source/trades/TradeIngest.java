package io.dexklines.job.source.trades;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.decode.DecodedRecord;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairSwaps;
import io.dexklines.trade.TradeBatch;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The stage that reads and decodes records, separates excluded entries, and groups the trades of a
 * record by pair.
 *
 * @param swaps the valid swaps with the clocks of all chains, those of one pair in one record
 *     together
 * @param batches the same swaps, those of one record together
 * @param excluded the entries that do not count
 */
public record TradeIngest(
        DataStream<PairSwaps> swaps,
        DataStream<TradeBatch> batches,
        DataStream<ExcludedTrade> excluded) {

    /** Part of the savepoint: never rename. */
    public static final String SOURCE_UID = "trades";

    /** Part of the savepoint: never rename. */
    public static final String BY_PAIR_UID = "by-pair";

    /**
     * Attaches the stage.
     *
     * @param records decoded records, with the clocks of all chains
     * @param parallelism subtasks that read and decode; 0 for the job's own parallelism
     */
    public static TradeIngest attach(
            StreamExecutionEnvironment env, Source<DecodedRecord, ?, ?> records, int parallelism) {
        int subtasks = parallelism == 0 ? env.getParallelism() : parallelism;
        SingleOutputStreamOperator<PairSwaps> swaps =
                // the source itself emits the clocks; a record keeps the time of Kafka
                env.fromSource(records, WatermarkStrategy.noWatermarks(), "Trades")
                        .uid(SOURCE_UID)
                        .setParallelism(subtasks)
                        .process(new SplitByPair())
                        .returns(CodecTypeInfo.PAIR_SWAPS)
                        .name("By pair")
                        .uid(BY_PAIR_UID)
                        .setParallelism(subtasks);
        return new TradeIngest(
                swaps,
                swaps.getSideOutput(SplitByPair.BATCHES),
                swaps.getSideOutput(SplitByPair.EXCLUDED));
    }
}

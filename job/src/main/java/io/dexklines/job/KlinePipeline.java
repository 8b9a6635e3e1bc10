package io.dexklines.job;

import io.dexklines.decode.DecodedRecord;
import io.dexklines.job.ingest.TradeIngest;
import io.dexklines.kline.KlineRules;
import io.dexklines.windows.KlineWindows;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph, the same in production and in tests.
 *
 * <pre>
 *  Trades ──→ By pair ─┬─ by key ─→ Klines of all intervals ─┬─→ MySQL ──→ Refused klines
 *  (3 topics)          │                      │              ├─→ Redis
 *                      │                      │              └─→ Relay
 *                      └──────────────────────┴────────────────→ Excluded trades
 * </pre>
 */
public final class KlinePipeline {

    private KlinePipeline() {}

    /**
     * What the graph computes by.
     *
     * @param watermarks how event time progresses, by partition
     * @param rules the intervals and the allowed lateness
     * @param liveIntervalMs how long a change may wait for others before it is emitted,
     *     milliseconds
     * @param ingestParallelism subtasks that read and decode; 0 for the job's own parallelism
     * @param klineParallelism subtasks that compute; 0 for the job's own parallelism
     */
    public record Settings(
            WatermarkStrategy<DecodedRecord> watermarks,
            KlineRules rules,
            long liveIntervalMs,
            int ingestParallelism,
            int klineParallelism) {}

    /** Attaches all stages, and to them all outlets. */
    public static void define(
            StreamExecutionEnvironment env, Settings settings, Inlets inlets, Outlets outlets) {
        TradeIngest trades =
                TradeIngest.attach(
                        env, inlets.trades(), settings.watermarks(), settings.ingestParallelism());
        KlineWindows klines =
                KlineWindows.attach(
                        trades.swaps(),
                        settings.rules(),
                        settings.liveIntervalMs(),
                        settings.klineParallelism());

        outlets.mysql().attach(klines.updates());
        outlets.redis().attach(klines.updates());
        outlets.relay().attach(klines.updates());
        outlets.excluded().attach(trades.excluded().union(klines.excluded()));
    }
}

package io.dexklines.job;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.job.sink.Results;
import io.dexklines.job.source.trades.TradeIngest;
import io.dexklines.kline.KlineRules;
import io.dexklines.operator.kline.KlineWindows;
import io.dexklines.operator.smartmoney.SmartMoney;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.SmartMoneyRules;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The graph of the job, which is the same in production and in tests.
 *
 * <pre>
 *  Trades ──→ By pair ─┬─ by key ─→ Klines of all intervals ─┬─→ MySQL ──→ Refused klines
 *  (3 topics)          │                      │              ├─→ Redis ──→ Refused klines
 *                      │                      │              ├─→ Relay
 *                      │                      │              └─→ Check of stored klines
 *                      ├──────────────────────┴────────────────→ Excluded trades
 *                      │
 *                      └─→ Wallet filter ─ by wallet ─→ Smart money ─┬─→ MySQL ──→ Refused trades
 *                              ↑                             ↑       ├─→ Notifications
 *  Wallet lists ── broadcast ──┴───────── by wallet ─────────┘       ├─→ Refused list records
 *  (2 topics)                                                        ├─→ Wallet clusters ──→ Clusters
 *                                                                    │         ↓
 *                                                                    └─→ Smart money in order ─┬─→ MySQL
 *                                                                                              └─→ Relay
 * </pre>
 *
 * <p>The event time of the lower half is the progress of the lists: a trade is decided only once
 * the lists are known as of its arrival.
 */
public final class KlinePipeline {

    /** Part of the savepoint: never rename. */
    private static final String LISTS_UID = "lists";

    private KlinePipeline() {}

    /**
     * The settings of the graph.
     *
     * @param rules the intervals and the allowed lateness
     * @param liveIntervalMs how long a change may wait for others before it is emitted,
     *     milliseconds
     * @param tapeTrades the most trades of a pair that are published per live interval; 0 if none
     *     are
     * @param smartMoney the rules of smart money; empty if smart money is disabled
     * @param ingestParallelism subtasks that read and decode; 0 for the job's own parallelism
     * @param klineParallelism subtasks that compute; 0 for the job's own parallelism
     */
    public record Settings(
            KlineRules rules,
            long liveIntervalMs,
            int tapeTrades,
            Optional<SmartMoneyRules> smartMoney,
            int ingestParallelism,
            int klineParallelism) {}

    /** Attaches all stages and sinks. */
    public static void define(
            StreamExecutionEnvironment env, Settings settings, Sources sources, Sinks sinks) {
        TradeIngest trades =
                TradeIngest.attach(env, sources.trades(), settings.ingestParallelism());
        KlineWindows klines =
                KlineWindows.attach(
                        trades.swaps(),
                        settings.rules(),
                        settings.liveIntervalMs(),
                        settings.tapeTrades(),
                        settings.klineParallelism());

        sinks.attach(
                new Results(
                        klines.updates(),
                        klines.tape(),
                        trades.excluded().union(klines.excluded()),
                        settings.smartMoney()
                                .map(rules -> smartMoney(env, settings, rules, sources, trades))));
    }

    private static SmartMoney smartMoney(
            StreamExecutionEnvironment env,
            Settings settings,
            SmartMoneyRules rules,
            Sources sources,
            TradeIngest trades) {
        DataStream<ListChange> lists =
                env.fromSource(
                                sources.lists().orElseThrow(),
                                WatermarkStrategy.noWatermarks(),
                                "Wallet lists",
                                CodecTypeInfo.LIST_CHANGE)
                        .uid(LISTS_UID)
                        .setBufferTimeout(SmartMoney.BUFFER_TIMEOUT_MS)
                        // the source has a single split, whose watermark covers both topics
                        .setParallelism(1);
        return SmartMoney.attach(trades.batches(), lists, rules, settings.klineParallelism());
    }
}

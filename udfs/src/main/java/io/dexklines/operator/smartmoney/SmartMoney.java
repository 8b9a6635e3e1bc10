package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ClusterDecisions;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyEvent;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The outputs of the stage that detects trades of smart-money wallets.
 *
 * <pre>
 *  batches ──→ Wallet prefilter ── forward ──→ Wallet filter ── by wallet ──→ Smart money ─┬─→ trades ── by token ──→ Wallet clusters ──→ clusters
 *                                                   ↑                             ↑        └─→ notifications
 *  lists ────────────── broadcast ──────────────────┴───────── by wallet ─────────┘
 *
 *  trades, notifications, clusters ──→ Smart money in order ──→ events
 * </pre>
 *
 * @param trades the trades of smart-money wallets, each exactly once
 * @param notifications one for each follower whose conditions such a trade meets
 * @param clusters the alerts of several wallets that bought the same token
 * @param events all of these, with ids in their order; on one subtask
 * @param withoutEffect the list records without effect, see {@link
 *     SmartMoneyOperator#WITHOUT_EFFECT}
 */
public record SmartMoney(
        DataStream<SmartMoneyTrade> trades,
        DataStream<Notification> notifications,
        DataStream<ClusterAlert> clusters,
        DataStream<SmartMoneyEvent> events,
        DataStream<ListChange> withoutEffect) {

    /** Part of the savepoint: never rename. */
    public static final String PREFILTER_UID = "wallet-prefilter";

    /** Part of the savepoint: never rename. */
    public static final String FILTER_UID = "wallet-filter";

    /** Part of the savepoint: never rename. */
    public static final String UID = "smart-money";

    /** Part of the savepoint: never rename. */
    public static final String CLUSTERS_UID = "wallet-clusters";

    /** Part of the savepoint: never rename. */
    public static final String EVENTS_UID = "smart-money-events";

    /**
     * The buffer timeout of the edges before and after the filter, milliseconds. Their volume is
     * low, so a hit waits for the timeout on each of them. With Flink's default of 100 ms, that
     * would be most of the latency of a notification.
     */
    public static final long BUFFER_TIMEOUT_MS = 10;

    /**
     * Attaches the stage.
     *
     * @param batches the valid swaps; the filter has the same parallelism
     * @param lists the list changes, read by one subtask; a watermark, in epoch milliseconds of the
     *     wall clock, follows all changes made up to that time
     * @param rules the settings
     * @param parallelism the parallelism after the filter; 0 for the default of the job
     */
    public static SmartMoney attach(
            DataStream<TradeBatch> batches,
            DataStream<ListChange> lists,
            SmartMoneyRules rules,
            int parallelism) {
        SingleOutputStreamOperator<WalletTrade> passed =
                batches.transform(
                                "Wallet prefilter",
                                CodecTypeInfo.TRADE_BATCH,
                                new WalletPrefilterOperator(rules))
                        .uid(PREFILTER_UID)
                        .setBufferTimeout(BUFFER_TIMEOUT_MS)
                        .setParallelism(batches.getParallelism())
                        .forward()
                        .connect(lists.broadcast())
                        .transform(
                                "Wallet filter",
                                CodecTypeInfo.WALLET_TRADE,
                                new WalletFilterOperator(rules))
                        .uid(FILTER_UID)
                        .setBufferTimeout(BUFFER_TIMEOUT_MS)
                        .setParallelism(batches.getParallelism());
        SingleOutputStreamOperator<SmartMoneyTrade> trades =
                passed.connect(lists)
                        .keyBy(WalletTrade::wallet, ListChange::wallet, CodecTypeInfo.WALLET)
                        .transform(
                                "Smart money",
                                CodecTypeInfo.SMART_MONEY_TRADE,
                                new SmartMoneyOperator(rules))
                        .uid(UID)
                        .setBufferTimeout(BUFFER_TIMEOUT_MS);
        SingleOutputStreamOperator<ClusterAlert> clusters =
                trades.keyBy(hit -> ClusterDecisions.tokenOf(hit.trade()), Types.STRING)
                        .process(new WalletClusters(rules))
                        .returns(CodecTypeInfo.CLUSTER_ALERT)
                        .name("Wallet clusters")
                        .uid(CLUSTERS_UID)
                        .setBufferTimeout(BUFFER_TIMEOUT_MS);
        if (parallelism > 0) {
            trades.setParallelism(parallelism);
            clusters.setParallelism(parallelism);
        }
        DataStream<Notification> notifications =
                trades.getSideOutput(SmartMoneyOperator.NOTIFICATIONS);
        return new SmartMoney(
                trades,
                notifications,
                clusters,
                inOrder(trades, notifications, clusters),
                trades.getSideOutput(SmartMoneyOperator.WITHOUT_EFFECT));
    }

    /** Returns all events with their ids. */
    private static DataStream<SmartMoneyEvent> inOrder(
            DataStream<SmartMoneyTrade> trades,
            DataStream<Notification> notifications,
            DataStream<ClusterAlert> clusters) {
        return unordered("trades", trades, SmartMoneyEvent::of)
                .union(
                        unordered("alerts", notifications, SmartMoneyEvent::of),
                        unordered("clusters", clusters, SmartMoneyEvent::of))
                .transform(
                        "Smart money in order", CodecTypeInfo.SMART_MONEY_EVENT, new EventOrder())
                .uid(EVENTS_UID)
                .setBufferTimeout(BUFFER_TIMEOUT_MS)
                .setParallelism(1);
    }

    private static <T> DataStream<SmartMoneyEvent> unordered(
            String of, DataStream<T> found, SerializableFunction<T, SmartMoneyEvent> event) {
        return found.map(event::apply)
                .returns(CodecTypeInfo.SMART_MONEY_EVENT)
                .uid(EVENTS_UID + "-" + of)
                .name("Events: " + of)
                .setBufferTimeout(BUFFER_TIMEOUT_MS)
                .setParallelism(found.getParallelism());
    }
}

package io.dexklines.operator.smartmoney;

import io.dexklines.codec.CodecTypeInfo;
import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ClusterDecisions;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyRules;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The stage that finds the trades of listed wallets.
 *
 * <pre>
 *  batches ── forward ──→ Wallet filter ── by wallet ──→ Smart money ─┬─→ trades ── by token ──→ Wallet clusters ──→ clusters
 *                              ↑                             ↑        └─→ notifications
 *  lists ───── broadcast ──────┴───────── by wallet ─────────┘
 * </pre>
 *
 * @param trades every trade of a listed wallet, once
 * @param notifications one for each follower whose conditions such a trade meets
 * @param clusters one for each time that several wallets bought a token
 */
public record SmartMoney(
        DataStream<SmartMoneyTrade> trades,
        DataStream<Notification> notifications,
        DataStream<ClusterAlert> clusters) {

    /** Part of the savepoint: never rename. */
    public static final String FILTER_UID = "wallet-filter";

    /** Part of the savepoint: never rename. */
    public static final String UID = "smart-money";

    /** Part of the savepoint: never rename. */
    public static final String CLUSTERS_UID = "wallet-clusters";

    /**
     * How long an edge behind the filter gathers before it sends, milliseconds. Little goes along
     * these edges, and a trade that is found waits on each of them: Flink's own 100 ms would be
     * most of the time until it is told.
     */
    public static final long BUFFER_TIMEOUT_MS = 10;

    /**
     * Attaches the stage.
     *
     * @param batches the valid swaps; the filter has as many subtasks as they have
     * @param lists the changes of the lists, read by one subtask; a watermark says that all that
     *     stood in the lists at that time of the clock, epoch milliseconds, is before it
     * @param rules what is decided by
     * @param parallelism subtasks that decide; 0 for the job's own parallelism
     */
    public static SmartMoney attach(
            DataStream<TradeBatch> batches,
            DataStream<ListChange> lists,
            SmartMoneyRules rules,
            int parallelism) {
        SingleOutputStreamOperator<WalletTrade> passed =
                batches.forward()
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
                trades.keyBy(found -> ClusterDecisions.tokenOf(found.trade()), Types.STRING)
                        .process(new WalletClusters(rules))
                        .returns(CodecTypeInfo.CLUSTER_ALERT)
                        .name("Wallet clusters")
                        .uid(CLUSTERS_UID)
                        .setBufferTimeout(BUFFER_TIMEOUT_MS);
        if (parallelism > 0) {
            trades.setParallelism(parallelism);
            clusters.setParallelism(parallelism);
        }
        return new SmartMoney(
                trades, trades.getSideOutput(SmartMoneyOperator.NOTIFICATIONS), clusters);
    }
}

package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;

/**
 * The subject of a simulation: the three operators at some parallelism, or a faulty variant of
 * them. The simulation is the network between them.
 */
interface Stage extends AutoCloseable {

    /** The watermark that Flink sends when an input ends or the job is drained. */
    long END = Watermark.MAX_WATERMARK.getTimestamp();

    /** The state that survives a crash, known to the stage only. */
    interface Snapshot {}

    /** An output of an operator. */
    sealed interface Sent {}

    /** A trade that passed the filter. */
    record Passed(WalletTrade trade) implements Sent {}

    /** A trade that was found. */
    record Found(SmartMoneyTrade trade, long arrivalMs) implements Sent {}

    /** A watermark. */
    record Progress(long ms) implements Sent {}

    /** Starts from a snapshot, or empty if {@code from} is null. Discards a previous run. */
    void start(Snapshot from, int filters, int checks, long nowMs) throws Exception;

    void time(long nowMs) throws Exception;

    List<Sent> filterTrades(int filter, TradeBatch batch) throws Exception;

    /** Advances the watermark of the trades at a filter, which must have no effect. */
    List<Sent> filterTradesTime(int filter, long ms) throws Exception;

    List<Sent> filterChange(int filter, ListChange change) throws Exception;

    List<Sent> filterProgress(int filter, long ms) throws Exception;

    /** Ends one input of a filter: 1 for the trades, 2 for the lists. */
    List<Sent> filterEnd(int filter, int input) throws Exception;

    List<Sent> checkPassed(int check, WalletTrade trade) throws Exception;

    List<Sent> checkChange(int check, ListChange change) throws Exception;

    /** Advances the watermark of one input of a check: 1 for passed trades, 2 for the lists. */
    List<Sent> checkProgress(int check, int input, long ms) throws Exception;

    /** Ends one input of a check: 1 for passed trades, 2 for the lists. */
    List<Sent> checkEnd(int check, int input) throws Exception;

    List<ClusterAlert> clusterFound(int cluster, Found found) throws Exception;

    void clusterProgress(int cluster, long ms) throws Exception;

    /** Returns the notifications of a check since the last call. */
    List<Notification> takeNotifications(int check);

    Snapshot snapshot(long checkpointId) throws Exception;

    /** Returns the index of the check that holds the state of the wallet. */
    int checkOf(ListChange change);

    int checkOf(WalletTrade trade);

    int clusterOf(Found found);

    /** Returns the number of entries in all keyed states, labels and followed wallets included. */
    int stateEntries();

    int timers();

    @Override
    void close();
}

package io.dexklines.operator.smartmoney;

import io.dexklines.smartmoney.ClusterAlert;
import io.dexklines.smartmoney.ListChange;
import io.dexklines.smartmoney.Notification;
import io.dexklines.smartmoney.SmartMoneyTrade;
import io.dexklines.smartmoney.WalletTrade;
import io.dexklines.trade.TradeBatch;
import java.util.List;

/**
 * What the simulation drives: the three operators at some parallelism, or a wrong variant of them.
 * The network between them is the simulation's.
 */
interface Stage extends AutoCloseable {

    /** All that survives a crash, in the stage's own words. */
    interface Snapshot {}

    /** What an operator sends, in its order. */
    sealed interface Sent {}

    /** A trade that passed the filter. */
    record Passed(WalletTrade trade) implements Sent {}

    /** A trade that was found. */
    record Found(SmartMoneyTrade trade, long arrivalMs) implements Sent {}

    /** A watermark. */
    record Progress(long ms) implements Sent {}

    /** Starts, empty or from a snapshot; what ran before is gone without a word. */
    void start(Snapshot from, int filters, int checks, long nowMs) throws Exception;

    void time(long nowMs) throws Exception;

    List<Sent> filterTrades(int filter, TradeBatch batch) throws Exception;

    /** The watermark of the trades, which must not matter. */
    List<Sent> filterTradesTime(int filter, long ms) throws Exception;

    List<Sent> filterChange(int filter, ListChange change) throws Exception;

    List<Sent> filterProgress(int filter, long ms) throws Exception;

    /** The end of one input of a filter: 1 for the trades, 2 for the lists. */
    List<Sent> filterEnd(int filter, int input) throws Exception;

    List<Sent> checkPassed(int check, WalletTrade trade) throws Exception;

    List<Sent> checkChange(int check, ListChange change) throws Exception;

    /** The watermark of one input of a check: 1 for what passed, 2 for the lists. */
    List<Sent> checkProgress(int check, int input, long ms) throws Exception;

    List<ClusterAlert> clusterFound(int cluster, Found found) throws Exception;

    void clusterProgress(int cluster, long ms) throws Exception;

    /** The notifications since the last call. */
    List<Notification> takeNotifications(int check);

    Snapshot snapshot(long checkpointId) throws Exception;

    /** Which check has a wallet's state, of so many. */
    int checkOf(ListChange change);

    int checkOf(WalletTrade trade);

    int clusterOf(Found found);

    /** How many entries of keyed state there are, in all states; labels and followed wallets. */
    int stateEntries();

    int timers();

    @Override
    void close();
}

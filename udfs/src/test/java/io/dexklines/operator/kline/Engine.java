package io.dexklines.operator.kline;

import io.dexklines.clock.ChainTime;
import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairSwaps;
import java.util.List;
import java.util.Set;

/** The subject of a simulation: the operator at some parallelism, or a faulty variant of it. */
interface Engine extends AutoCloseable {

    /** The state that survives a crash, known to the engine only. */
    interface Snapshot {}

    /** Starts from a snapshot, or empty if {@code from} is null. Discards a previous run. */
    void start(Snapshot from, int parallelism, long nowMs) throws Exception;

    void trades(PairSwaps batch) throws Exception;

    /** Advances the times of all chains. */
    void watermark(long ms) throws Exception;

    /** Advances the times of one chain. */
    void clock(String chainId, ChainTime time) throws Exception;

    void processingTime(long ms) throws Exception;

    Snapshot snapshot(long checkpointId) throws Exception;

    void endInput() throws Exception;

    /** Returns the updates since the last call, in order. */
    List<KlineUpdates> takeUpdates();

    /** Returns the exclusions since the last call, in order. */
    List<ExcludedTrade> takeExcluded();

    /** Returns the number of entries of keyed state plus the number of event-time timers. */
    int stateEntriesAndTimers() throws Exception;

    /** Returns the pairs of a chain of which the keyed state holds klines, as text. */
    Set<String> pairsInState(String chainId) throws Exception;

    @Override
    void close();
}

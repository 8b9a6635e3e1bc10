package io.dexklines.operator.kline;

import io.dexklines.kline.KlineUpdates;
import io.dexklines.trade.ExcludedTrade;
import io.dexklines.trade.PairSwaps;
import java.util.List;

/** What the simulation drives: the operator at some parallelism, or a wrong variant of it. */
interface Engine extends AutoCloseable {

    /** All that survives a crash, in the engine's own words. */
    interface Snapshot {}

    /** Starts, empty or from a snapshot; what ran before is gone without a word. */
    void start(Snapshot from, int parallelism, long nowMs) throws Exception;

    void trades(PairSwaps batch) throws Exception;

    void watermark(long ms) throws Exception;

    void processingTime(long ms) throws Exception;

    Snapshot snapshot(long checkpointId) throws Exception;

    void endInput() throws Exception;

    /** The updates since the last call, in their order. */
    List<KlineUpdates> takeUpdates();

    /** The exclusions since the last call, in their order. */
    List<ExcludedTrade> takeExcluded();

    /** How many entries of keyed state there are, and how many event-time timers. */
    int stateEntriesAndTimers();

    @Override
    void close();
}

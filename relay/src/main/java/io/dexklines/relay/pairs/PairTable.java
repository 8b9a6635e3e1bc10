package io.dexklines.relay.pairs;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.List;
import java.util.Map;

/**
 * The pairs of one store and their labels. Several stores may share the pairs. Calls block until
 * the store has answered.
 */
public interface PairTable {

    /** Returns whether this store has the pair, if any has it. Does not block. */
    boolean owns(Pair pair);

    /**
     * Returns at most {@code limit} pairs that this store owns.
     *
     * @throws StoreUnavailableException if the store does not answer
     */
    Map<Pair, PairLabels> pairs(int limit);

    /**
     * Returns the recent klines of several pairs of one chain by address, ascending. The store must
     * own the pairs. Pairs without klines are omitted.
     *
     * @param from the earliest open time, epoch seconds
     * @throws StoreUnavailableException if the store does not answer
     */
    Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, Interval interval, long from);
}

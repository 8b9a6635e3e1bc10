package io.dexklines.relay.pairs;

import io.dexklines.kline.Interval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreUnavailableException;
import io.dexklines.trade.Pair;
import io.dexklines.trade.PairLabels;
import java.util.List;
import java.util.Map;

/** A store of pairs and their labels. Calls block until the store has answered. */
public interface PairTable {

    /**
     * Returns at most {@code limit} pairs.
     *
     * @throws StoreUnavailableException if the store does not answer
     */
    Map<Pair, PairLabels> pairs(int limit);

    /**
     * Returns the recent klines of several pairs of one chain by address, ascending. Pairs without
     * klines are omitted.
     *
     * @param from the earliest open time, epoch seconds
     * @throws StoreUnavailableException if the store does not answer
     */
    Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, Interval interval, long from);
}

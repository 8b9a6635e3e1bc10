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
 * the store has answered, and throw {@link StoreUnavailableException} if it does not.
 */
public interface PairTable {

    /** Returns whether this store has the pair, if any has it. Does not block. */
    boolean owns(Pair pair);

    /** Returns the chains of the pairs, without duplicates. */
    List<String> chains();

    /**
     * Some pairs of one chain.
     *
     * @param last the address after which the next page begins; null if there is none
     */
    record Page(Map<Pair, PairLabels> pairs, String last) {}

    /**
     * Returns the next pairs of one chain that this store owns, ascending by address.
     *
     * @param after the address after which to begin; empty for the first
     */
    Page page(String chainId, String after, int limit);

    /** Returns the labels of the given pairs of one chain. Pairs without labels are omitted. */
    Map<Pair, PairLabels> labels(String chainId, List<String> pairAddrs);

    /**
     * Returns the recent klines of several pairs of one chain by address, ascending. The store must
     * own the pairs. Pairs without klines are omitted.
     *
     * @param from the earliest open time, epoch seconds
     */
    Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, Interval interval, long from);
}

package io.dexklines.relay.pairs;

import io.dexklines.relay.history.KlineInterval;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.StoreAwayException;
import java.util.List;
import java.util.Map;

/** Where pairs are held. Blocks while it reads. */
public interface PairTable {

    /**
     * The pairs, at most {@code limit}.
     *
     * @throws StoreAwayException if it does not answer
     */
    Map<PairKey, PairLabels> pairs(int limit);

    /**
     * The klines of some pairs of one chain that open at {@code from}, epoch seconds, or later,
     * ascending; pairs without one are not in it.
     *
     * @throws StoreAwayException if it does not answer
     */
    Map<String, List<PastKline>> klinesSince(
            String chainId, List<String> pairAddrs, KlineInterval interval, long from);
}

package io.dexklines.verifier.compare;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A cause and the trades that it concerns.
 *
 * @param trades may be empty where the cause concerns the whole kline
 */
public record Named(Cause cause, SortedSet<TradeId> trades) {

    /** Creates a named cause of some trades. */
    static Named of(Cause cause, Collection<Trade> trades) {
        SortedSet<TradeId> ids = new TreeSet<>();
        trades.forEach(trade -> ids.add(trade.id()));
        return new Named(cause, ids);
    }
}

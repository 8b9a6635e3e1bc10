package io.dexklines.relay.history;

import java.util.List;

/** A store of klines. Thread-safe. */
public interface KlineStore {

    /**
     * Reads the klines of the window, ascending. Blocks until the store has answered.
     *
     * @throws StoreUnavailableException if the store does not answer
     * @throws QueryEndedException if the query has to end
     */
    List<PastKline> read(KlineSeries series, Window window, Cancellation cancellation);
}

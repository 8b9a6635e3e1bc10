package io.dexklines.relay.history;

import java.util.List;

/** A place that holds klines. Safe for use by many threads; blocks while it reads. */
public interface KlineStore {

    /**
     * The klines of the window, ascending.
     *
     * @throws StoreAwayException if it does not answer
     */
    List<PastKline> read(KlineSeries series, Window window);
}

package io.dexklines.relay.resume;

import io.dexklines.relay.history.Cancellation;
import io.dexklines.relay.history.KlineSeries;
import io.dexklines.relay.history.PastKline;
import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import java.util.List;

/** A store of klines, which has each version of a kline soon after it is published. Thread-safe. */
public interface PastKlines {

    /**
     * Reads the newest klines that open at a time or later, ascending. Blocks until the store has
     * answered.
     *
     * @param fromSeconds epoch seconds
     * @param limit the most klines
     * @throws StoreUnavailableException if the store does not answer
     * @throws QueryEndedException if the query has to end
     */
    List<PastKline> newest(
            KlineSeries series, long fromSeconds, int limit, Cancellation cancellation);
}

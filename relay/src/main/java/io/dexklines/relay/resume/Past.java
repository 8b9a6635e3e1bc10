package io.dexklines.relay.resume;

import io.dexklines.kline.CacheRetention;
import io.dexklines.kline.Interval;
import java.util.Optional;

/**
 * The stores of what a client may have missed.
 *
 * @param events empty if the relay reads no store of events
 * @param retention which klines the cache keeps
 */
public record Past(PastKlines klines, Optional<PastEvents> events, CacheRetention retention) {

    /** Creates stores with a cache that keeps what it keeps by default. */
    public Past(PastKlines klines, Optional<PastEvents> events) {
        this(klines, events, CacheRetention.NEWEST);
    }

    /**
     * Returns the most klines from the past of one stream: as many as the cache keeps, and 1,500
     * where it keeps fewer.
     */
    int depth(Interval interval) {
        return Math.max(CacheRetention.NEWEST_KLINES, retention.most(interval));
    }
}

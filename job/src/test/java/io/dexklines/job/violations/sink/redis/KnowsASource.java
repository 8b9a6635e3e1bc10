package io.dexklines.job.violations.sink.redis;

import io.dexklines.job.violations.source.trades.KnowsASink;

/** A sink that knows a source; the source knows a sink, which makes a cycle. */
public final class KnowsASource {

    public KnowsASink source() {
        return new KnowsASink();
    }
}

package io.dexklines.job.violations.source.trades;

import io.dexklines.job.violations.sink.mysql.KnowsRedis;

/** A source that knows a sink. */
public final class KnowsASink {

    public KnowsRedis sink() {
        return new KnowsRedis();
    }
}

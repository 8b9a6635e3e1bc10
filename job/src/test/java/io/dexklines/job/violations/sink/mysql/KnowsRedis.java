package io.dexklines.job.violations.sink.mysql;

import io.dexklines.job.violations.sink.redis.KnowsASource;

/** A sink that knows another sink. */
public final class KnowsRedis {

    public KnowsASource other() {
        return new KnowsASource();
    }
}

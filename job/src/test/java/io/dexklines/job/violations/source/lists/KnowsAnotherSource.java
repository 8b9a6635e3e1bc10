package io.dexklines.job.violations.source.lists;

import io.dexklines.job.violations.source.trades.KnowsASink;

/** A source that knows another source. */
public final class KnowsAnotherSource {

    public KnowsASink source() {
        return new KnowsASink();
    }
}

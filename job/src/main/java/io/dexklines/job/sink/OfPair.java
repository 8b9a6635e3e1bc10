package io.dexklines.job.sink;

import io.dexklines.trade.Pair;

/** Something that a store keeps of a pair. */
public interface OfPair {

    Pair pair();
}

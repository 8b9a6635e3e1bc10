package io.dexklines.job.sink.check;

import io.dexklines.job.sink.PairKline;

/**
 * A closed kline that is compared with the stores.
 *
 * @param emittedAtMs when the job emitted it, epoch milliseconds
 */
record Sample(PairKline kline, long emittedAtMs) {}

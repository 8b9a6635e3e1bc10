/** Kline arithmetic: intervals, exact sums, accumulators and the open klines of a pair. */
package io.dexklines.kline;

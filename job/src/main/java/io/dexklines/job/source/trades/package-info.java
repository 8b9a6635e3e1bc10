/** The source of trades: decoding, the clocks of all chains, and batches by pair. */
package io.dexklines.job.source.trades;

/** The source of trades: decoding, watermarks and batches by pair. */
package io.dexklines.job.source.trades;

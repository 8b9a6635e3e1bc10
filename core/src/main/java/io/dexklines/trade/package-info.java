/** Trades, pairs and the identity of a trade, with the byte formats in which they travel. */
package io.dexklines.trade;

/** What all peers in the benchmark share: a trade, a kline and the file of klines. */
package io.dexklines.peer;

/** The stage that aggregates swaps into klines. */
package io.dexklines.operator.kline;

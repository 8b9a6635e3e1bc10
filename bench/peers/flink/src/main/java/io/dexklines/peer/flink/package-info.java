/** Klines as Flink's documentation would write them, with the DataStream API and with SQL. */
package io.dexklines.peer.flink;

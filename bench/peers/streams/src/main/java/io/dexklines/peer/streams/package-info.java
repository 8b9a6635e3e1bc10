/** Klines as the documentation of Kafka Streams would write them. */
package io.dexklines.peer.streams;

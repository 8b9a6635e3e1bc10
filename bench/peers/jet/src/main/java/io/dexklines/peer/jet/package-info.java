/** Klines as the documentation of Hazelcast Jet would write them. */
package io.dexklines.peer.jet;

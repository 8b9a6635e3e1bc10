/** The command {@code klines bench}: this project beside its peers, in one run on one machine. */
package io.dexklines.bench.peers;

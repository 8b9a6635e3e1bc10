/** What is relayed: stream names, the klines held per stream, and who wants what. */
package io.dexklines.relay.stream;

/** The subscribers' side: the protocol that Binance's clients speak, its limits, slow consumers. */
package io.dexklines.relay.subscribe;

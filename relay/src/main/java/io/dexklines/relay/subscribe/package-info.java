/** Subscribers' connections: Binance's protocol, limits, and handling of slow consumers. */
package io.dexklines.relay.subscribe;

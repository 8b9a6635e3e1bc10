/** The list of pairs: what they call themselves, their last price and their last 24 hours. */
package io.dexklines.relay.pairs;

/** The clocks of the chains: which time every trade of a chain has been read up to. */
package io.dexklines.clock;

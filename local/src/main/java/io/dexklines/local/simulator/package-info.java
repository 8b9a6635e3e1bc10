/**
 * A made-up market in the shape of the real producers. {@link io.dexklines.local.simulator.Market}
 * makes its records, {@link io.dexklines.local.simulator.MarketFeed} publishes them as their time
 * comes, {@link io.dexklines.local.simulator.Simulator} is the process.
 */
package io.dexklines.local.simulator;

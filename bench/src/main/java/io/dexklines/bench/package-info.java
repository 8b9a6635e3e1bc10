/** Benchmarks that are run by hand: the engine's state and time, the sinks, the relay. */
package io.dexklines.bench;

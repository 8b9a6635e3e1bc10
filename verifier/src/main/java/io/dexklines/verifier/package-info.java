/** Recomputes klines and smart-money trades from the topics and compares what the sinks hold. */
package io.dexklines.verifier;

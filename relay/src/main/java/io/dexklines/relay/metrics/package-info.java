/** The counters and gauges of the relay. */
package io.dexklines.relay.metrics;

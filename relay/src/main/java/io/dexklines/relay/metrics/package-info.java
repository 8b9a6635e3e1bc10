/** What the relay counts. */
package io.dexklines.relay.metrics;

/** The sink to the WebSocket relays. */
package io.dexklines.job.sink.relay;

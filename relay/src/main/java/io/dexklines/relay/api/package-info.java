/**
 * The HTTP interface to history: {@code /api} and TradingView's {@code /udf}. What is asked is read
 * on the event loop, answered by {@link io.dexklines.relay.api.WorkerPool} threads.
 */
package io.dexklines.relay.api;

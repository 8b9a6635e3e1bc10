/**
 * The history API over HTTP: {@code /api}, and {@code /udf} for TradingView. Requests are parsed on
 * the event loop and answered by {@link io.dexklines.relay.api.FairPool} threads.
 */
package io.dexklines.relay.api;

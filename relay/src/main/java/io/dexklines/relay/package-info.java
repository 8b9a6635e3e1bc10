/**
 * The relay: accepts klines and events from the job, sends them to subscribers over WebSocket, and
 * serves history over HTTP.
 *
 * <pre>
 *  /publish ──▶ publish ──▶ stream (hub: newest version of every kline) ──▶ subscribe ──▶ /ws, /stream
 *  upstream     NDJSON      refuses older versions,                         registry per event loop,   /follow
 *  relays       lines       routes by stream                                backlog per connection     (relays)
 *                             │
 *                             ▼
 *  MySQL, Redis ──▶ store ──▶ history (merges the stores), pairs ──▶ api ──▶ /api, /udf
 *                      └────▶ resume (what a subscriber missed) ──▶ subscribe
 * </pre>
 *
 * <p>{@code publish} and {@code subscribe} depend on {@code stream} but not on each other. This
 * package connects them and serves HTTP.
 */
package io.dexklines.relay;

/**
 * The WebSocket relay: the job publishes, browsers subscribe.
 *
 * <pre>
 *  /publish ──▶ publish ──▶ stream (hub: newest version of every kline) ──▶ subscribe ──▶ /ws, /stream
 *               NDJSON      refuses older ones, knows which lane             one lane per event loop,
 *               lines       wants which stream                               a backlog per connection
 * </pre>
 *
 * {@code publish} and {@code subscribe} know {@code stream} and not each other; this package joins
 * them and answers HTTP.
 */
package io.dexklines.relay;

/**
 * The relay: the job publishes, browsers subscribe to what comes and ask for what was.
 *
 * <pre>
 *  /publish ──▶ publish ──▶ stream (hub: newest version of every kline) ──▶ subscribe ──▶ /ws, /stream
 *  another      NDJSON      refuses older ones, knows which lane             one lane per event loop,   and /follow,
 *  relay        lines       wants which stream                               a backlog per connection   for other relays
 *                             │
 *                             ▼
 *  MySQL, Redis ──▶ store ──▶ history (makes one of what they hold), pairs ──▶ api ──▶ /api, /udf
 * </pre>
 *
 * {@code publish} and {@code subscribe} know {@code stream} and not each other; this package joins
 * them and answers HTTP.
 */
package io.dexklines.relay;

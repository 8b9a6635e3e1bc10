package io.dexklines.relay.http;

/**
 * The limits of connections. A connection that exceeds one is closed.
 *
 * @param max connections of the public port
 * @param maxPerClient connections of one client to the public port
 * @param headerTimeoutMs how long the head of a request may take, the TLS handshake included, in
 *     milliseconds
 * @param idleTimeoutMs how long a connection may wait for its next request, in milliseconds
 * @param stalledTimeoutMs how long a client may take nothing of what is sent to it, in milliseconds
 * @param maxOutboundBytes bytes that may wait to be sent, over all connections. Beyond it the
 *     connections that have lagged behind for the longest time are closed
 */
public record ConnectionLimits(
        int max,
        int maxPerClient,
        long headerTimeoutMs,
        long idleTimeoutMs,
        long stalledTimeoutMs,
        long maxOutboundBytes) {}

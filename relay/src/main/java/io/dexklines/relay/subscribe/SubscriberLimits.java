package io.dexklines.relay.subscribe;

/**
 * The limits of one subscriber. A subscriber that exceeds any of them except {@code maxStreams} is
 * disconnected.
 *
 * @param maxStreams streams per connection
 * @param maxFramesPerSecond frames sent per second, including pings and pongs; also the burst size
 * @param maxBacklog queued messages after conflation
 * @param maxBlockedMs how long the connection may be unwritable, in milliseconds
 * @param idleTimeoutMs how long the subscriber may send nothing, not even a pong, in milliseconds
 */
public record SubscriberLimits(
        int maxStreams,
        int maxFramesPerSecond,
        int maxBacklog,
        long maxBlockedMs,
        long idleTimeoutMs) {

    /**
     * Returns the limits of a relay that follows this one. Its backlog has room for all held
     * events, since it starts with them. It may not subscribe to streams.
     */
    SubscriberLimits ofFollower(int maxHeld) {
        return new SubscriberLimits(
                0, maxFramesPerSecond, maxHeld + maxBacklog, maxBlockedMs, idleTimeoutMs);
    }
}

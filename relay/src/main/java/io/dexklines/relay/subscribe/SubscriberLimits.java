package io.dexklines.relay.subscribe;

/**
 * What one subscriber may ask for, and how long the relay waits for it.
 *
 * @param maxStreams streams per connection
 * @param maxFramesPerSecond frames it may send, pings and pongs included; also the size of a burst
 * @param maxBacklog messages that wait for it, after conflation; one more disconnects it
 * @param maxBlockedMs how long its connection may stay full before it is disconnected
 * @param idleTimeoutMs how long it may be silent, pongs included, before it is disconnected
 */
public record SubscriberLimits(
        int maxStreams,
        int maxFramesPerSecond,
        int maxBacklog,
        long maxBlockedMs,
        long idleTimeoutMs) {

    /**
     * The limits of a relay that follows this one: all that is held may wait for it, as it does at
     * the beginning. It asks for no streams.
     */
    SubscriberLimits ofFollower(int maxHeld) {
        return new SubscriberLimits(
                0, maxFramesPerSecond, maxHeld + maxBacklog, maxBlockedMs, idleTimeoutMs);
    }
}

package io.dexklines.job.sink.redis;

import java.util.OptionalLong;

/**
 * When Redis last accepted something, also before a restart of the job, so that a long outage of
 * either is noticed: sets may have expired in it whose pairs went on trading. Not thread-safe.
 */
final class AcceptedTime {

    /** The shortest outage that is noticed. Every set is kept for longer without a write. */
    private static final long OUTAGE_MS = 3_600_000;

    private long timeMs;

    /**
     * @param timeMs when Redis last accepted something as far as is known, epoch milliseconds
     */
    AcceptedTime(long timeMs) {
        this.timeMs = timeMs;
    }

    /** Returns when Redis last accepted something, epoch milliseconds. */
    long timeMs() {
        return timeMs;
    }

    /**
     * Notes that Redis accepts something.
     *
     * @param nowMs epoch milliseconds
     * @return the beginning of a long outage that has just ended; empty if there was none
     */
    OptionalLong accepts(long nowMs) {
        long beforeMs = timeMs;
        timeMs = nowMs;
        return nowMs - beforeMs >= OUTAGE_MS ? OptionalLong.of(beforeMs) : OptionalLong.empty();
    }
}

package io.dexklines.job.source.trades;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.flink.util.clock.RelativeClock;

/** A wall clock and an activity clock that only the test moves. */
final class ManualClock extends Clock implements RelativeClock {

    private long nowMs;
    private long activeNanos = 1;

    ManualClock(long nowMs) {
        this.nowMs = nowMs;
    }

    /** Both clocks go on: the source is working, or has nothing to do. */
    void pass(Duration time) {
        nowMs += time.toMillis();
        activeNanos += time.toNanos();
    }

    /** The wall clock goes on while the source is held up from behind. */
    void passHeldUp(Duration time) {
        nowMs += time.toMillis();
    }

    void setNowMs(long nowMs) {
        this.nowMs = nowMs;
    }

    @Override
    public long millis() {
        return nowMs;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMs);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("nobody asks a watermark for a zone");
    }

    @Override
    public long relativeTimeMillis() {
        return activeNanos / 1_000_000;
    }

    @Override
    public long relativeTimeNanos() {
        return activeNanos;
    }
}

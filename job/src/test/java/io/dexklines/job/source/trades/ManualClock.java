package io.dexklines.job.source.trades;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A wall clock that only the test moves. */
final class ManualClock extends Clock {

    private long nowMs;

    ManualClock(long nowMs) {
        this.nowMs = nowMs;
    }

    void pass(Duration time) {
        nowMs += time.toMillis();
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
        throw new UnsupportedOperationException("nobody asks for the zone");
    }
}

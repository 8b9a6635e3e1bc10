package io.dexklines.relay.subscribe;

import java.util.concurrent.TimeUnit;

/** A token bucket for incoming frames that holds up to one second's worth of them. */
final class InboundRate {

    private final double perSecond;
    private double budget;
    private long refilledAtNanos;

    InboundRate(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.budget = perSecond;
        this.refilledAtNanos = nowNanos;
    }

    /** Takes one frame from the budget. Returns false if the budget is exhausted. */
    boolean admits(long nowNanos) {
        double seconds = (nowNanos - refilledAtNanos) / (double) TimeUnit.SECONDS.toNanos(1);
        budget = Math.min(perSecond, budget + seconds * perSecond);
        refilledAtNanos = nowNanos;
        if (budget < 1) {
            return false;
        }
        budget--;
        return true;
    }
}

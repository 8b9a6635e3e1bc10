package io.dexklines.relay.subscribe;

import java.util.concurrent.TimeUnit;

/** A budget of frames that refills steadily: a full second's worth may come in one burst. */
final class InboundRate {

    private final double perSecond;
    private double budget;
    private long refilledAtNanos;

    InboundRate(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.budget = perSecond;
        this.refilledAtNanos = nowNanos;
    }

    /** Whether one more frame is within the budget, from which it is then taken. */
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

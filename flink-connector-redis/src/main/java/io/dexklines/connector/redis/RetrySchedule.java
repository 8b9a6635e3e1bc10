package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * When to send again what failed: after a delay that doubles up to a limit, spread by chance so
 * that the writers of a job do not return all at once, until a budget of time is spent. Pure: clock
 * and chance are the caller's.
 *
 * @param initialDelayMs before the first retry
 * @param maxDelayMs before any retry
 * @param budgetMs how long a request may fail before the job does
 */
record RetrySchedule(long initialDelayMs, long maxDelayMs, long budgetMs) implements Serializable {

    /** A delay lies between this part of itself and the whole. */
    private static final double LEAST_PART = 0.5;

    /**
     * How long to wait, in milliseconds; empty when the budget is spent.
     *
     * @param failedAttempts how often the request has failed, from 1
     * @param failingForMs how long ago it failed first
     * @param chance from 0 to 1
     */
    OptionalLong nextDelayMs(int failedAttempts, long failingForMs, double chance) {
        if (failingForMs >= budgetMs) {
            return OptionalLong.empty();
        }
        // at most 2^30 times the delay, so that the product stays in the range of a long
        int doublings = Math.min(failedAttempts - 1, 30);
        long whole = Math.min(maxDelayMs, initialDelayMs << doublings);
        long spread = Math.round(whole * (LEAST_PART + (1 - LEAST_PART) * chance));
        // the last try comes when the budget ends, not a whole delay before
        return OptionalLong.of(Math.max(1, Math.min(spread, budgetMs - failingForMs)));
    }
}

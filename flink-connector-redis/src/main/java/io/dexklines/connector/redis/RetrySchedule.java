package io.dexklines.connector.redis;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * The delays between attempts to send a request. The delay doubles with each attempt up to a
 * maximum. A random part of it is left out, so that the writers of a job do not retry at the same
 * moment. Retries end when the budget is spent.
 *
 * @param initialDelayMs delay before the first retry
 * @param maxDelayMs longest delay before a retry
 * @param budgetMs time after which a request that keeps failing fails the job
 */
record RetrySchedule(long initialDelayMs, long maxDelayMs, long budgetMs) implements Serializable {

    /** Smallest part of a delay that remains after the random reduction. */
    private static final double MIN_FACTOR = 0.5;

    /**
     * Returns the delay before the next attempt in milliseconds, at least 1, or empty if the budget
     * is spent.
     *
     * @param failedAttempts number of failed attempts, from 1
     * @param failingForMs time since the first failed attempt
     * @param random a random number from 0 (shortest delay) to 1 (longest delay)
     */
    OptionalLong nextDelayMs(int failedAttempts, long failingForMs, double random) {
        if (failingForMs >= budgetMs) {
            return OptionalLong.empty();
        }
        // at most 2^30 times the delay, so that the product fits into a long
        int doublings = Math.min(failedAttempts - 1, 30);
        long longest = Math.min(maxDelayMs, initialDelayMs << doublings);
        long delay = Math.round(longest * (MIN_FACTOR + (1 - MIN_FACTOR) * random));
        // the last attempt is made when the budget ends
        return OptionalLong.of(Math.max(1, Math.min(delay, budgetMs - failingForMs)));
    }
}

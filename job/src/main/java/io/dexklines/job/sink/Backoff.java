package io.dexklines.job.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time up to a bound, and of that a
 * random part between the half and the whole, so that writers that failed together do not return
 * together. Not thread-safe.
 */
public final class Backoff {

    private final long firstMs;
    private final long longestMs;
    private final RandomGenerator random;
    private long nextMs;

    /**
     * @param first the first wait before jitter, at least a millisecond
     * @param longest what no wait exceeds
     * @param random where the jitter comes from
     */
    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.firstMs = Math.max(1, first.toMillis());
        this.longestMs = Math.max(firstMs, longest.toMillis());
        this.random = random;
        this.nextMs = firstMs;
    }

    /** The wait before the next attempt, in milliseconds. */
    public long nextMs() {
        long wholeMs = nextMs;
        nextMs = Math.min(longestMs, nextMs * 2);
        long halfMs = wholeMs / 2;
        return halfMs + random.nextLong(wholeMs - halfMs + 1);
    }

    /** Called after a success: the next failure starts with the first wait again. */
    public void reset() {
        nextMs = firstMs;
    }
}

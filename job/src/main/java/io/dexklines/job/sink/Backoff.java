package io.dexklines.job.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * An exponential backoff: the wait before the next attempt doubles up to a limit. The actual wait
 * is a random value between half of it and all of it, so that writers that failed together do not
 * retry together. Not thread-safe.
 */
public final class Backoff {

    private final long firstMs;
    private final long longestMs;
    private final RandomGenerator random;
    private long nextMs;

    /**
     * @param first the first wait before jitter, at least a millisecond
     * @param longest the longest wait
     * @param random the source of the jitter
     */
    public Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.firstMs = Math.max(1, first.toMillis());
        this.longestMs = Math.max(firstMs, longest.toMillis());
        this.random = random;
        this.nextMs = firstMs;
    }

    /** Returns the wait before the next attempt, in milliseconds. */
    public long nextMs() {
        long wholeMs = nextMs;
        nextMs = Math.min(longestMs, nextMs * 2);
        long halfMs = wholeMs / 2;
        return halfMs + random.nextLong(wholeMs - halfMs + 1);
    }

    /** Resets the wait after a success. */
    public void reset() {
        nextMs = firstMs;
    }
}

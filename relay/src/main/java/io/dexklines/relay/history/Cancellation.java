package io.dexklines.relay.history;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells a query when it has to end: its deadline has passed, or nobody waits for its result any
 * more. Thread-safe.
 */
public final class Cancellation {

    private static final Runnable NOTHING = () -> {};

    private final LongSupplier nanoTime;
    private final long deadlineNanos;
    private boolean cancelled;
    private Runnable abort = NOTHING;

    private Cancellation(LongSupplier nanoTime, long timeoutMs) {
        this.nanoTime = nanoTime;
        this.deadlineNanos = nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** Returns a cancellation for a query that does not block. */
    public static Cancellation never() {
        return after(TimeUnit.DAYS.toMillis(1));
    }

    /** Returns a cancellation whose deadline is {@code timeoutMs} from now. */
    public static Cancellation after(long timeoutMs) {
        return after(timeoutMs, System::nanoTime);
    }

    /**
     * @param nanoTime a monotonic clock in nanoseconds
     */
    static Cancellation after(long timeoutMs, LongSupplier nanoTime) {
        return new Cancellation(nanoTime, timeoutMs);
    }

    /**
     * Ends the query, which nobody waits for. Runs what {@link #abortBy} was given, if anything.
     */
    public synchronized void cancel() {
        if (!cancelled) {
            cancelled = true;
            abort.run();
        }
    }

    /** Returns whether {@link #cancel} was called. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Returns the time until the deadline, in milliseconds; negative if it has passed. */
    public long remainingMs() {
        return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - nanoTime.getAsLong());
    }

    /**
     * Returns if the query may go on.
     *
     * @throws QueryEndedException if it has to end
     */
    public void check() {
        if (isCancelled()) {
            throw new QueryEndedException(QueryEndedException.Reason.CANCELLED);
        }
        if (remainingMs() < 0) {
            throw new QueryEndedException(QueryEndedException.Reason.DEADLINE);
        }
    }

    /**
     * Sets what {@link #cancel} runs while a store answers. Call {@link #answered} afterwards.
     *
     * @param abort must not block, and may be called by any thread
     * @throws QueryEndedException if the query has to end
     */
    public synchronized void abortBy(Runnable abort) {
        check();
        this.abort = abort;
    }

    /** Ends what {@link #abortBy} began. When this method has returned, nothing is aborted. */
    public synchronized void answered() {
        abort = NOTHING;
    }
}

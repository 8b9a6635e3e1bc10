package io.dexklines.relay.store;

import io.dexklines.relay.history.QueryEndedException;
import io.dexklines.relay.history.StoreUnavailableException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A circuit breaker for one store, so that requests do not wait one by one for a store that is
 * down. After a failure, calls fail immediately for {@value #OPEN_MS} ms; then one call at a time
 * tries the store again. Thread-safe.
 */
final class CircuitBreaker {

    static final long OPEN_MS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);
    private static final long CLOSED = Long.MIN_VALUE;

    private final String store;
    private final LongSupplier nanoClock;
    private final AtomicLong failedAtNanos = new AtomicLong(CLOSED);
    private final AtomicBoolean trying = new AtomicBoolean();

    /**
     * @param store the store's name for messages
     */
    CircuitBreaker(String store, LongSupplier nanoClock) {
        this.store = store;
        this.nanoClock = nanoClock;
    }

    /**
     * Calls the store, unless it has just failed.
     *
     * @throws StoreUnavailableException if the call fails or is not made
     * @throws QueryEndedException if the call throws it
     */
    <T> T call(Callable<T> query) {
        boolean trial = failedAtNanos.get() != CLOSED;
        if (trial && !mayRetry()) {
            throw new StoreUnavailableException(store + " does not answer", null);
        }
        try {
            T result = query.call();
            if (failedAtNanos.getAndSet(CLOSED) != CLOSED) {
                LOG.info("{} is reachable again", store);
            }
            return result;
        } catch (QueryEndedException e) {
            // says nothing of the store
            throw e;
        } catch (Exception e) {
            if (failedAtNanos.getAndSet(nanoClock.getAsLong()) == CLOSED) {
                LOG.warn("{} does not answer: {}", store, e.getMessage());
            }
            throw new StoreUnavailableException(store + " does not answer", e);
        } finally {
            if (trial) {
                trying.set(false);
            }
        }
    }

    /** Admits one caller after the waiting time. The others fail until its call has succeeded. */
    private boolean mayRetry() {
        if (!trying.compareAndSet(false, true)) {
            return false;
        }
        // read after entry, since another caller's trial may just have failed
        long failedAt = failedAtNanos.get();
        boolean waited =
                failedAt == CLOSED
                        || nanoClock.getAsLong() - failedAt
                                >= TimeUnit.MILLISECONDS.toNanos(OPEN_MS);
        if (!waited) {
            trying.set(false);
        }
        return waited;
    }
}

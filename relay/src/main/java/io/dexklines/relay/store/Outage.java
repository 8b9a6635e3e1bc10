package io.dexklines.relay.store;

import io.dexklines.relay.history.StoreAwayException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps requests from waiting, one by one, for a store that does not answer: after a failure it is
 * not asked again for {@value #QUIET_MS} ms, and then by one of them. Safe for use by many threads.
 */
final class Outage {

    static final long QUIET_MS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long NONE = Long.MIN_VALUE;

    private final String store;
    private final LongSupplier nanoClock;
    private final AtomicLong failedAtNanos = new AtomicLong(NONE);

    /**
     * @param store its name, for messages
     */
    Outage(String store, LongSupplier nanoClock) {
        this.store = store;
        this.nanoClock = nanoClock;
    }

    /**
     * Asks the store, unless it has just failed.
     *
     * @throws StoreAwayException if it fails, or was not asked
     */
    <T> T ask(Question<T> question) {
        long failedAt = failedAtNanos.get();
        if (failedAt != NONE && !mayTryAgain(failedAt)) {
            throw new StoreAwayException(store + " does not answer", null);
        }
        try {
            T answer = question.ask();
            if (failedAtNanos.getAndSet(NONE) != NONE) {
                LOG.info("{} answers again", store);
            }
            return answer;
        } catch (Exception e) {
            if (failedAtNanos.getAndSet(nanoClock.getAsLong()) == NONE) {
                LOG.warn("{} does not answer: {}", store, e.getMessage());
            }
            throw new StoreAwayException(store + " does not answer", e);
        }
    }

    /**
     * One of those who ask may, when the time has come; it counts as a failure until it is over.
     */
    private boolean mayTryAgain(long failedAt) {
        long now = nanoClock.getAsLong();
        return now - failedAt >= TimeUnit.MILLISECONDS.toNanos(QUIET_MS)
                && failedAtNanos.compareAndSet(failedAt, now);
    }

    /** What a store is asked. */
    interface Question<T> {
        T ask() throws Exception;
    }
}

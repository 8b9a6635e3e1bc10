package io.dexklines.relay.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the bytes that wait to be sent, over all connections. When there are more, the connections
 * that have lagged behind for the longest time are closed until three quarters of the budget are
 * left. Thread-safe.
 *
 * <p>A connection that takes everything at once costs the budget nothing, since it holds bytes only
 * between two flushes.
 */
final class OutboundBudget {

    /** What one connection holds. Only its event loop may call {@link #hold}. */
    final class Account {
        private final Runnable close;
        private long bytes;
        private volatile long visibleBytes;
        private volatile long laggingSince;
        private volatile boolean closing;

        private Account(Runnable close) {
            this.close = close;
        }

        /** Sets the number of bytes that wait for this connection. */
        void hold(long now) {
            if (now == bytes) {
                return;
            }
            if (bytes == 0) {
                laggingSince = beginnings.incrementAndGet();
                lagging.add(this);
            } else if (now == 0) {
                lagging.remove(this);
            }
            long total = used.addAndGet(now - bytes);
            gauge.add(now - bytes);
            bytes = now;
            visibleBytes = now;
            if (total > maxBytes) {
                shed();
            }
        }
    }

    private record Lag(Account account, long since, long bytes) {}

    private static final Comparator<Lag> LONGEST_FIRST = (a, b) -> Long.signum(a.since - b.since);

    private final long maxBytes;
    private final LongAdder gauge;
    private final AtomicLong used = new AtomicLong();

    /** Counts how often a connection began to lag, which orders them by that time. */
    private final AtomicLong beginnings = new AtomicLong();

    private final Set<Account> lagging = ConcurrentHashMap.newKeySet();
    private final ReentrantLock shedding = new ReentrantLock();

    /**
     * @param gauge shows the bytes that wait
     */
    OutboundBudget(long maxBytes, LongAdder gauge) {
        this.maxBytes = maxBytes;
        this.gauge = gauge;
    }

    /**
     * Returns the account of a new connection.
     *
     * @param close closes the connection, after which it holds nothing. Called by any thread
     */
    Account open(Runnable close) {
        return new Account(close);
    }

    private void shed() {
        if (!shedding.tryLock()) {
            return; // another event loop is at it
        }
        try {
            long excess = used.get() - maxBytes / 4 * 3;
            List<Lag> lags = new ArrayList<>();
            for (Account account : lagging) {
                if (account.closing) {
                    excess -= account.visibleBytes; // which it will return
                } else {
                    lags.add(new Lag(account, account.laggingSince, account.visibleBytes));
                }
            }
            lags.sort(LONGEST_FIRST);
            for (Lag lag : lags) {
                if (excess <= 0) {
                    return;
                }
                excess -= lag.bytes;
                lag.account.closing = true;
                lag.account.close.run();
            }
        } finally {
            shedding.unlock();
        }
    }
}

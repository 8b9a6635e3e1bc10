package io.dexklines.relay.http;

import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
        private long laggingSince;
        private boolean closing;

        private Account(Runnable close) {
            this.close = close;
        }

        /** Sets the number of bytes that wait for this connection. */
        void hold(long now) {
            if (now == bytes) {
                return;
            }
            change(now);
            if (excess(maxBytes) > 0) {
                shed();
            }
        }

        private synchronized void change(long now) {
            if (closing) {
                closingBytes.addAndGet(now - bytes);
            } else if (bytes == 0) {
                laggingSince = beginnings.incrementAndGet();
                lagging.put(laggingSince, this);
            } else if (now == 0) {
                lagging.remove(laggingSince);
            }
            used.addAndGet(now - bytes);
            gauge.add(now - bytes);
            bytes = now;
        }

        /** Returns whether the connection must be closed, which it says once. */
        private synchronized boolean mustClose() {
            if (closing || bytes == 0) {
                return false; // it has taken everything meanwhile
            }
            closing = true;
            closingBytes.addAndGet(bytes);
            return true;
        }
    }

    private final long maxBytes;
    private final LongAdder gauge;
    private final AtomicLong used = new AtomicLong();

    /** Counts how often a connection began to lag, which orders them by that time. */
    private final AtomicLong beginnings = new AtomicLong();

    /** The bytes of connections that are being closed, which they will return. */
    private final AtomicLong closingBytes = new AtomicLong();

    /** The connections that lag behind and are not being closed, the longest first. */
    private final ConcurrentNavigableMap<Long, Account> lagging = new ConcurrentSkipListMap<>();

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

    /** Returns how many more bytes wait than the given number and those of closing connections. */
    private long excess(long most) {
        return used.get() - closingBytes.get() - most;
    }

    private void shed() {
        if (!shedding.tryLock()) {
            return; // another event loop is at it
        }
        try {
            while (excess(maxBytes / 4 * 3) > 0) {
                Map.Entry<Long, Account> longest = lagging.pollFirstEntry();
                if (longest == null) {
                    return;
                }
                if (longest.getValue().mustClose()) {
                    longest.getValue().close.run();
                }
            }
        } finally {
            shedding.unlock();
        }
    }
}

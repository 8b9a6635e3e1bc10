package io.dexklines.job.sink.store;

import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A store of klines in memory that tests stop, start and set back. It keeps the newest version of
 * each kline, as the real stores do.
 */
final class TestingStore {

    private final Map<String, Kline> klines = new TreeMap<>();
    private boolean stopped;
    private Predicate<PairKline> refused = row -> false;
    private long completeUpdates;
    private long writes;

    synchronized void stop() {
        stopped = true;
    }

    synchronized void start() {
        stopped = false;
        notifyAll();
    }

    synchronized void refuse(Predicate<PairKline> rows) {
        refused = rows;
    }

    /** Loses everything that was written. */
    synchronized void setBack() {
        klines.clear();
        writes = 0;
    }

    /** Returns the version of each kline by {@code address/interval/openTimeMs}. */
    synchronized Map<String, Kline> klines() {
        return new TreeMap<>(klines);
    }

    /** Waits until there are so many klines. */
    synchronized void awaitKlines(int count) throws InterruptedException {
        while (klines.size() < count) {
            wait();
        }
    }

    synchronized long completeUpdates() {
        return completeUpdates;
    }

    static String key(PairKline row) {
        return row.pair().address()
                + '/'
                + row.kline().interval().code()
                + '/'
                + row.kline().openTimeMs();
    }

    Writer writer(long remembered) {
        return new Writer(remembered);
    }

    /** A writer that waits while the store is stopped. */
    final class Writer implements StoreWriter<PairKline> {

        private boolean aborted;
        private long acknowledged;

        private Writer(long remembered) {
            acknowledged = remembered;
        }

        @Override
        public Written<PairKline> write(List<PairKline> rows, long complete)
                throws InterruptedException {
            synchronized (TestingStore.this) {
                while (stopped && !aborted) {
                    TestingStore.this.wait();
                }
                if (aborted) {
                    throw new InterruptedException("aborted");
                }
                List<Written.Refusal<PairKline>> refusals = new ArrayList<>();
                for (PairKline row : rows) {
                    if (refused.test(row)) {
                        refusals.add(new Written.Refusal<>(row, "no", new byte[] {'n', 'o'}));
                    } else {
                        klines.merge(
                                key(row),
                                row.kline(),
                                (held, kline) -> kline.supersedes(held) ? kline : held);
                    }
                }
                boolean lost = writes < acknowledged;
                writes = Math.max(writes, acknowledged) + 1;
                acknowledged = writes;
                completeUpdates = complete;
                TestingStore.this.notifyAll();
                return new Written<>(
                        refusals,
                        List.of(),
                        List.of(),
                        lost ? List.of(new Written.Loss<>("set back", row -> true)) : List.of());
            }
        }

        @Override
        public long remembered() {
            synchronized (TestingStore.this) {
                return acknowledged;
            }
        }

        @Override
        public long downSeconds() {
            return 0;
        }

        @Override
        public long retries() {
            return 0;
        }

        @Override
        public void abort() {
            synchronized (TestingStore.this) {
                aborted = true;
                TestingStore.this.notifyAll();
            }
        }

        @Override
        public void close() {
            abort();
        }
    }
}

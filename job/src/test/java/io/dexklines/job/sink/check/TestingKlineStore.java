package io.dexklines.job.sink.check;

import io.dexklines.job.sink.KlineReader;
import io.dexklines.job.sink.PairKline;
import io.dexklines.job.sink.StoredKline;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store of klines in memory, which {@link TestingKlineStoreTest} proves to read like real ones.
 */
final class TestingKlineStore {

    private final Map<PairKline.Key, StoredKline> klines = new ConcurrentHashMap<>();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile boolean unreachable;
    private volatile CountDownLatch hung;

    void put(PairKline kline) {
        put(kline.key(), StoredKline.Version.of(kline.kline()));
    }

    void put(PairKline.Key key, StoredKline stored) {
        klines.put(key, stored);
    }

    void unreachable(boolean isUnreachable) {
        unreachable = isUnreachable;
    }

    /** Makes every read wait until its reader is closed. */
    void hang() {
        hung = new CountDownLatch(1);
    }

    /** Returns the number of readers that are open. */
    int readers() {
        return readers.get();
    }

    int reads() {
        return reads.get();
    }

    KlineReader open() {
        readers.incrementAndGet();
        return new KlineReader() {
            private boolean closed;

            @Override
            public StoredKline read(PairKline.Key kline) throws IOException {
                reads.incrementAndGet();
                awaitClose();
                if (unreachable) {
                    throw new IOException("unreachable");
                }
                return klines.getOrDefault(kline, new StoredKline.Missing());
            }

            @Override
            public synchronized void close() {
                if (!closed) {
                    closed = true;
                    readers.decrementAndGet();
                }
                if (hung != null) {
                    hung.countDown();
                }
            }
        };
    }

    private void awaitClose() throws IOException {
        CountDownLatch latch = hung;
        if (latch != null) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // as the read of a socket, which no interrupt ends
                awaitClose();
            }
            throw new IOException("closed");
        }
    }
}

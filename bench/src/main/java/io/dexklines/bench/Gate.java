package io.dexklines.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;

/** A rate limiter that lets a source emit a given number of elements, without blocking it. */
final class Gate implements RateLimiter<SourceSplit> {

    private long passed;
    private long allowed;
    private CompletableFuture<Void> opened;

    /** Allows the source to emit elements until the total number is {@code total}. */
    synchronized void open(long total) {
        allowed = total;
        if (opened != null && passed < allowed) {
            passed++;
            CompletableFuture<Void> waiting = opened;
            opened = null;
            waiting.complete(null);
        }
    }

    @Override
    public synchronized CompletionStage<Void> acquire(int elements) {
        if (passed < allowed) {
            passed++;
            return CompletableFuture.completedFuture(null);
        }
        opened = new CompletableFuture<>();
        return opened;
    }
}

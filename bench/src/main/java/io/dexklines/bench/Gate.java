package io.dexklines.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiter;

/** Lets a source pass so many elements, and keeps it waiting, not blocked, until more may pass. */
final class Gate implements RateLimiter<SourceSplit> {

    private long passed;
    private long allowed;
    private CompletableFuture<Void> opened;

    /** Opens it until that many have passed in all. */
    synchronized void open(long until) {
        allowed = until;
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

package io.dexklines.verifier;

import java.util.ArrayList;
import java.util.List;

/**
 * What a compacted list topic tells of one key. Compaction removes a record only if a newer one of
 * its key is left, so every record after the oldest one that is left is known.
 *
 * @param <T> what a record says
 */
final class Listing<T> {

    private final List<T> versions = new ArrayList<>();
    private long sinceMs = Long.MAX_VALUE;
    private boolean removed;

    /**
     * Adds a record.
     *
     * @param version null for a tombstone, or for a record that the job may have rejected
     * @param timestampMs when it was written, in epoch milliseconds
     */
    void add(T version, long timestampMs) {
        sinceMs = Math.min(sinceMs, timestampMs);
        removed |= version == null;
        if (version != null) {
            versions.add(version);
        }
    }

    /** Returns all versions, in their order. */
    List<T> versions() {
        return versions;
    }

    /** Returns whether the key was listed at a time and ever since, in epoch milliseconds. */
    boolean holdsSince(long timeMs) {
        return !removed && sinceMs <= timeMs;
    }
}

package io.dexklines.job.sink.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rows that wait for a store in memory, the newest version of each. A row is due at once,
 * unless it is live and was written less than the live interval ago. One batch at a time is in
 * flight; its rows wait until the store has accepted them. Not thread-safe.
 *
 * @param <R> a version of a row
 */
final class WaitingRows<R> {

    private final RowType<?, R> type;
    private final long liveIntervalMs;
    private final int maxWritten;

    /** The rows of the next batches. Those that became due first come first. */
    private final Map<Object, Waiting<R>> due = new LinkedHashMap<>();

    /** Live rows that were written less than the live interval ago and have changed since. */
    private final Map<Object, Waiting<R>> deferred = new LinkedHashMap<>();

    /**
     * The time of the last write of each live row, epoch milliseconds, the oldest first. Entries
     * older than the live interval are removed, so the size follows the rate of writing. Beyond the
     * limit, the oldest entries are removed, and their rows may be written again earlier.
     */
    private final Map<Object, Long> writtenAtMs = new LinkedHashMap<>();

    private List<Waiting<R>> inFlight = List.of();
    private long conflated;

    /**
     * @param liveIntervalMs the shortest time between two writes of a live row, milliseconds
     * @param maxWritten the most live rows whose last write is remembered for that
     */
    WaitingRows(RowType<?, R> type, long liveIntervalMs, int maxWritten) {
        this.type = type;
        this.liveIntervalMs = liveIntervalMs;
        this.maxWritten = maxWritten;
    }

    /** Adds a version of a row, unless a newer one waits. */
    void offer(Waiting<R> offered) {
        Object key = type.key(offered.row());
        Waiting<R> waiting = due.get(key);
        if (waiting != null) {
            conflated++;
            due.put(key, offered.mergedWith(waiting, type));
            return;
        }
        waiting = deferred.get(key);
        Waiting<R> newest = offered;
        if (waiting != null) {
            conflated++;
            newest = offered.mergedWith(waiting, type);
        }
        if (type.isLive(newest.row()) && writtenAtMs.containsKey(key)) {
            deferred.put(key, newest);
        } else {
            deferred.remove(key);
            writtenAtMs.remove(key);
            due.put(key, newest);
        }
    }

    /** Returns how many rows wait, including those in flight. */
    int rows() {
        return due.size() + deferred.size() + inFlight.size();
    }

    /** Returns how many rows the next batch could have. */
    int dueRows() {
        return due.size();
    }

    /** Returns how many versions were replaced by a newer one before they were written. */
    long conflated() {
        return conflated;
    }

    /** Makes the live rows due whose last write is at least the live interval ago. */
    void release(long nowMs) {
        Iterator<Map.Entry<Object, Long>> written = writtenAtMs.entrySet().iterator();
        while (written.hasNext()) {
            Map.Entry<Object, Long> oldest = written.next();
            if (nowMs - oldest.getValue() < liveIntervalMs && writtenAtMs.size() <= maxWritten) {
                return;
            }
            written.remove();
            Waiting<R> row = deferred.remove(oldest.getKey());
            if (row != null) {
                due.put(oldest.getKey(), row);
            }
        }
    }

    /** Makes all rows due. */
    void releaseAll() {
        deferred.forEach(
                (key, row) -> {
                    writtenAtMs.remove(key);
                    due.put(key, row);
                });
        deferred.clear();
    }

    /**
     * Takes a batch of due rows, those first that became due first, which are then in flight.
     *
     * @throws IllegalStateException if a batch is in flight
     */
    List<R> take(int most, long nowMs) {
        if (!inFlight.isEmpty()) {
            throw new IllegalStateException("a batch is in flight");
        }
        int size = Math.min(most, due.size());
        List<Waiting<R>> batch = new ArrayList<>(size);
        List<R> taken = new ArrayList<>(size);
        Iterator<Map.Entry<Object, Waiting<R>>> rows = due.entrySet().iterator();
        while (batch.size() < size) {
            Map.Entry<Object, Waiting<R>> next = rows.next();
            batch.add(next.getValue());
            taken.add(next.getValue().row());
            if (liveIntervalMs > 0 && type.isLive(next.getValue().row())) {
                writtenAtMs.put(next.getKey(), nowMs);
            }
            rows.remove();
        }
        inFlight = batch;
        if (writtenAtMs.size() > maxWritten) {
            release(nowMs);
        }
        return taken;
    }

    /**
     * Ends the batch in flight.
     *
     * @param again the rows of the batch that wait again, unless newer versions do
     */
    void finish(List<R> again) {
        List<Waiting<R>> batch = inFlight;
        inFlight = List.of();
        if (again.isEmpty()) {
            return;
        }
        Set<Object> notWritten = new HashSet<>();
        again.forEach(row -> notWritten.add(type.key(row)));
        for (Waiting<R> each : batch) {
            Object key = type.key(each.row());
            if (notWritten.contains(key)) {
                writtenAtMs.remove(key);
                Waiting<R> changed = deferred.remove(key);
                offer(each);
                if (changed != null) {
                    offer(changed);
                }
            }
        }
    }

    /** Removes and returns the row that waits the longest and is not in flight; null if none. */
    Waiting<R> removeOldest() {
        Map<Object, Waiting<R>> from = due.isEmpty() ? deferred : due;
        Iterator<Waiting<R>> rows = from.values().iterator();
        if (!rows.hasNext()) {
            return null;
        }
        Waiting<R> oldest = rows.next();
        rows.remove();
        return oldest;
    }

    /** Passes on all rows, those in flight first, so that a newer version comes later. */
    void forEach(Consumer<Waiting<R>> action) {
        inFlight.forEach(action);
        forEachBehind(action);
    }

    /** Passes on the rows that are not in flight. */
    void forEachBehind(Consumer<Waiting<R>> action) {
        due.values().forEach(action);
        deferred.values().forEach(action);
    }
}

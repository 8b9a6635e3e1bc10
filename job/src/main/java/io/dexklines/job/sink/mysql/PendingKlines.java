package io.dexklines.job.sink.mysql;

import io.dexklines.job.sink.PairKline;
import io.dexklines.kline.Kline;
import io.dexklines.trade.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A buffer of klines that wait to be written, the newest version of each. A closed kline is due at
 * once, an open one when its last write is at least the live interval ago. Not thread-safe.
 */
final class PendingKlines {

    private final long liveIntervalMs;

    /** The klines of the next batch. */
    private final Map<PairKline.Key, PairKline> due = new HashMap<>();

    /** Open klines that were written less than the live interval ago and have changed since. */
    private final Map<PairKline.Key, PairKline> deferred = new HashMap<>();

    /**
     * The time of the last write of each open kline, epoch milliseconds, the oldest first. Entries
     * older than the live interval are removed, so the size follows the rate of writing and not the
     * number of pairs.
     */
    private final Map<PairKline.Key, Long> writtenAtMs = new LinkedHashMap<>();

    private long collapsed;

    PendingKlines(long liveIntervalMs) {
        this.liveIntervalMs = liveIntervalMs;
    }

    /** Adds a kline, unless a newer version of it is already in the buffer. */
    void offer(Pair pair, Kline kline) {
        PairKline row = new PairKline(pair, kline);
        PairKline.Key key = row.key();
        PairKline waiting = due.get(key);
        if (waiting != null) {
            collapsed++;
            if (kline.supersedes(waiting.kline())) {
                due.put(key, row);
            }
            return;
        }
        waiting = deferred.get(key);
        if (waiting != null) {
            collapsed++;
            if (!kline.supersedes(waiting.kline())) {
                return;
            }
        }
        if (!kline.closed() && writtenAtMs.containsKey(key)) {
            deferred.put(key, row);
        } else {
            deferred.remove(key);
            writtenAtMs.remove(key);
            due.put(key, row);
        }
    }

    /** Returns how many rows the next batch would have. */
    int dueRows() {
        return due.size();
    }

    /** Returns how many rows wait, including the deferred ones. */
    int rows() {
        return due.size() + deferred.size();
    }

    /** Returns how many klines were replaced by a newer version before they were written. */
    long collapsed() {
        return collapsed;
    }

    /** Removes and returns the rows due at {@code nowMs}, in the order of the primary key. */
    List<PairKline> takeDue(long nowMs) {
        release(nowMs);
        return take(nowMs);
    }

    /** Removes and returns all rows, deferred or not, in the order of the primary key. */
    List<PairKline> takeAll(long nowMs) {
        deferred.forEach(
                (key, row) -> {
                    writtenAtMs.remove(key);
                    due.put(key, row);
                });
        deferred.clear();
        return takeDue(nowMs);
    }

    private void release(long nowMs) {
        Iterator<Map.Entry<PairKline.Key, Long>> written = writtenAtMs.entrySet().iterator();
        while (written.hasNext()) {
            Map.Entry<PairKline.Key, Long> oldest = written.next();
            if (nowMs - oldest.getValue() < liveIntervalMs) {
                return;
            }
            written.remove();
            PairKline row = deferred.remove(oldest.getKey());
            if (row != null) {
                due.put(oldest.getKey(), row);
            }
        }
    }

    private List<PairKline> take(long nowMs) {
        List<PairKline> rows = new ArrayList<>(due.size());
        due.forEach(
                (key, row) -> {
                    rows.add(row);
                    if (!row.kline().closed()) {
                        writtenAtMs.put(key, nowMs);
                    }
                });
        due.clear();
        rows.sort(Tables.KLINE.order());
        return rows;
    }
}

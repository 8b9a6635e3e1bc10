package io.dexklines.job.relay;

import io.dexklines.job.board.PairKline;
import io.dexklines.kline.Kline;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What waits to be sent to one relay, of each kline only the newest version. It never blocks who
 * offers: when it is full, the open kline that waits for longest goes, and a closed one only if
 * there is no open one. So what a relay that was away for long misses are first the open klines,
 * whose next version comes by itself, and when the closed ones alone are too many, those that
 * closed longest ago; {@link #dropped} counts all of them, and the database has them. Closed klines
 * are taken first. Thread-safe.
 */
final class OutgoingKlines {

    private final int capacity;
    private final Map<PairKline.Key, PairKline> closed = new LinkedHashMap<>();
    private final Map<PairKline.Key, PairKline> open = new LinkedHashMap<>();
    private boolean inFlight;
    private boolean woken;
    private long conflated;
    private long dropped;

    OutgoingKlines(int capacity) {
        this.capacity = capacity;
    }

    synchronized void offer(List<PairKline> updates) {
        for (PairKline update : updates) {
            offer(update);
        }
        notifyAll();
    }

    private void offer(PairKline update) {
        PairKline.Key key = update.key();
        Kline kline = update.kline();
        Map<PairKline.Key, PairKline> waiting = closed.containsKey(key) ? closed : open;
        PairKline held = waiting.get(key);
        if (held != null) {
            conflated++;
            if (!kline.supersedes(held.kline())) {
                return;
            }
            if (waiting == closed || !kline.closed()) {
                waiting.put(key, update);
                return;
            }
            open.remove(key);
        }
        (kline.closed() ? closed : open).put(key, update);
        if (open.size() + closed.size() > capacity) {
            Iterator<PairKline.Key> oldest = (open.isEmpty() ? closed : open).keySet().iterator();
            oldest.next();
            oldest.remove();
            dropped++;
        }
    }

    /**
     * Takes away up to {@code most} klines, waiting for the first of them. They count as in flight
     * until {@link #landed} or {@link #putBack}.
     *
     * @return none, when none came in time or somebody called {@link #wakeUp}
     */
    synchronized List<PairKline> take(int most, long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (open.isEmpty() && closed.isEmpty() && !woken) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        woken = false;
        List<PairKline> batch = new ArrayList<>();
        move(closed, most, batch);
        move(open, most, batch);
        inFlight = !batch.isEmpty();
        return batch;
    }

    /** Takes away all that waits, in flight until {@link #landed} or {@link #putBack}. */
    synchronized List<PairKline> takeAll() {
        List<PairKline> all = new ArrayList<>();
        move(closed, Integer.MAX_VALUE, all);
        move(open, Integer.MAX_VALUE, all);
        inFlight = true;
        return all;
    }

    private static void move(
            Map<PairKline.Key, PairKline> waiting, int most, List<PairKline> batch) {
        Iterator<PairKline> oldest = waiting.values().iterator();
        while (batch.size() < most && oldest.hasNext()) {
            batch.add(oldest.next());
            oldest.remove();
        }
    }

    /** What was taken last has been sent. */
    synchronized void landed() {
        inFlight = false;
        notifyAll();
    }

    /** What was taken last could not be sent: it waits again, unless something newer does. */
    synchronized void putBack(List<PairKline> batch) {
        inFlight = false;
        offer(batch);
    }

    /** Lets {@link #take} return. */
    synchronized void wakeUp() {
        woken = true;
        notifyAll();
    }

    /**
     * Waits until nothing waits and nothing is in flight.
     *
     * @return whether that came true in time
     */
    synchronized boolean awaitEmpty(long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (!open.isEmpty() || !closed.isEmpty() || inFlight) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }

    /** How many klines wait. */
    synchronized int size() {
        return open.size() + closed.size();
    }

    /** How many were not sent because a newer version of them came first. */
    synchronized long conflated() {
        return conflated;
    }

    /** How many were given up because too many waited. */
    synchronized long dropped() {
        return dropped;
    }
}

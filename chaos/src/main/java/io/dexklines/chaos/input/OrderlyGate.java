package io.dexklines.chaos.input;

import java.util.TreeMap;

/**
 * Keeps the feed of one chain orderly: a step waits while another one that was planned much earlier
 * is not in its topic yet. Thread-safe.
 */
final class OrderlyGate {

    /** The number of steps that are not in their topics yet, by their planned times. */
    private final TreeMap<Long, Integer> inFlight = new TreeMap<>();

    /**
     * Lets a step pass if all others that were planned more than {@link
     * InputPlan#MAX_OVERTAKING_MS} earlier are done.
     *
     * @param waitMs the longest wait, milliseconds
     * @return whether the step may go on; it is in flight then
     */
    synchronized boolean enter(long plannedMs, long waitMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
        while (!inFlight.isEmpty()
                && inFlight.firstKey() < plannedMs - InputPlan.MAX_OVERTAKING_MS) {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        inFlight.merge(plannedMs, 1, Integer::sum);
        return true;
    }

    /** Notes that a step is in its topic, or never will be. */
    synchronized void leave(long plannedMs) {
        inFlight.merge(plannedMs, -1, (before, less) -> before == 1 ? null : before - 1);
        notifyAll();
    }

    /**
     * Waits until nothing is in flight.
     *
     * @param waitMs the longest wait, milliseconds
     * @return whether nothing is
     */
    synchronized boolean awaitEmpty(long waitMs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + waitMs * 1_000_000;
        while (!inFlight.isEmpty()) {
            long leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}

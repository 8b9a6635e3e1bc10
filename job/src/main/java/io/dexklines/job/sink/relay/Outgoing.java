package io.dexklines.job.sink.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * What waits to be sent to one relay. It never blocks who offers: when it is full, something goes.
 * Thread-safe; one thread takes.
 *
 * @param <T> what is sent as one line
 */
abstract class Outgoing<T> {

    /** The elements that were taken and are neither acknowledged nor requeued. */
    private List<T> inFlight = List.of();

    private boolean woken;

    /** Adds one, within the capacity. */
    abstract void add(T element);

    /** Takes back what could not be sent, as if it had never been taken. */
    abstract void addBack(List<T> elements);

    /** Moves up to {@code most} of what waits into {@code batch}, in the order of sending. */
    abstract void move(int most, List<T> batch);

    /**
     * What a new connection is sent first, as the relay may have started empty.
     *
     * @param waiting what waited, and is no longer waiting
     */
    abstract List<T> first(List<T> waiting);

    /** Called when all of these were sent. */
    abstract void sent(List<T> elements);

    /** Writes one as a line. */
    abstract void write(T element, RelayFrame frame, long nowMs);

    /** How many wait. */
    abstract int size();

    /** How many were given up because too many waited. */
    abstract long dropped();

    /** How many were not sent because a newer version of them came first. */
    abstract long conflated();

    final synchronized void offer(List<T> elements) {
        elements.forEach(this::add);
        notifyAll();
    }

    /**
     * Takes away up to {@code most}, waiting for the first of them. They count as in flight until
     * {@link #acknowledge} or {@link #requeue}.
     *
     * @return none, when none came in time or somebody called {@link #wakeUp}
     */
    final synchronized List<T> take(int most, long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (size() == 0 && !woken) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                break;
            }
            wait(leftMs);
        }
        woken = false;
        return takeUpTo(most);
    }

    /** Takes away all that waits, in flight as well, and what a new connection needs besides. */
    final synchronized List<T> takeFirst() {
        return first(takeUpTo(Integer.MAX_VALUE));
    }

    private List<T> takeUpTo(int most) {
        List<T> batch = new ArrayList<>();
        move(most, batch);
        inFlight = batch;
        return batch;
    }

    /** What was taken last has been sent. */
    final synchronized void acknowledge() {
        sent(inFlight);
        inFlight = List.of();
        notifyAll();
    }

    /** What was taken last could not be sent: it waits again. */
    final synchronized void requeue() {
        List<T> unsent = inFlight;
        inFlight = List.of();
        addBack(unsent);
        notifyAll();
    }

    /** Lets {@link #take} return. */
    final synchronized void wakeUp() {
        woken = true;
        notifyAll();
    }

    /**
     * Waits until nothing waits and nothing is in flight.
     *
     * @return whether that came true in time
     */
    final synchronized boolean awaitEmpty(long waitMs) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + waitMs * 1_000_000;
        while (size() > 0 || !inFlight.isEmpty()) {
            long leftMs = (deadlineNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}

package io.dexklines.job.sink.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * A bounded queue of lines for one relay. Offering never blocks: a full queue drops an element.
 * Thread-safe, with one consumer.
 *
 * @param <T> the element that is sent as one line
 */
abstract class Outgoing<T> {

    /** The elements that were taken and are neither acknowledged nor requeued. */
    private List<T> inFlight = List.of();

    private boolean woken;

    /** How many elements were dropped because the queue was full. */
    long dropped;

    /** How many elements were replaced by a newer version before they were sent. */
    long conflated;

    /** Adds an element. If that exceeds the capacity, drops one. */
    abstract void add(T element);

    /** Puts elements that could not be sent back into the queue. */
    abstract void addBack(List<T> elements);

    /** Moves up to {@code most} elements into {@code batch}, in the order of sending. */
    abstract void move(int most, List<T> batch);

    /**
     * Returns the first elements for a new connection, since the relay may have started empty.
     *
     * @param waiting the elements that were in the queue, which is empty now
     */
    abstract List<T> first(List<T> waiting);

    /** Called when all of the given elements have been sent. */
    abstract void sent(List<T> elements);

    /** Writes an element as a line. */
    abstract void write(T element, RelayFrame frame, long nowMs);

    /** Returns the number of elements in the queue. */
    abstract int size();

    final synchronized long dropped() {
        return dropped;
    }

    final synchronized long conflated() {
        return conflated;
    }

    final synchronized void offer(List<T> elements) {
        elements.forEach(this::add);
        notifyAll();
    }

    /**
     * Removes up to {@code most} elements, waiting for the first. They count as in flight until
     * {@link #acknowledge} or {@link #requeue}.
     *
     * @return the elements; empty if none came in time or {@link #wakeUp} was called
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

    /**
     * Removes all elements and returns the first elements for a new connection, which include them.
     */
    final synchronized List<T> takeFirst() {
        return first(takeUpTo(Integer.MAX_VALUE));
    }

    private List<T> takeUpTo(int most) {
        List<T> batch = new ArrayList<>();
        move(most, batch);
        inFlight = batch;
        return batch;
    }

    /** Confirms that the elements in flight have been sent. */
    final synchronized void acknowledge() {
        sent(inFlight);
        inFlight = List.of();
        notifyAll();
    }

    /** Puts the elements in flight, which could not be sent, back into the queue. */
    final synchronized void requeue() {
        List<T> unsent = inFlight;
        inFlight = List.of();
        addBack(unsent);
        notifyAll();
    }

    /** Makes {@link #take} return immediately. */
    final synchronized void wakeUp() {
        woken = true;
        notifyAll();
    }

    /**
     * Waits until the queue is empty and nothing is in flight.
     *
     * @return whether that happened within {@code waitMs} milliseconds
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
